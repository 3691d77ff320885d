import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

const CLIENT = '79b000d754974f08b8698c42732df673'
const DOMAIN = 'https://idcs-ba024b2844b3414aa15581833cd48889.identity.oraclecloud.com'
const COMMON = {
  tenant: 'idcs-ba024b2844b3414aa15581833cd48889',
  sub_mappingattr: 'userName',
  sub_type: 'user',
  user_displayname: 'Jane Doe',
  client_id: CLIENT,
  jti: 'cffc6fdd-1099-4486-9fac-8b302c7ef605',
}

export default {
  name: 'Oracle IAM identity domains (IDCS)',
  options: {
    issuer: 'https://identity.oraclecloud.com/',
    audience: AUDIENCE,
    jwksUri: `${DOMAIN}/admin/v1/SigningCert/jwk`,
  },
  jwk: { x5t: 'IRbmlD-hR3X5vyXfkSu3jrzuh3Y' },
  accessTokens: [
    {
      name: 'access token of a user',
      header: {
        x5t: 'IRbmlD-hR3X5vyXfkSu3jrzuh3Y',
        'x5t#S256': '8xnNYPZ0Dvv69zMHvQsbK08JhKi4zwDlQCTWnGlxUUT',
      },
      claims: { ...COMMON, sub: 'jane', aud: AUDIENCE, scope: 'read', tok_type: 'AT', idp_type: 'LOCAL' },
      scopes: ['read'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a client',
      claims: {
        ...COMMON,
        sub: CLIENT,
        sub_type: 'client',
        aud: [AUDIENCE],
        scope: 'read write',
        tok_type: 'AT',
      },
      scopes: ['read', 'write'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'identity token',
      claims: {
        ...COMMON,
        sub: 'jane',
        tok_type: 'IT',
        auth_time: 1_899_999_000,
        amr: ['USERNAME_PASSWORD'],
        authn_strength: '2',
      },
    },
  ],
  others: [
    {
      name: 'access token for the identity domain itself',
      claims: { ...COMMON, aud: [DOMAIN], scope: 'urn:opc:idm:t.user.me', tok_type: 'AT' },
      code: 'audience_mismatch',
    },
  ],
  notes:
    "the issuer is the same for all identity domains that have not set their own, so the keys need the address of your domain; switch on *Access signing certificate*, or pass a `fetch` that sends a token; the audience is the resource server's primary audience",
  sources: [
    'https://docs.oracle.com/en/cloud/paas/identity-cloud/idcsa/AccessToken.html',
    'https://docs.oracle.com/en/cloud/paas/identity-cloud/idcsa/IdentityToken.html',
  ],
} satisfies AuthorizationServer
