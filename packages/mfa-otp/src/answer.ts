/** An answer that was read to its end; `body` is the parsed JSON, or the text when it is not JSON. */
export interface Answer {
  status: number
  headers: Headers
  body: unknown
}

/** The members of a JSON object, unverified; none when the value is something else. */
export function members(unverifiedBody: unknown): Record<string, unknown> {
  const isObject =
    typeof unverifiedBody === 'object' && unverifiedBody !== null && !Array.isArray(unverifiedBody)
  return isObject ? (unverifiedBody as Record<string, unknown>) : {}
}

/**
 * Reads the error out of both shapes: OAuth's `error`, and `errorCode` of Okta's API.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
export function errorOf(body: unknown): { error: string | undefined; description: string | undefined } {
  const { error, error_description, errorCode, errorSummary } = members(body)
  if (typeof error === 'string') return { error, description: text(error_description) }
  if (typeof errorCode === 'string') return { error: errorCode, description: text(errorSummary) }
  return { error: undefined, description: undefined }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
