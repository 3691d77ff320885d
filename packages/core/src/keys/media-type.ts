/**
 * The media type of a header parameter: in lower case and without `application/`, which means the same (RFC 7515, section
 * 4.1.9).
 *
 * @returns `undefined` if it is no text
 */
export const mediaType = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.toLowerCase().replace(/^application\//, '') : undefined
