import type { IncomingMessage } from 'node:http'
import { OAuthError } from './oauth-error.ts'

/** Bytes. */
const MAX_BODY_SIZE = 56 * 1024
/** Parameters that must not be sent in a URL, because URLs are stored in logs and histories. */
const SECRET_PARAMETERS = [
  'client_secret',
  'client_assertion',
  'username',
  'password',
  'otp',
  'mfa_token',
  'refresh_token',
  'token',
]

const invalidRequest = (description: string) => new OAuthError(400, 'invalid_request', description)
const invalidClient = (description: string) => new OAuthError(401, 'invalid_client', description)

/**
 * Reads the form of a request. Rejects what Okta rejects but oidc-provider accepts or reports with a different error.
 *
 * @throws {OAuthError} `invalid_request` or `invalid_client`.
 */
export async function readForm(
  request: IncomingMessage,
  query: URLSearchParams,
  { clientIdInQuery }: { clientIdInQuery: boolean },
): Promise<URLSearchParams> {
  const body = await readBody(request)
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('The content type must be application/x-www-form-urlencoded.')
  }
  const form = new URLSearchParams(body)
  checkNoSecretsInQuery(query)
  checkNoRepeatedParameter(form)
  // Public clients may send their client_id in the query of /introspect and /revoke.
  const clientId = clientIdInQuery ? query.get('client_id') : null
  if (clientId !== null && !form.has('client_id')) form.set('client_id', clientId)
  checkClientCredentials(form, request.headers.authorization)
  return form
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > MAX_BODY_SIZE) throw invalidRequest('The body is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function checkNoSecretsInQuery(query: URLSearchParams): void {
  const found = SECRET_PARAMETERS.find((name) => query.has(name))
  if (found) throw invalidRequest(`The parameter '${found}' must not be sent in the query.`)
}

function checkNoRepeatedParameter(form: URLSearchParams): void {
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1) throw invalidRequest('A parameter was sent more than once.')
  }
}

/** Checks that there is one client authentication method and that it is well-formed; oidc-provider checks the credentials. */
function checkClientCredentials(form: URLSearchParams, authorization: string | undefined): void {
  const assertion = form.get('client_assertion')
  const used = [authorization, form.get('client_secret'), assertion].filter(Boolean)
  if (used.length > 1) throw invalidRequest('The client used more than one authentication method.')
  if (authorization !== undefined) checkBasic(authorization)
  else if (assertion) checkAssertion(assertion)
  else if (!form.get('client_id')) {
    throw invalidClient('The request has neither a client_id nor client credentials.')
  }
}

function checkBasic(authorization: string): void {
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  const [id, ...secret] = encoded ? Buffer.from(encoded, 'base64').toString('utf8').split(':') : []
  try {
    if (id && decodeURIComponent(id) && decodeURIComponent(secret.join(':'))) return
  } catch {
    // A malformed percent-encoding is handled like any other malformed header.
  }
  throw invalidClient('The Authorization header does not contain well-formed Basic credentials.')
}

/** Seconds. */
const MAX_ASSERTION_LIFETIME = 3600
/** Seconds. */
const CLOCK_TOLERANCE = 5

function checkAssertion(assertion: string): void {
  try {
    const [header, payload, signature] = assertion.split('.')
    if (header && payload && signature && assertion.split('.').length === 3) {
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
      JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
      if (typeof claims?.sub === 'string') {
        checkAssertionTimes(claims)
        return
      }
    }
  } catch (error) {
    // A segment that is not JSON is reported below.
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalidClient('The client assertion is not a JWT with a subject.')
}

/** Enforces Okta's limits, which oidc-provider does not have. Uses the system clock, as oidc-provider does for assertions. */
function checkAssertionTimes({ exp, iat }: { exp?: unknown; iat?: unknown }): void {
  const now = Date.now() / 1000
  if (typeof exp === 'number' && exp > now + MAX_ASSERTION_LIFETIME + CLOCK_TOLERANCE) {
    throw invalidClient('The client assertion expires more than an hour from now.')
  }
  if (typeof iat === 'number' && iat > now + CLOCK_TOLERANCE) {
    throw invalidClient('The client assertion was issued in the future.')
  }
}
