import type { IncomingMessage } from 'node:http'
import { OAuthError } from './oauth-error.ts'

const LIMIT = 56 * 1024
/** Parameters that must never stand in an URL, where logs and histories keep them. */
const SECRET = [
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
 * The form of a request, checked for what Okta refuses and oidc-provider lets pass or tells otherwise.
 *
 * @throws OAuthError
 */
export async function readForm(
  request: IncomingMessage,
  query: URLSearchParams,
  { clientIdInQuery }: { clientIdInQuery: boolean },
): Promise<URLSearchParams> {
  const body = await readBody(request)
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('The body must be of the type application/x-www-form-urlencoded.')
  }
  const form = new URLSearchParams(body)
  refuseSecretsInQuery(query)
  refuseRepeated(form)
  // Public clients may name themselves in the query of /introspect and /revoke.
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
    if (length > LIMIT) throw invalidRequest('The body is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function refuseSecretsInQuery(query: URLSearchParams): void {
  const found = SECRET.find((name) => query.has(name))
  if (found) throw invalidRequest(`The parameter '${found}' must not be sent in the query.`)
}

function refuseRepeated(form: URLSearchParams): void {
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1) throw invalidRequest('A parameter was sent more than once.')
  }
}

/** One method, well-formed; whether the credentials are right is oidc-provider's to say. */
function checkClientCredentials(form: URLSearchParams, authorization: string | undefined): void {
  const assertion = form.get('client_assertion')
  const used = [authorization, form.get('client_secret'), assertion].filter(Boolean)
  if (used.length > 1) throw invalidRequest('The client authenticated by more than one method.')
  if (authorization !== undefined) checkBasic(authorization)
  else if (assertion) checkAssertion(assertion)
  else if (!form.get('client_id')) {
    throw invalidClient('The request names no client and brings no credentials of one.')
  }
}

function checkBasic(authorization: string): void {
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  const [id, ...secret] = encoded ? Buffer.from(encoded, 'base64').toString('utf8').split(':') : []
  try {
    if (id && decodeURIComponent(id) && decodeURIComponent(secret.join(':'))) return
  } catch {
    // A malformed escape is refused like any other malformation.
  }
  throw invalidClient('The Authorization header holds no well-formed Basic credentials.')
}

/** Seconds. */
const LONGEST_ASSERTION = 3600
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
    // What is no JSON is no assertion.
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalidClient('The client assertion is no JWT with a subject.')
}

/** Okta's limits, which oidc-provider does not have; by the wall clock, as oidc-provider judges the rest. */
function checkAssertionTimes({ exp, iat }: { exp?: unknown; iat?: unknown }): void {
  const now = Date.now() / 1000
  if (typeof exp === 'number' && exp > now + LONGEST_ASSERTION + CLOCK_TOLERANCE) {
    throw invalidClient('The client assertion expires more than an hour from now.')
  }
  if (typeof iat === 'number' && iat > now + CLOCK_TOLERANCE) {
    throw invalidClient('The client assertion was issued in the future.')
  }
}
