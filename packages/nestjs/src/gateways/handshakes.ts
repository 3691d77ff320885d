import type { IncomingMessage } from 'node:http'

const handshakes = new WeakMap<object, IncomingMessage>()

/** Remembers the HTTP request with which a client has connected. */
export function rememberHandshake(client: object, request: IncomingMessage): void {
  handshakes.set(client, request)
}

/** The HTTP request with which a client has connected. */
export function handshakeOf(client: object): IncomingMessage | undefined {
  return handshakes.get(client)
}
