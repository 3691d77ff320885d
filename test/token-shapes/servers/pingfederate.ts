import { AUDIENCE, type AuthorizationServer, CLIENT } from '../shape.ts'

export default {
  name: 'PingFederate',
  options: { issuer: 'https://sso.example.com', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'access token with the header type of RFC 9068',
      header: { typ: 'at+jwt', 'pi.atm': '8dzf' },
      claims: {
        scope: 'messages:read',
        authorization_details: [],
        client_id: CLIENT,
        sub: 'user-1',
        aud: AUDIENCE,
        act: { sub: 'agent-3' },
      },
      scopes: ['messages:read'],
      clientId: CLIENT,
    },
    {
      name: 'access token without a header type, with the scopes as a list',
      header: { 'pi.atm': '5' },
      claims: {
        scope: ['openid', 'messages:read'],
        client_id: CLIENT,
        aud: AUDIENCE,
        jti: 'j1',
        Username: 'jane',
        OrgName: 'Example',
      },
      scopes: ['openid', 'messages:read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      claims: { sub: 'jane', auth_time: 1_899_999_000, 'pi.sri': 'sri-1', acr: 'urn:basic' },
      codes: { neither: 'accepted' },
    },
    { name: 'ID token with s_hash', claims: { sub: 'jane', s_hash: 'n1' } },
  ],
  others: [
    {
      name: 'access token of a manager without an audience',
      header: { 'pi.atm': '5' },
      claims: { scope: 'messages:read', client_id: CLIENT, Username: 'jane' },
      code: 'audience_missing',
    },
    {
      name: 'access token of a manager without an issuer',
      header: { 'pi.atm': '5' },
      claims: { iss: undefined, scope: 'messages:read', client_id: CLIENT, aud: AUDIENCE },
      code: 'issuer_missing',
    },
  ],
  indistinguishable: 'ID tokens without `nonce` and `at_hash`, unless all access tokens have `typ` `at+jwt`',
  notes:
    "the access token manager must issue JWTs with an asymmetric algorithm: set its issuer and audience claim values, keep `client_id` and `scope` as the claim names, and set the type header value to `at+jwt`, then `profile: 'rfc9068'`; if it does not use the central signing keys, set `jwksUri` to its JWKS endpoint",
  sources: [
    'https://docs.pingidentity.com/pingfederate/latest/administrators_reference_guide/pf_configure_json_token_management.html',
    'https://docs.pingidentity.com/pingfederate/latest/administrators_reference_guide/pf_defining_access_token_attribute_contract.html',
    'https://docs.pingidentity.com/pingfederate/11.3/administrators_reference_guide/help_policymanagementtasklet_policymanagementstate.html',
    'https://docs.pingidentity.com/pingfederate/11.2/developers_reference_guide/pf_userinfo_endpoint.html',
  ],
} satisfies AuthorizationServer
