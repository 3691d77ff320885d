import type { VerifiedAccessToken } from '@okta-resource-server/core'
import { verifiedTokenOf } from '@okta-resource-server/core/adapter'
import { handshakeOf } from './gateways/handshakes.ts'

/** Requests of handlers that are open. */
const opened = new WeakSet<object>()

const carrierOf = (request: object): object => (request as { readonly raw?: object }).raw ?? request

/** Notes that a request is for an open handler. */
export function noteOpen(request: object): void {
  opened.add(carrierOf(request))
}

/**
 * The verified access token of a request, or of a client of a WebSocket; `undefined` if the handler is `@Public()`, or was
 * called without credentials where they are optional.
 *
 * @param source - the request of Express or Fastify, or the client that a gateway receives
 * @throws {ConfigurationError} `middleware_missing`: the guard did not run for this request
 * @example
 * ```ts
 * class Chat {
 *   handleConnection(client: object) {
 *     console.log('connected:', authOf(client)?.subject)
 *   }
 * }
 * ```
 */
export function authOf(source: object): VerifiedAccessToken | undefined {
  const request = handshakeOf(source) ?? source
  try {
    return verifiedTokenOf(request) as VerifiedAccessToken | undefined
  } catch (error) {
    if (opened.has(carrierOf(request))) return undefined
    throw error
  }
}
