import { AUDIENCE, type AuthorizationServer, CLIENT, logoutToken } from '../shape.ts'

/** The audience contains the client before those that the administrator adds. */
const aud = [CLIENT, AUDIENCE]

export default {
  name: 'LemonLDAP::NG',
  options: { issuer: 'https://auth.example.com', audience: AUDIENCE, profile: 'rfc9068' },
  algorithm: 'RS512',
  jwk: { alg: undefined },
  accessTokens: [
    {
      name: 'access token of a user',
      header: { typ: 'at+JWT' },
      claims: { aud, client_id: CLIENT, jti: 'a1', scope: 'openid profile', sid: 's1', sub: 'dwho' },
      scopes: ['openid', 'profile'],
      clientId: CLIENT,
    },
    {
      name: 'access token with the claims of the user',
      header: { typ: 'at+JWT' },
      claims: {
        aud,
        client_id: CLIENT,
        jti: 'a1',
        scope: 'email',
        sid: 's1',
        sub: 'dwho',
        email: 'd@example.com',
      },
      scopes: ['email'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a client',
      header: { typ: 'at+JWT' },
      claims: { aud, client_id: CLIENT, jti: 'a1', scope: 'read', sub: CLIENT },
      scopes: ['read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { azp: CLIENT, acr: 'loa-2', amr: [], auth_time: 1_899_999_000, sid: 's1', sub: 'dwho' },
      codes: { neither: 'not_an_access_token' },
    },
  ],
  others: [
    {
      name: 'access token of a client whose JWTs have no typ',
      header: { typ: undefined },
      claims: { aud, client_id: CLIENT, jti: 'a1', scope: 'openid', sid: 's1', sub: 'dwho' },
      code: 'not_an_access_token',
    },
    logoutToken({ header: { typ: 'JWT' } }),
  ],
  notes:
    'of the client, switch on the JWT format of access tokens, list the audience of the API in the additional audiences, and keep `typ` in the header of JWTs; `issuer` is that of the metadata, with or without a slash',
  sources: [
    'https://lemonldap-ng.org/documentation/latest/idpopenidconnect.html',
    'https://metacpan.org/pod/Lemonldap::NG::Portal::Lib::OpenIDConnect',
  ],
} satisfies AuthorizationServer
