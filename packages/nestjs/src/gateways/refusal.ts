import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { Logger } from '@nestjs/common'
import { type ErrorResponse, errorResponse } from '@okta-resource-server/core'

/** The response to a handshake. A fault is logged, because the client learns nothing of it; a refusal is not. */
function responseTo(error: unknown): ErrorResponse {
  const response = errorResponse(error)
  if (response.status === 500) new Logger('OktaAuthGuard').error(error)
  return response
}

/** Responds to the request of a handshake, and ends the connection. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const { status, headers, body } = responseTo(error)
  const text = JSON.stringify(body)
  const all = { ...headers, connection: 'close', 'content-length': Buffer.byteLength(text) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.once('finish', () => socket.destroy())
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', text].join('\r\n'))
}

/** The error that a client of socket.io receives as `connect_error`, with the response in `data`. */
export function refusalOfSocketIo(error: unknown): Error {
  const { status, headers, body } = responseTo(error)
  const { error_description: description, message = description ?? '' } = body
  return Object.assign(new Error(message), { data: { status, headers, body } })
}
