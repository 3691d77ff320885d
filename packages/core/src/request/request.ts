import { isPlainObject } from '../options/checks.ts'
import type { CertificateRequest } from '../options/mtls.ts'

/** Fetch `Headers`, Node's headers, or a plain object with names in any case. */
export type HeadersLike =
  | { readonly get: (name: string) => string | null }
  | Readonly<Record<string, string | readonly (string | CloudFrontValue)[] | CloudFrontValue | undefined>>

/** A value as events of CloudFront have it. */
interface CloudFrontValue {
  readonly value: string
}

/** Values by name, as serverless platforms pass headers and query parameters. */
type Values = Readonly<Record<string, string | readonly string[] | undefined>> | null

/**
 * What an access token is read from: Node's `IncomingMessage`, a Fetch `Request`, an AWS Lambda event of API Gateway or
 * an Application Load Balancer, the request of a CloudFront event, Hono's `c.req`, or any object with `headers`.
 */
export interface RequestLike {
  /** The request headers. `null`, as in some serverless events, means that there are none. */
  readonly headers?: HeadersLike | null | undefined
  /** Node's list of names and values. It shows a second Authorization header, which `headers` hides. */
  readonly rawHeaders?: readonly string[] | undefined
  /** Path and query, or a whole URL. An access token in the query is refused. */
  readonly url?: string | undefined
  /** The path before a router or a rewrite changed `url`. A DPoP proof is compared with it. */
  readonly originalUrl?: string | undefined
  /** The method. A DPoP proof is compared with it. */
  readonly method?: string | undefined
  /**
   * Scheme, host and port under which the client reached the server, such as `https://api.example.com`. Adapters set it from
   * forwarded headers that the framework trusts. Without it, connection and Host header are used.
   */
  readonly origin?: string | undefined
  /** The connection. */
  readonly socket?: CertificateRequest['socket']
  /** The body, if it has been parsed. An access token in a form is refused. */
  readonly body?: unknown
  /** Whether the body of a serverless event is in base64. */
  readonly isBase64Encoded?: boolean | undefined
  /** All header values of a serverless event. */
  readonly multiValueHeaders?: Values | undefined
  /** Query parameters of a serverless event. */
  readonly queryStringParameters?: Values | undefined
  /** All query parameters of a serverless event. */
  readonly multiValueQueryStringParameters?: Values | undefined
  /** Query string of a serverless event. */
  readonly rawQueryString?: string | undefined
  /** Query string of a CloudFront event, or its parameters by name. */
  readonly querystring?: unknown
  /** The request of the server, where a framework wraps it. It is read if the wrapper has no headers. */
  readonly raw?: RequestLike | undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The server's own request where a framework wraps it. Only a request has headers: `raw` may be anything else. */
export function serverRequest<Request extends object>(request: Request): Request {
  const { raw } = request as { readonly raw?: (Request & { readonly headers?: unknown }) | null }
  return raw?.headers ? raw : request
}

/**
 * The object that has the headers: the request itself, or the one that it wraps.
 *
 * @throws {TypeError} no headers can be found, so this is no request
 */
export function requestWithHeaders(request: RequestLike): RequestLike {
  const headers = (request as RequestLike | null)?.headers
  return isObject(headers) && !Array.isArray(headers) ? request : unusualRequest(request)
}

function unusualRequest(request: RequestLike): RequestLike {
  if (isObject(request)) {
    if (isObject(request.multiValueHeaders)) return request
    if (isObject(request.raw) && isObject(request.raw.headers)) return request.raw
    if (request.headers === null) return request
  }
  throw new TypeError(`The request has no headers. ${hintFor(request)}`)
}

/** Contexts of frameworks, such as those of Hono and tRPC, have the request in one of these. */
const REQUEST_MEMBERS = ['req', 'request'] as const

type Context = Readonly<Record<(typeof REQUEST_MEMBERS)[number], RequestLike | undefined>>

function hintFor(request: unknown): string {
  if (typeof request === 'string') return 'To verify a bare token, call verify(token).'
  const { get, then } = (request ?? {}) as { readonly get?: unknown; readonly then?: unknown }
  if (typeof then === 'function') return 'It is a promise: await it.'
  const member = REQUEST_MEMBERS.find((name) => {
    const { headers, raw } = (request as Context | null | undefined)?.[name] ?? {}
    return isObject(headers ?? raw?.headers)
  })
  if (member !== undefined) return `Pass its member ${member}.`
  return typeof get === 'function'
    ? 'To pass headers alone, pass { headers }.'
    : 'Pass an IncomingMessage, a Fetch Request or { headers }.'
}

/**
 * Checks that a header that was not found could have been there.
 *
 * @throws {TypeError} `headers` is another object, such as a promise, so this is no request
 */
export function checkHeaders({ headers, multiValueHeaders }: RequestLike): void {
  if (isObject(multiValueHeaders) || !isObject(headers)) return
  const { get, then } = headers as { readonly get?: unknown; readonly then?: unknown }
  if (typeof get === 'function' || Object.keys(headers).length > 0 || isPlainObject(headers)) return
  const hint =
    typeof then === 'function'
      ? 'They are a promise: await it.'
      : 'Pass Headers, or an object with their names.'
  throw new TypeError(`The request has no headers that can be read. ${hint}`)
}

/** A request that a framework wraps: Fastify in `raw`, Koa in `req`, hapi in `raw.req`. */
interface Wrapper extends RequestLike {
  readonly req?: RequestLike | undefined
}

/** Node's list of names and values, which wrappers of a request do not have. */
export function rawHeadersOf(request: RequestLike): readonly string[] | undefined {
  let { rawHeaders } = request
  if (rawHeaders === undefined) {
    const { raw, req = (raw as Wrapper | null | undefined)?.req }: Wrapper = request
    rawHeaders = raw?.rawHeaders ?? req?.rawHeaders
  }
  return Array.isArray(rawHeaders) ? rawHeaders : undefined
}

function isNamed(candidate: unknown, name: string): boolean {
  if (candidate === name) return true
  return typeof candidate === 'string' && candidate.length === name.length && candidate.toLowerCase() === name
}

const plainValue = (item: unknown): unknown => (isObject(item) && 'value' in item ? item.value : item)

/** The values under every spelling of a name. */
function valuesInAnyCase(record: object, name: string): readonly unknown[] {
  const found: unknown[] = []
  for (const key of Object.keys(record)) {
    const value = isNamed(key, name) ? (record as Readonly<Record<string, unknown>>)[key] : undefined
    if (Array.isArray(value)) found.push(...value.map(plainValue))
    else if (value !== undefined && value !== null) found.push(plainValue(value))
  }
  return found
}

/** The value of a header, or a list where there may be several. */
export function headerValue({ headers, rawHeaders }: RequestLike, name: string): unknown {
  if (!isObject(headers)) return undefined
  // Node's headers have names in lower case, each once. Those of a mock request may not.
  const ofNode = rawHeaders === undefined ? undefined : (headers as Readonly<Record<string, unknown>>)[name]
  if (ofNode !== undefined && ofNode !== null) return ofNode
  // `Headers` ignores the case of a name, a Map does not.
  if (headers instanceof Map) return valuesInAnyCase(Object.fromEntries(headers), name)
  if (typeof headers.get === 'function') return (headers.get as (name: string) => unknown)(name)
  return valuesInAnyCase(headers, name)
}

/** The values of a header. A serverless event may have it in two maps. */
export function headerValues(request: RequestLike, name: string): readonly unknown[] {
  const all = isObject(request.multiValueHeaders) ? valuesInAnyCase(request.multiValueHeaders, name) : []
  const single = [headerValue(request, name)].flat().filter((value) => value !== undefined && value !== null)
  return [...all, ...single.filter((value) => !all.includes(value))]
}

/** The value of a header, or a list. Only a serverless event has two maps of headers; every other request takes the shorter way. */
export function sentHeader(request: RequestLike, name: string): unknown {
  return request.multiValueHeaders === undefined ? headerValue(request, name) : headerValues(request, name)
}

/** Whether Node's list of names and values has a header more than once. */
export function isRepeated(rawHeaders: readonly unknown[], name: string): boolean {
  let sameLength = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index]
    if (typeof candidate === 'string' && candidate.length === name.length) sameLength++
  }
  // Names are compared only if two have this length, which is rare.
  return sameLength > 1 && countNamed(rawHeaders, name) > 1
}

function countNamed(rawHeaders: readonly unknown[], name: string): number {
  return rawHeaders.filter((candidate, index) => index % 2 === 0 && isNamed(candidate, name)).length
}

/** A URL as text. The requests of hapi, Oak and h3 have an object. */
export function urlText(url: unknown): string | undefined {
  const text = typeof url === 'string' ? url : (url as Partial<URL> | null | undefined)?.href
  return typeof text === 'string' ? text : undefined
}
