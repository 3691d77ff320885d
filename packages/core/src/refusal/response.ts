import { type ErrorResponse, refusalBody } from './challenge.ts'
import { ResourceServerError } from './errors.ts'

const JSON_HEADERS = { 'content-type': 'application/json' } as const

/** An error of another library that the application may show to clients, by the convention of `http-errors`. */
function isExposedClientError(error: unknown): error is { readonly status: number } {
  if (typeof error !== 'object' || error === null) return false
  const { status, statusCode = status, expose } = error as Readonly<Record<string, unknown>>
  return (
    expose === true &&
    status === statusCode &&
    Number.isInteger(status) &&
    Number(status) >= 400 &&
    Number(status) <= 499
  )
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
  const [status, code, text] = isExposedClientError(error)
    ? [error.status, 'invalid_request', 'The request is not acceptable']
    : [500, 'server_error', 'The request could not be processed']
  return {
    status,
    headers: { ...JSON_HEADERS, 'cache-control': 'no-store' },
    body: { error: code, error_description: text },
  }
}
