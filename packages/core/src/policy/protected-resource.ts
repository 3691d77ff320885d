import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Configuration } from '../options/options.ts'
import { WELL_KNOWN } from '../options/resource.ts'

/** The protected resource metadata of a verifier, ready to be served. */
export interface ProtectedResource {
  /** Resource identifier, exactly as in the option `resource`. */
  readonly identifier: string
  /** URL of the document, which challenges name as `resource_metadata`. */
  readonly metadataUrl: string
  /** The document. */
  readonly document: Readonly<Record<string, unknown>>
}

/** What is read from a request for the document: nothing that a client could use to change the document. */
export interface MetadataRequest {
  readonly method?: string | undefined
  /** Path and query, or a whole URL. */
  readonly url?: string | undefined
}

/** The response to a request for the document. */
export interface MetadataResponse {
  readonly status: 200 | 204
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON; `null` for preflight and HEAD requests. */
  readonly body: string | null
}

/** The document is public, and clients in browsers are on other origins. */
const CORS = { 'access-control-allow-origin': '*' }
/** MCP clients send the header `MCP-Protocol-Version`, which needs a preflight request. */
const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  ...CORS,
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': '*',
  'access-control-max-age': '86400',
})
/** RFC 9728, section 7.10: an hour. */
const CACHE_CONTROL = 'public, max-age=3600'

/** The members that follow from how tokens must be bound (RFC 9728, section 2). */
function possessionMembers({
  challengePolicy,
  mtls,
}: Pick<Configuration, 'challengePolicy' | 'mtls'>): Readonly<Record<string, unknown>> {
  const { schemes, proofAlgorithms } = challengePolicy
  const certificates = mtls.mode !== 'disabled' && { tls_client_certificate_bound_access_tokens: true }
  if (!schemes.includes('DPoP')) return { ...certificates }
  return {
    ...certificates,
    dpop_signing_alg_values_supported: proofAlgorithms,
    ...(!schemes.includes('Bearer') && { dpop_bound_access_tokens_required: true }),
  }
}

/** The protected resource metadata; `undefined` without the option `resource`. */
export function protectedResourceFrom(configuration: Configuration): ProtectedResource | undefined {
  const { resource } = configuration
  if (resource === undefined) return undefined
  const { identifier, metadataUrl, members } = resource
  const document = Object.freeze({ ...members, ...possessionMembers(configuration) })
  return Object.freeze({ identifier, metadataUrl, document })
}

/** Path and query of a request target; of a whole URL, as Fetch requests have it, what follows its host. */
function partsOf(target: string): readonly [path: string, query: string] {
  const text = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '')
  const beforeFragment = text.split('#', 1)[0] as string
  const start = `${beforeFragment}?`.indexOf('?')
  return [beforeFragment.slice(0, start), beforeFragment.slice(start)]
}

const withoutSlash = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

/**
 * Whether a request is for the document: exactly its path, with or without a slash at the end. A query is compared if
 * the resource identifier has one, and ignored otherwise.
 */
function isForDocument(target: string, metadataUrl: string): boolean {
  const [path, query] = partsOf(metadataUrl)
  const [requestedPath, requestedQuery] = partsOf(target)
  return withoutSlash(requestedPath) === withoutSlash(path) && (query === '' || requestedQuery === query)
}

/**
 * The response to a request for the protected resource metadata; `undefined` for every other request.
 *
 * It answers GET, HEAD and preflight requests, with or without a token. Path and content come from the option `resource`
 * only, never from the request.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-3 RFC 9728, section 3}
 * @example
 * ```ts
 * const resource = requireProtectedResource({ verifier })
 * const serve = (request: Request): Response | undefined => {
 *   const found = metadataResponse(resource, request)
 *   return found && new Response(found.body, found)
 * }
 * ```
 */
export function metadataResponse(
  { metadataUrl, document }: ProtectedResource,
  { method, url }: MetadataRequest,
): MetadataResponse | undefined {
  // Other requests leave as early as possible.
  if (typeof url !== 'string' || !url.includes(WELL_KNOWN) || !isForDocument(url, metadataUrl))
    return undefined
  if (method === 'OPTIONS') return { status: 204, headers: PREFLIGHT_HEADERS, body: null }
  if (method !== 'GET' && method !== 'HEAD') return undefined
  const body = JSON.stringify(document)
  const headers = {
    ...CORS,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': CACHE_CONTROL,
  }
  return { status: 200, headers, body: method === 'HEAD' ? null : body }
}

/**
 * Answers a request for the protected resource metadata.
 *
 * @returns `false` for every other request, which is left alone
 */
export function sendMetadata(
  resource: ProtectedResource,
  request: IncomingMessage & { readonly originalUrl?: string },
  response: ServerResponse,
): boolean {
  // Routers that are mounted under a path shorten url.
  const found = metadataResponse(resource, {
    method: request.method,
    url: request.originalUrl ?? request.url,
  })
  if (found === undefined) return false
  response.statusCode = found.status
  for (const [name, value] of Object.entries(found.headers)) response.setHeader(name, value)
  response.end(found.body)
  return true
}
