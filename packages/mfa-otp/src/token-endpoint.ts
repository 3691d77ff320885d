import { MfaOtpExchangeError } from './errors.ts'
import { type Call, request } from './http.ts'
import { isSecure } from './options.ts'
import { withRateLimit } from './rate-limit.ts'
import { invalidResponse, refusal } from './refusal.ts'
import { membersOf, type ParsedResponse } from './response.ts'

/**
 * Reads the token endpoint from the metadata of the issuer.
 *
 * Okta serves both metadata documents below the issuer's path. The OpenID Connect document is requested only if the
 * response to the first request has a 4xx status other than 429.
 *
 * @throws {MfaOtpExchangeError} `issuer_mismatch`, `token_endpoint_refused` or `invalid_response`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3 RFC 8414, section 3}
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig OpenID Connect Discovery, section 4}
 */
export async function discoverTokenEndpoint(call: Call): Promise<string> {
  let response = await fetchMetadata(call, 'oauth-authorization-server')
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    response = await fetchMetadata(call, 'openid-configuration')
  }
  if (response.status !== 200) throw refusal(call, 'discovery', response)
  return tokenEndpointOf(call, response)
}

function fetchMetadata(call: Call, document: string): Promise<ParsedResponse> {
  const url = `${call.configuration.issuer.replace(/\/$/, '')}/.well-known/${document}`
  const init = { method: 'GET', headers: { accept: 'application/json' } }
  return withRateLimit(call, () => request(call, 'discovery', url, init))
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3.3 RFC 8414, section 3.3} */
function tokenEndpointOf(call: Call, response: ParsedResponse): string {
  const { issuer: unverifiedIssuer, token_endpoint: unverifiedEndpoint } = membersOf(response.body)
  const { issuer } = call.configuration
  if (typeof unverifiedIssuer !== 'string') throw invalidResponse('discovery', 200, 'has no issuer')
  if (unverifiedIssuer !== issuer) {
    throw new MfaOtpExchangeError({
      code: 'issuer_mismatch',
      step: 'discovery',
      status: 200,
      summary: `The issuer in the metadata is "${call.secrets.show(unverifiedIssuer)}", not "${issuer}".`,
      advice:
        'Set the issuer exactly as it is in the metadata, including a trailing slash and a custom domain.',
    })
  }
  if (typeof unverifiedEndpoint !== 'string') throw invalidResponse('discovery', 200, 'has no token endpoint')
  if (!mayReceiveCredentials(unverifiedEndpoint, issuer)) {
    throw new MfaOtpExchangeError({
      code: 'token_endpoint_refused',
      step: 'discovery',
      status: 200,
      summary: `The password was not sent to the token endpoint "${call.secrets.show(unverifiedEndpoint)}".`,
      advice: 'Use an issuer whose token endpoint has the same origin, over https or on a loopback host.',
    })
  }
  return unverifiedEndpoint
}

function mayReceiveCredentials(endpoint: string, issuer: string): boolean {
  if (!URL.canParse(endpoint)) return false
  const url = new URL(endpoint)
  return (
    isSecure(url) &&
    url.origin === new URL(issuer).origin &&
    url.username === '' &&
    url.password === '' &&
    !endpoint.includes('#')
  )
}
