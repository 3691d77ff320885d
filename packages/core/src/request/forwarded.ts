import { type RequestLike, serverRequest } from './request.ts'

/** What Express and Fastify add to the request of the server. */
interface FrameworkRequest {
  readonly app?: { get?(name: string): unknown }
  readonly protocol?: unknown
  readonly host?: unknown
  /** Fastify 4 has no `host`; its `hostname` has the port. */
  readonly hostname?: unknown
}

type TrustFunction = (address: string | undefined, hop: number) => boolean
type NodeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** The first of the values that proxies have put into a header, as Express reads them. */
const firstOf = (value: string | readonly string[] | undefined): string | undefined =>
  value === undefined ? undefined : (String(value).split(',', 1)[0] as string).trim()

/** Not `req.host`, which is deprecated in Express 4 and lacks the port there. */
function originOfExpress(
  { app, protocol }: FrameworkRequest,
  headers: NodeHeaders,
  address: string | undefined,
): string | undefined {
  const trust = app?.get?.('trust proxy fn') as TrustFunction | undefined
  if (typeof trust !== 'function' || !trust(address, 0)) return undefined
  const host = firstOf(headers['x-forwarded-host']) || (headers[':authority'] ?? headers.host)
  return host === undefined ? undefined : `${String(protocol)}://${String(host)}`
}

/**
 * The request, with the origin that a DPoP proof is compared with: scheme and host from forwarded headers, if Express (`trust
 * proxy`) or Fastify (`trustProxy`) trusts the peer that sent them. A request without a proof is returned as it is.
 *
 * @param framework - the request of the framework, if `request` is that of the server
 */
export function withForwardedOrigin<Request extends RequestLike>(
  request: Request,
  framework: object = request,
): Request | RequestLike {
  const raw: RequestLike = serverRequest<RequestLike>(request)
  const headers = raw.headers as NodeHeaders | null | undefined
  if (headers?.dpop === undefined) return request
  if (headers['x-forwarded-host'] === undefined && headers['x-forwarded-proto'] === undefined) return request
  const { remoteAddress } = (raw.socket ?? {}) as { readonly remoteAddress?: string }
  const source: FrameworkRequest = framework
  const origin =
    source.app === undefined && source !== raw
      ? `${String(source.protocol)}://${String(source.host ?? source.hostname)}`
      : originOfExpress(source, headers, remoteAddress)
  if (origin === undefined) return request
  const { rawHeaders, method, url, originalUrl } = raw
  return { headers, rawHeaders, method, url, originalUrl, origin, body: request.body, raw } as RequestLike
}
