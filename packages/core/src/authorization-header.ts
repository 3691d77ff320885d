import { LONGEST_TOKEN } from './decode.ts'
import { InvalidRequestError, InvalidTokenError, MissingTokenError } from './errors.ts'

/** What a credential can be taken from: Node's `IncomingMessage`, a Fetch `Request`, or an object with `headers`. */
export interface RequestLike {
  readonly headers: HeadersLike
  /** Node's flat list of names and values; shows a second Authorization header, which `headers` hides. */
  readonly rawHeaders?: readonly string[]
  /** Path and query; a token in the query is refused. */
  readonly url?: string | undefined
  /** The parsed body, where the framework has parsed it; a second token there is refused. */
  readonly body?: unknown
}

/** Fetch `Headers`, Node's headers, or a plain object of any casing. */
export type HeadersLike =
  | { readonly get: (name: string) => string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** RFC 6750 §2.1: `"Bearer" 1*SP b64token`, the scheme in any case (RFC 9110 §11.1). */
const BEARER = /^Bearer +/i
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: |$)/

const several = (): InvalidRequestError => new InvalidRequestError('multiple_authorization_headers')

function isNamed(candidate: unknown, name: string): boolean {
  return typeof candidate === 'string' && candidate.length === name.length && candidate.toLowerCase() === name
}

/** What stands under a name in lower case; a list where it stands there several times. */
function headerValue(headers: HeadersLike, name: string, inEveryCasing: boolean): unknown {
  if (typeof headers.get === 'function') return (headers.get as (name: string) => unknown)(name)
  const record = headers as Readonly<Record<string, unknown>>
  if (!inEveryCasing && record[name] !== undefined) return record[name]
  const found = Object.keys(record)
    .filter((other) => isNamed(other, name))
    .map((other) => record[other])
    .filter((value) => value !== undefined && value !== null)
  return found.length > 1 ? found.flat() : found[0]
}

/** Whether Node's flat list of names and values has more than one Authorization header. */
function hasSeveral(rawHeaders: readonly unknown[]): boolean {
  let asLong = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (typeof name === 'string' && name.length === 'authorization'.length) asLong++
  }
  // Hardly ever is there a second name as long: none has to be compared.
  if (asLong < 2) return false
  return rawHeaders.filter((name, index) => index % 2 === 0 && isNamed(name, 'authorization')).length > 1
}

/** The one header; `undefined` where there is none. */
function soleHeader({ headers, rawHeaders }: RequestLike): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  if (Array.isArray(rawHeaders) && hasSeveral(rawHeaders)) throw several()
  // With `rawHeaders` the names are Node's own, in lower case and none of them twice.
  let value = headerValue(headers, 'authorization', rawHeaders === undefined)
  if (Array.isArray(value)) {
    if (value.length > 1) throw several()
    value = value[0]
  }
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new InvalidRequestError('malformed_authorization_header')
  return value
}

function isInQuery(url: unknown): boolean {
  if (typeof url !== 'string') return false
  const start = url.indexOf('?')
  // The cheap look first: a name may be percent-encoded, so any % is looked at closely.
  if (start < 0 || !(url.includes('access_token', start) || url.includes('%', start))) return false
  const target = url.split('#', 1)[0] as string
  return new URLSearchParams(target.slice(start)).has('access_token')
}

/** RFC 6750 §2.2: only a form body is a place for a token. */
function isInForm({ headers, body }: RequestLike): boolean {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'access_token')) return false
  return [headerValue(headers, 'content-type', false)]
    .flat()
    .some(
      (type) =>
        typeof type === 'string' && type.toLowerCase().startsWith('application/x-www-form-urlencoded'),
    )
}

/**
 * The Authorization header of a request that carries no second credential anywhere.
 *
 * @throws {MissingTokenError} `missing_token`
 * @throws {InvalidRequestError} there are several, or a token stands in the query or form
 */
export function authorizationHeader(request: RequestLike): string {
  if (typeof request !== 'object' || request === null) throw new MissingTokenError('missing_token')
  const header = soleHeader(request)
  const inQuery = isInQuery(request.url)
  if (header === undefined || header === '') {
    if (inQuery) throw new InvalidRequestError('token_in_query')
    throw new MissingTokenError('missing_token')
  }
  if (inQuery || isInForm(request)) throw new InvalidRequestError('multiple_tokens')
  return header
}

/**
 * The token in an Authorization header.
 *
 * @throws {MissingTokenError} the scheme is not Bearer
 * @throws {InvalidRequestError} it is malformed, or a second one hides in it
 * @throws {InvalidTokenError} `token_too_large`
 */
export function tokenIn(header: string): string {
  if (header.length > LONGEST_TOKEN + 64) throw new InvalidTokenError('token_too_large')
  const prefix = BEARER.exec(header)?.[0]
  if (prefix !== undefined) {
    const token = header.slice(prefix.length)
    if (!B64TOKEN.test(token)) throw new InvalidRequestError('malformed_authorization_header')
    return token
  }
  const scheme = SCHEME.exec(header)?.[1]
  if (scheme === undefined || scheme.toLowerCase() === 'bearer') {
    throw new InvalidRequestError('malformed_authorization_header')
  }
  // Node and Fetch join repeated headers with a comma: a Bearer hidden behind another scheme is a second one.
  if (/,\s*bearer(\s|$)/i.test(header)) throw several()
  throw new MissingTokenError('unsupported_scheme')
}

/**
 * Takes the access token out of the request's Authorization header, the only place where one is accepted.
 *
 * @throws {MissingTokenError} there are no credentials, or none of the scheme Bearer
 * @throws {InvalidRequestError} the header is malformed, there are several, or a token stands in the query or form
 * @throws {InvalidTokenError} `token_too_large`
 * @see RFC 6750 §2, RFC 9700 §4.3.2
 */
export function bearerToken(request: RequestLike): string {
  return tokenIn(authorizationHeader(request))
}
