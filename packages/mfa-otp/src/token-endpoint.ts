import { type Answer, members } from './answer.ts'
import { MfaOtpExchangeError } from './errors.ts'
import { type Call, request } from './http.ts'
import { isSecure } from './options.ts'
import { withRateLimit } from './rate-limit.ts'
import { invalidAnswer, refusal } from './refusal.ts'

const documents = ['oauth-authorization-server', 'openid-configuration'] as const

/**
 * Finds the token endpoint in the metadata of the issuer.
 *
 * Okta keeps both documents below the issuer's path; the second is asked only when the first is refused with 4xx.
 *
 * @throws {@link MfaOtpExchangeError} `issuer_mismatch`, `token_endpoint_refused`, `invalid_answer`
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */
export async function discoverTokenEndpoint(call: Call): Promise<string> {
  const [first, second] = documents
  let answer = await fetchMetadata(call, first)
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
    answer = await fetchMetadata(call, second)
  }
  if (answer.status !== 200) throw refusal(call, 'discovery', answer)
  return checkMetadata(call, answer)
}

function fetchMetadata(call: Call, document: string): Promise<Answer> {
  const url = `${call.configuration.issuer.replace(/\/$/, '')}/.well-known/${document}`
  const init = { method: 'GET', headers: { accept: 'application/json' } }
  return withRateLimit(call, () => request(call, 'discovery', url, init))
}

/** @see https://www.rfc-editor.org/rfc/rfc8414#section-3.3 */
function checkMetadata(call: Call, answer: Answer): string {
  const { issuer: unverifiedIssuer, token_endpoint: unverifiedEndpoint } = members(answer.body)
  const { issuer } = call.configuration
  if (typeof unverifiedIssuer !== 'string') throw invalidAnswer('discovery', 200, 'names no issuer')
  if (unverifiedIssuer !== issuer) {
    throw new MfaOtpExchangeError({
      code: 'issuer_mismatch',
      step: 'discovery',
      status: 200,
      summary: `The metadata is of another issuer: "${call.secrets.show(unverifiedIssuer)}" instead of "${issuer}".`,
      advice: 'Set the issuer exactly as the metadata names it, trailing slash and custom domain included.',
    })
  }
  if (typeof unverifiedEndpoint !== 'string') throw invalidAnswer('discovery', 200, 'names no token endpoint')
  if (!mayReceiveCredentials(unverifiedEndpoint, issuer)) {
    throw new MfaOtpExchangeError({
      code: 'token_endpoint_refused',
      step: 'discovery',
      status: 200,
      summary: `No password is sent to the token endpoint "${call.secrets.show(unverifiedEndpoint)}".`,
      advice: 'Use an issuer whose token endpoint has its own origin, over https (or on a loopback host).',
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
