import { must, mustNot, page, type SpecificationDocument, should, shouldNot } from './requirement.ts'

export const MCP: SpecificationDocument = {
  name: 'MCP',
  title: 'Model Context Protocol, Authorization, revision 2026-07-28: the MCP server as resource server',
  requirements: [
    ...page('Protected resource metadata', [
      must(
        'MCP-01',
        'The server publishes protected resource metadata with at least one authorization server.',
      ),
      must('MCP-02', 'Clients find the metadata by the challenge of the 401 or at the well-known URL.', {
        note: 'Both ways lead to it.',
      }),
      should(
        'MCP-11',
        'The canonical URI of the server has no slash at its end, and upper-case letters in scheme and host are accepted.',
        {
          departure:
            'The option resource accepts both, and its value is published as it is. The audience of a token is compared exactly (RFC 7519): list each form that the authorization server writes in the option audience.',
        },
      ),
    ]),
    ...page('Tokens', [
      must(
        'MCP-03',
        'Each token is validated before anything else is processed; one that is invalid or expired gets a 401.',
      ),
      must('MCP-04', 'Only tokens that were issued for this server, as their audience shows, are accepted.'),
      mustNot('MCP-05', 'The token of the client is not passed on to other APIs.', {
        note: 'The author of the server is responsible. The token is not enumerable in AuthInfo, so that it does not get anywhere by accident.',
      }),
    ]),
    ...page('Errors and scopes', [
      must(
        'MCP-06',
        'The status is 401 without a valid token, 403 without the scopes, 400 for a malformed request; a token in the query is not accepted.',
      ),
      should('MCP-07', 'The challenge of a 401 names the scopes that are needed.', {
        note: 'mcpAuth() does so. Elsewhere scopes are requirements of a route, which is not known when the token is refused; clients then find them in scopes_supported.',
      }),
      should(
        'MCP-08',
        'A 403 insufficient_scope names all scopes that the operation needs, and the metadata.',
      ),
      must('MCP-09', 'Scopes that include others are taken into account when scopes are compared.'),
      shouldNot('MCP-10', 'The scope offline_access is neither in challenges nor in scopes_supported.'),
    ]),
  ],
}
