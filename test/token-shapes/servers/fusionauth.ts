import type { AuthorizationServer } from '../shape.ts'

const CLIENT = 'e9fdb985-9173-4e01-9d73-ac2d60d1dc8e'
const COMMON = {
  sub: '00000000-0000-0000-0000-111111111111',
  jti: '2e2271d7-3057-4bfd-99ab-34af48e84567',
  authenticationType: 'PASSWORD',
  auth_time: 1_899_999_000,
  sid: '0abe7139-0bd0-4fd0-a450-c1e8b16e710a',
  tid: 'd7d09513-a3f5-401c-9685-34ab6c552453',
  scope: 'offline_access profile openid',
}

export default {
  name: 'FusionAuth',
  options: {
    issuer: 'acme.com',
    audience: CLIENT,
    metadataUri:
      'https://auth.example.com/d7d09513-a3f5-401c-9685-34ab6c552453/.well-known/openid-configuration',
  },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'JWT', gty: ['authorization_code'] },
      claims: { ...COMMON, aud: CLIENT, applicationId: CLIENT, roles: ['reader'] },
      scopes: ['offline_access', 'profile', 'openid'],
      clientId: undefined,
    },
  ],
  idTokens: [
    {
      name: 'ID token, which has a scope since 1.50',
      header: { typ: 'JWT', gty: ['authorization_code'] },
      claims: COMMON,
      codes: { nonce: 'accepted', neither: 'accepted' },
    },
  ],
  others: [
    {
      name: 'client credentials token for another entity',
      header: { typ: 'JWT', gty: ['client_credentials'] },
      claims: {
        aud: 'another-entity',
        sub: 'entity-1',
        permissions: ['read'],
        scope: 'target-entity:a:read',
      },
      code: 'audience_mismatch',
    },
  ],
  indistinguishable: 'ID tokens without `at_hash`: audience and scopes are those of the access token',
  notes:
    'the issuer is that of the tenant, `acme.com` until you change it; with a URL as issuer, `metadataUri` is not needed; the audience is the application id, or the id of the target entity; select an asymmetric key',
  sources: [
    'FusionAuth/fusionauth-site: astro/src/content/docs/lifecycle/authenticate-users/oauth/tokens.mdx',
    'FusionAuth/fusionauth-site: astro/src/content/docs/_shared/_access-token-claims.mdx',
  ],
} satisfies AuthorizationServer
