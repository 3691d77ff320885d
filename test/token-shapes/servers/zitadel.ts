import type { AuthorizationServer } from '../shape.ts'

const CLIENT = '237430231044284466@example'
const PROJECT = '237430231044218930'

export default {
  name: 'Zitadel',
  options: { issuer: 'https://example.zitadel.cloud', audience: PROJECT },
  accessTokens: [
    {
      name: 'access token of type JWT',
      header: { typ: 'JWT' },
      claims: {
        sub: '237430231044153394',
        aud: [CLIENT, PROJECT],
        nbf: 1_899_999_940,
        client_id: CLIENT,
        jti: 'at_237430231044284467',
        'urn:zitadel:iam:org:project:roles': { reader: { '2374': 'example.zitadel.cloud' } },
      },
      scopes: [],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: {
        sub: '237430231044153394',
        amr: ['pwd'],
        azp: CLIENT,
        client_id: CLIENT,
        auth_time: 1_899_999_000,
      },
      codes: { neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens of a token exchange, which have neither `nonce` nor `at_hash`',
  notes:
    'choose the token type JWT; the audience is the project id, for which clients request `urn:zitadel:iam:org:project:id:{id}:aud`; tokens have no scopes: require `claims`',
  sources: [
    'zitadel/oidc: pkg/oidc/token.go',
    'zitadel/oidc: pkg/op/token.go',
    'zitadel/oidc: pkg/op/signer.go',
  ],
} satisfies AuthorizationServer
