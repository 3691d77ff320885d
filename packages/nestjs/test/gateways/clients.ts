import type { IncomingMessage } from 'node:http'
import type { INestApplication } from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import { bearer } from '@okta-resource-server/testing'
import { io } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** A connected client. */
export interface Client {
  /** Sends a message, and resolves with the event and the data of the next reply. */
  readonly ask: (event: string, data?: unknown) => Promise<readonly [event: string, data: unknown]>
  /** Sends a message, and does not wait for a reply. */
  readonly send: (event: string, data?: unknown) => void
  /** Joins another namespace of socket.io over the same connection; resolves with the error if it is refused. */
  readonly join?: (namespace: string) => Promise<string>
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>
}

/** The response to a handshake that was refused. */
export interface Refused {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

export interface Handshake {
  readonly token?: string
  /** In place of those with the token. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent after the connection has been established, as applications in browsers do. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly path?: string
}

/** One of the adapters of Nest, with its client. */
export interface Transport {
  readonly name: string
  readonly adapter: (app: INestApplication) => WsAdapter | IoAdapter
  readonly connect: (url: string, handshake?: Handshake) => Promise<Client | Refused>
}

export function isRefused(outcome: Client | Refused): outcome is Refused {
  return 'status' in outcome
}

/** Connects a client whose handshake must be accepted. */
export async function connected(transport: Transport, url: string, handshake: Handshake): Promise<Client> {
  const outcome = await transport.connect(url, handshake)
  if (isRefused(outcome)) throw new Error(`The handshake was refused: ${JSON.stringify(outcome)}`)
  return outcome
}

/** Connects a client whose handshake must be refused. */
export async function refused(
  transport: Transport,
  url: string,
  handshake: Handshake = {},
): Promise<Refused> {
  const outcome = await transport.connect(url, handshake)
  if (!isRefused(outcome)) throw new Error('The handshake was accepted')
  return outcome
}

async function bodyOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString())
}

const ws: Transport = {
  name: 'ws',
  adapter: (app) => new WsAdapter(app),
  connect: (url, { token, headers, path = '/' } = {}) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url.replace('http', 'ws') + path, {
        headers: headers ?? (token === undefined ? {} : bearer(token)),
      })
      onTestFinished(() => socket.terminate())
      socket.on('error', reject)
      socket.on('unexpected-response', async (_request, response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await bodyOf(response) })
      })
      socket.on('open', () => {
        const send = (event: string, data?: unknown) => socket.send(JSON.stringify({ event, data }))
        resolve({
          send,
          ask: (event, data) =>
            new Promise((reply) => {
              socket.once('message', (text) => {
                const message = JSON.parse(String(text))
                reply([message.event, message.data])
              })
              send(event, data)
            }),
          closed: new Promise((closed) => socket.once('close', () => closed())),
        })
      })
    }),
}

const socketIo: Transport = {
  name: 'socket.io',
  adapter: (app) => new IoAdapter(app),
  connect: (url, { token, headers, parameters = {}, path = '' } = {}) =>
    new Promise((resolve) => {
      const socket = io(url + path, {
        reconnection: false,
        forceNew: true,
        auth: parameters,
        extraHeaders: headers ?? (token === undefined ? {} : bearer(token)),
      })
      onTestFinished(() => {
        socket.disconnect()
      })
      socket.on('connect_error', (error) => resolve((error as Error & { data: Refused }).data))
      socket.on('connect', () =>
        resolve({
          send: (event, data) => socket.emit(event, data),
          ask: (event, data) =>
            new Promise((reply) => {
              const once = (name: string, value: unknown): void => {
                socket.offAny(once)
                reply([name, value])
              }
              socket.onAny(once)
              socket.emit(event, data)
            }),
          join: (namespace) =>
            new Promise((joined) => {
              const other = socket.io.socket(namespace)
              other.once('connect', () => joined('connected'))
              other.once('connect_error', ({ message }) => joined(message))
            }),
          closed: new Promise((closed) => socket.once('disconnect', () => closed())),
        }),
      )
    }),
}

export const TRANSPORTS: readonly Transport[] = [ws, socketIo]
