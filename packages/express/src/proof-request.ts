import type { IncomingMessage } from 'node:http'
import type { RequestLike } from '@okta-resource-server/core'

type TrustFunction = (address: string | undefined, hop: number) => boolean

/** What Express adds to Node's request. Other servers with `(req, res, next)` may lack any of it. */
type ExpressRequest = IncomingMessage & {
  readonly app?: { get?(name: string): unknown }
  readonly protocol?: string
  readonly originalUrl?: string
  readonly body?: unknown
}

/** The first of the values that proxies have put into a header, as Express reads them. */
function firstOf(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined ? undefined : String(value).split(',', 1)[0]?.trim()
}

/**
 * Scheme and host from forwarded headers, if `trust proxy` trusts the peer; else `undefined`. Not `req.host`, which lacks the port
 * in Express 4.
 */
function trustedOrigin(req: ExpressRequest): string | undefined {
  const { headers, protocol, socket } = req
  if (headers['x-forwarded-host'] === undefined && headers['x-forwarded-proto'] === undefined)
    return undefined
  const trust = req.app?.get?.('trust proxy fn') as TrustFunction | undefined
  if (typeof trust !== 'function' || !trust(socket.remoteAddress, 0)) return undefined
  const host = firstOf(headers['x-forwarded-host']) || (headers[':authority'] ?? headers.host)
  return host === undefined || protocol === undefined ? undefined : `${protocol}://${String(host)}`
}

/** The request, with the origin that a DPoP proof is compared with. A request without a proof needs none. */
export function withOrigin(req: ExpressRequest): RequestLike {
  if (req.headers.dpop === undefined) return req
  const origin = trustedOrigin(req)
  if (origin === undefined) return req
  const { headers, rawHeaders, method, url, originalUrl, body } = req
  return { headers, rawHeaders, method, url, originalUrl, origin, body, raw: req }
}
