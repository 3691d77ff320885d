import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

const CLIENT = '50ce8764-0000-4000-96c0-39cc601ea154'
const COMMON = { apptype: 'Confidential', appid: CLIENT, ver: '1.0', upn: 'user@example.com' }

export default {
  name: 'AD FS',
  options: {
    issuer: 'http://sts.example.com/adfs/services/trust',
    audience: AUDIENCE,
    jwksUri: 'https://sts.example.com/adfs/discovery/keys',
  },
  jwk: { x5t: 'qN8ENOO1h0LwxMiAZny00jNpI1o' },
  accessTokens: [
    {
      name: 'access token',
      header: { typ: 'JWT', x5t: 'qN8ENOO1h0LwxMiAZny00jNpI1o' },
      claims: {
        ...COMMON,
        aud: AUDIENCE,
        authmethod: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
        auth_time: '2030-03-17T17:30:55.566Z',
        scp: 'openid user_impersonation',
      },
      scopes: ['openid', 'user_impersonation'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: {
        ...COMMON,
        iss: 'https://sts.example.com/adfs',
        sub: 'E8uMvTw4EzVtNJjAGGkn/HLxB5lsxPvUz9N8v2ONw6w=',
        sid: 'S-1-5-21-1',
        scp: 'openid',
      },
      codes: {
        'nonce and at_hash': 'issuer_not_allowed',
        nonce: 'issuer_not_allowed',
        at_hash: 'issuer_not_allowed',
        neither: 'issuer_not_allowed',
      },
    },
    {
      name: 'ID token of a server whose identifier is the issuer of its ID tokens',
      header: { typ: 'JWT' },
      claims: { ...COMMON, sub: 'E8uMvTw4EzVtNJjAGGkn/HLxB5lsxPvUz9N8v2ONw6w=', scp: 'openid' },
      codes: { nonce: 'accepted', neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens, if both have one issuer: they have a scope, too',
  notes:
    'the issuer is `access_token_issuer` of the metadata, not `issuer`; the audience is the identifier of the Web API',
  sources: [
    'MicrosoftDocs/windowsserverdocs: WindowsServerDocs/identity/ad-fs/development/ad-fs-openid-connect-oauth-concepts.md',
    'https://github.com/aspnet/Security/issues/1852',
    'https://github.com/canonical/lxd/issues/14175',
  ],
} satisfies AuthorizationServer
