import { type ErrorResponse, refusalBody } from './challenge.ts'
import { headersNaming, ResourceServerError } from './resource-server-error.ts'

const JSON_HEADERS = { 'content-type': 'application/json' } as const

/** The status of an error of another library that may be shown to clients, by the convention of `http-errors`. */
function exposedStatus(error: unknown): number | undefined {
  try {
    const { status: one, statusCode: other = one, expose } = error as Readonly<Record<string, unknown>>
    // Errors of Fastify have statusCode only.
    const status = one === undefined ? other : one
    if (expose !== true || status !== other || !Number.isInteger(status)) return undefined
    return Number(status) >= 400 && Number(status) <= 499 ? Number(status) : undefined
  } catch {
    // There is nothing to read, or a getter throws.
    return undefined
  }
}

/**
 * The response to any failure: status, headers with the challenge, and a body of fixed text.
 *
 * Errors of this library keep their status and headers. An error of another library, such as a body parser, keeps a
 * status from 400 to 499 if its `expose` is `true`; its message and headers are not sent. Everything else is a fault of
 * the application: the response is a 500 that says nothing, and you should log the error.
 *
 * @param error - whatever was thrown
 * @returns `status`, `headers` and a plain `body` object, ready for `res.json()` or `Response.json()`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 RFC 6750, section 3}
 * @example
 * ```ts
 * try {
 *   await verifier.authenticate(request)
 * } catch (error) {
 *   const { status, headers, body } = errorResponse(error)
 *   if (status === 500) console.error(error)
 *   const response = new Response(JSON.stringify(body), { status, headers })
 * }
 * ```
 */
export function errorResponse(error: unknown): ErrorResponse {
  if (error instanceof ResourceServerError) {
    return { status: error.status, headers: { ...error.headers, ...JSON_HEADERS }, body: refusalBody(error) }
  }
  const status = exposedStatus(error)
  const [code, text] =
    status === undefined
      ? ['server_error', 'The request could not be processed']
      : ['invalid_request', 'The request is not acceptable']
  return {
    status: status ?? 500,
    headers: { ...JSON_HEADERS, 'cache-control': 'no-store' },
    body: { error: code, error_description: text },
  }
}

/**
 * The response to any failure, as {@link errorResponse} has it. The challenge of a 401 names the scopes that a client should
 * ask for, so that its first token is good enough.
 */
export function errorResponseNaming(error: unknown, scopes: readonly string[]): ErrorResponse {
  const response = errorResponse(error)
  if (response.status !== 401 || scopes.length === 0 || !(error instanceof ResourceServerError))
    return response
  return { ...response, headers: { ...headersNaming(error, scopes), ...JSON_HEADERS } }
}
