import { callbackResult } from '../options/checks.ts'
import type { DpopConfiguration } from '../options/dpop.ts'
import { ConfigurationError } from '../refusal/errors.ts'
import { type RequestLike, requestWithHeaders, sentHeader, serverRequest } from '../request/request.ts'

type UrlConfiguration = Pick<DpopConfiguration, 'externalUrl' | 'resourceOrigin'>

/** Scheme, and authority without user name. */
const HTTP_ORIGIN = /^https?:\/\/[^/@]+(?:\/|$)/i
/** What `URL` would remove or replace. */
const NOT_IN_URI = /[\s\\\p{Cc}]/u
/** A Host header can have any text, a path included. */
const ORIGIN = /^[^\s\\/?#@]+:\/\/[^\s\\/?#@]+$/
const TARGET_ORIGIN = /^[A-Za-z][A-Za-z0-9+.-]{0,20}:\/\/[^/?#]*/
const PERCENT_ENCODED = /%[0-9A-Fa-f]{2}/g
/** RFC 3986, section 2.3. */
const UNRESERVED = /[A-Za-z0-9\-._~]/

/** The URI without query and fragment (RFC 9449, section 4.3: "ignoring"). */
export const withoutQuery = (uri: string): string => uri.slice(0, uri.search(/[?#]|$/))

function normalizeEscape(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return UNRESERVED.test(character) ? character : encoded.toUpperCase()
}

/**
 * Normalises an `http` or `https` URI by syntax and scheme, without query and fragment.
 *
 * `URL` lowers scheme and host, removes dot segments and default ports, and adds an empty path's slash. It leaves
 * percent-encoded characters as they are.
 *
 * @returns `undefined` if it is no such URI
 * @see {@link https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2 RFC 3986, sections 6.2.2 and 6.2.3}
 */
export function normalizeHtu(uri: string): string | undefined {
  const text = withoutQuery(uri)
  if (!HTTP_ORIGIN.test(text) || NOT_IN_URI.test(text)) return undefined
  // `URL.canParse` would parse a URL that is valid a second time.
  try {
    return new URL(text).href.replace(PERCENT_ENCODED, normalizeEscape)
  } catch {
    return undefined
  }
}

/** A member of the request, or of the server's request that it wraps. */
function member<Name extends keyof RequestLike>(
  request: RequestLike,
  name: Name,
): RequestLike[Name] | undefined {
  return request[name] ?? request.raw?.[name]
}

/** The method of the request; `undefined` if it does not say. */
export const methodOf = (request: RequestLike): string | undefined => member(request, 'method')

/** The origin of the connection, with the host that HTTP/2 or the Host header names. */
function connectionOrigin(request: RequestLike): string | undefined {
  const wrapped = requestWithHeaders(request)
  const { headers, rawHeaders } = wrapped
  // Only Node has pseudo-headers. Fetch Headers refuse such a name.
  const { ':authority': ofHttp2 } = (rawHeaders === undefined ? {} : headers) as { ':authority'?: unknown }
  const host = ofHttp2 ?? sentHeader(wrapped, 'host')
  const authority: unknown = Array.isArray(host) ? host[0] : host
  if (typeof authority !== 'string') return undefined
  const { encrypted } = (member(request, 'socket') ?? {}) as { readonly encrypted?: unknown }
  return `${encrypted === true ? 'https' : 'http'}://${authority}`
}

function urlFrom(externalUrl: (request: never) => string, request: RequestLike): string {
  // The server's own request: a wrapper of an adapter has less.
  const url: unknown = callbackResult('dpop.externalUrl', () => externalUrl(serverRequest(request) as never))
  if (typeof url === 'string') return url
  const message = 'dpop.externalUrl must return the URL that the client requested, as a string'
  throw new ConfigurationError('option_invalid', 'dpop.externalUrl', message)
}

/**
 * The URL that the client requested, as far as can be known: `externalUrl` and the path, else the origin of `resource`, else
 * that of the request.
 *
 * Origin and path are joined as text. `new URL(path, origin)` would take the host from a path such as `//other.example/`.
 *
 * @returns `undefined` if the request does not say
 * @throws {ConfigurationError} the function `externalUrl` returns no string
 */
export function requestedUrl(
  request: RequestLike,
  { externalUrl, resourceOrigin }: UrlConfiguration,
): string | undefined {
  if (typeof externalUrl === 'function') return urlFrom(externalUrl, request)
  // Routers that are mounted and rewritten URLs change `url`, but not `originalUrl`.
  const target = member(request, 'originalUrl') ?? member(request, 'url')
  if (typeof target !== 'string') return undefined
  const ownOrigin = TARGET_ORIGIN.exec(target)?.[0]
  const path = withoutQuery(target.slice(ownOrigin?.length))
  if (path !== '' && !path.startsWith('/')) return undefined
  const configured = externalUrl ?? resourceOrigin
  if (configured !== undefined) return configured + path
  // The authority of an absolute-form target replaces the Host header (RFC 9112, section 3.2.2).
  const origin = member(request, 'origin') ?? ownOrigin ?? connectionOrigin(request)
  return origin !== undefined && ORIGIN.test(origin) ? origin + path : undefined
}

/** Whether the claim `htu` names the URL that was requested. */
export function isSameUrl(htu: string, requested: string | undefined): boolean {
  if (requested === undefined) return false
  if (htu === requested) return true
  const expected = normalizeHtu(requested)
  return expected !== undefined && (htu === expected || normalizeHtu(htu) === expected)
}
