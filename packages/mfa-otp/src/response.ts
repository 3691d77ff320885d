/** A fully read response. `body` is the parsed JSON, or the raw text if the body is not JSON. */
export interface ParsedResponse {
  status: number
  headers: Headers
  body: unknown
}

/** Returns the members of a JSON object, unverified; an empty object for any other value. */
export function membersOf(unverifiedBody: unknown): Record<string, unknown> {
  const isObject =
    typeof unverifiedBody === 'object' && unverifiedBody !== null && !Array.isArray(unverifiedBody)
  return isObject ? (unverifiedBody as Record<string, unknown>) : {}
}

/**
 * Reads an error in either format: OAuth's `error`, or the `errorCode` of Okta's API.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.2 RFC 6749, section 5.2}
 * @see {@link https://developer.okta.com/docs/reference/error-codes/ Okta API error codes}
 */
export function errorOf(body: unknown): { error: string | undefined; description: string | undefined } {
  const { error, error_description, errorCode, errorSummary } = membersOf(body)
  if (typeof error === 'string') return { error, description: nonEmptyText(error_description) }
  if (typeof errorCode === 'string') return { error: errorCode, description: nonEmptyText(errorSummary) }
  return { error: undefined, description: undefined }
}

function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
