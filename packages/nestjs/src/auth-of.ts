import type { VerifiedAccessToken as Auth } from '@okta-resource-server/core'
import { serverRequest, verifiedTokenOf } from '@okta-resource-server/core/adapter'
import { handshakeOf } from './gateways/handshakes.ts'

/** By Node's request; `undefined` for open handlers, and without credentials where they are optional. */
const auths = new WeakMap<object, Auth | undefined>()

/** Notes what was decided about a request. */
export function noteAuth(request: object, auth: object | undefined): void {
  auths.set(serverRequest(request), auth as Auth | undefined)
}

/** Notes that a request is for an open handler. It may be for other handlers, too: fields of GraphQL, or messages. */
export function noteOpen(request: object): void {
  const carrier = serverRequest(request)
  if (!auths.has(carrier)) auths.set(carrier, undefined)
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
export function authOf(source: object): Auth | undefined {
  const request = handshakeOf(source) ?? source
  const carrier = serverRequest(request)
  if (auths.has(carrier)) return auths.get(carrier)
  // A middleware of this library may have decided about it.
  return verifiedTokenOf(request) as Auth | undefined
}
