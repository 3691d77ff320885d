import { DEFAULTS } from '../options/defaults.ts'
import type { Scheme } from '../refusal/challenge.ts'
import { InvalidRequestError, InvalidTokenError, MissingTokenError } from '../refusal/errors.ts'
import { isInForm, isInQuery } from './parameters.ts'
import {
  checkHeaders,
  isRepeated,
  type RequestLike,
  rawHeadersOf,
  requestWithHeaders,
  sentHeader,
} from './request.ts'

/** The credentials in an Authorization header. */
export interface Credentials {
  readonly scheme: Scheme
  readonly token: string
}

/** Scheme and spaces (RFC 6750, section 2.1; RFC 9449, section 7.1), the scheme in any case (RFC 9110, section 11.1). */
const ACCEPTED_SCHEME = /^(?:Bearer|DPoP) +/i
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: |$)/
/** Characters of the scheme and the spaces after it. */
const MAX_SCHEME_LENGTH = 64

const multipleHeaders = (): InvalidRequestError => new InvalidRequestError('multiple_authorization_headers')

/** The Authorization header; `undefined` if there is none. */
function soleAuthorizationHeader(request: RequestLike): string | undefined {
  const rawHeaders = rawHeadersOf(request)
  if (rawHeaders !== undefined && isRepeated(rawHeaders, 'authorization')) throw multipleHeaders()
  let value = sentHeader(request, 'authorization')
  if (Array.isArray(value)) {
    if (value.length > 1) throw multipleHeaders()
    value = value[0]
  }
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw new InvalidRequestError('malformed_authorization_header')
  return value
}

/**
 * The Authorization header of a request that has no access token anywhere else.
 *
 * @throws {MissingTokenError} `missing_token`
 * @throws {InvalidRequestError} there are several headers, or a token is in the query or form
 * @throws {TypeError} this is no request
 */
export function authorizationHeader(wrapped: RequestLike): string {
  const request = requestWithHeaders(wrapped)
  const header = soleAuthorizationHeader(request)
  const inQuery = isInQuery(request, 'access_token')
  const inForm = isInForm(request, 'access_token')
  if (header === undefined) {
    checkHeaders(request)
    if (inQuery) throw new InvalidRequestError('token_in_query')
    if (inForm) throw new InvalidRequestError('token_in_body')
    throw new MissingTokenError('missing_token')
  }
  if (inQuery || inForm) throw new InvalidRequestError('multiple_tokens')
  return header
}

/** The scheme of a header; `Bearer` if it has another one, which {@link parseCredentials} refuses. */
export function schemeOf(header: string): Scheme {
  const startsWithD = (header.charCodeAt(0) | 0x20) === 0x64
  return startsWithD && /^dpop(?: |$)/i.test(header) ? 'DPoP' : 'Bearer'
}

/**
 * Parses an Authorization header.
 *
 * @param maxTokenSize - characters
 * @throws {MissingTokenError} `unsupported_scheme`
 * @throws {InvalidRequestError} the header is malformed, or contains a second credential
 * @throws {InvalidTokenError} `token_too_large`
 */
export function parseCredentials(header: string, maxTokenSize: number): Credentials {
  if (header.length > maxTokenSize + MAX_SCHEME_LENGTH) throw new InvalidTokenError('token_too_large')
  const prefix = ACCEPTED_SCHEME.exec(header)?.[0]
  if (prefix !== undefined) {
    const token = header.slice(prefix.length)
    if (token.length > maxTokenSize) throw new InvalidTokenError('token_too_large')
    if (!B64TOKEN.test(token)) throw new InvalidRequestError('malformed_authorization_header')
    return { scheme: schemeOf(header), token }
  }
  const scheme = SCHEME.exec(header)?.[1]
  if (scheme === undefined || /^(?:bearer|dpop)$/i.test(scheme)) {
    throw new InvalidRequestError('malformed_authorization_header')
  }
  // Node and Fetch join repeated headers with a comma, so one of these after another scheme is a second header.
  if (/,\s*(?:bearer|dpop)(?:\s|$)/i.test(header)) throw multipleHeaders()
  throw new MissingTokenError('unsupported_scheme')
}

/**
 * Reads the access token from the Authorization header of a request. It does not verify the token.
 *
 * @param request - Node's `IncomingMessage`, a Fetch `Request`, or an object with `headers`
 * @returns the token
 * @throws {MissingTokenError} there are no credentials, or none of the scheme Bearer
 * @throws {InvalidRequestError} the header is malformed, there are several, or a token is in the query or form
 * @throws {InvalidTokenError} `token_too_large`: more than 16,384 bytes
 * @throws {TypeError} the argument is no request
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750, section 2.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.3.2 RFC 9700, section 4.3.2}
 * @example
 * ```ts
 * const auth = await verifier.verify(bearerToken(request))
 * ```
 */
export function bearerToken(request: RequestLike): string {
  const { scheme, token } = parseCredentials(authorizationHeader(request), DEFAULTS.maxTokenSize)
  if (scheme !== 'Bearer') throw new MissingTokenError('unsupported_scheme')
  return token
}
