import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type AccessTokenVerifier, ConfigurationError } from '@okta-resource-server/core'
import { decideMessage, requireOn } from '@okta-resource-server/core/adapter'
import { noteAuth, noteOpen } from '../auth-of.ts'
import type { Policy } from '../policy.ts'
import { asSent } from '../source.ts'
import { refusalOfSocketIo, refuseUpgrade } from './refusal.ts'

type Upgraded = (client: object, request: IncomingMessage) => void

/** The server of `ws`. */
interface WebSocketServer {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: Upgraded): void
}

interface SocketIoOptions {
  readonly connectionStateRecovery?: { readonly skipMiddlewares?: boolean }
}

/** The server of socket.io, or one of its namespaces. */
interface Namespace {
  readonly opts?: SocketIoOptions
  /** The server of a namespace. */
  readonly server?: { readonly opts?: SocketIoOptions }
  use(run: (socket: { readonly request: IncomingMessage }, next: (error?: Error) => void) => void): unknown
}

/** The server that Nest passes to `afterInit`. */
export type ServerLike = Partial<WebSocketServer & Namespace> & object

/** The client that Nest passes to `handleConnection`: of `ws`, or of socket.io. */
type Client = {
  readonly request?: IncomingMessage
  readonly close?: (code: number) => void
  readonly disconnect?: (close: boolean) => void
}

/** Decides about the handshakes of a server, for all of its gateways: Nest calls each of them for every client. */
export class Admission {
  readonly #verifier: AccessTokenVerifier<object>
  readonly #policies: readonly Policy[]
  readonly #admitted = new WeakSet<IncomingMessage>()

  /**
   * @param policies - what each gateway requires of all of its messages, which is required of the handshake, too
   * @throws {ConfigurationError} handshakes of this kind of server cannot be refused
   */
  constructor(verifier: AccessTokenVerifier<object>, server: ServerLike, policies: readonly Policy[]) {
    this.#verifier = verifier
    this.#policies = policies
    if (typeof server.use === 'function') this.#protectNamespace(server as Namespace)
    else if (typeof server.handleUpgrade === 'function') this.#protectUpgrades(server as WebSocketServer)
    else {
      const message =
        'The WebSocket adapter is not supported; use @nestjs/platform-ws or @nestjs/platform-socket.io'
      throw new ConfigurationError('option_invalid', 'useWebSocketAdapter', message)
    }
  }

  /** The request of the handshake of a new client; `undefined`, and the client is disconnected, if it was not accepted. */
  requestOf(connected: readonly unknown[]): IncomingMessage | undefined {
    const [client, second] = connected as [Client, IncomingMessage | undefined]
    const request = client.request ?? second
    if (request !== undefined && this.#admitted.has(request)) return request
    if (client.disconnect !== undefined) client.disconnect(true)
    else client.close?.(1008)
    return undefined
  }

  /** @throws {ResourceServerError} the handshake is refused */
  async #admit(request: IncomingMessage): Promise<void> {
    const closed = this.#policies.filter(({ open }) => !open)
    if (closed.length === 0 && this.#policies.length > 0) noteOpen(request)
    else {
      const optional = closed.length > 0 && closed.every((policy) => policy.optional)
      const sent = asSent(request)
      // A client of socket.io opens each of its namespaces with the same request.
      const auth = await decideMessage(this.#verifier, sent, undefined, optional)
      if (auth !== undefined) {
        for (const requirements of closed.flatMap((policy) => policy.requirements)) {
          requireOn(sent, auth, requirements)
        }
      }
      noteAuth(request, auth)
    }
    this.#admitted.add(request)
  }

  #protectNamespace(server: Namespace): void {
    const { connectionStateRecovery } = (server.server ?? server).opts ?? {}
    if (connectionStateRecovery?.skipMiddlewares === true) {
      const message =
        'With connectionStateRecovery, socket.io would accept clients without a handshake; set connectionStateRecovery: { skipMiddlewares: false }'
      throw new ConfigurationError('option_invalid', 'connectionStateRecovery', message)
    }
    server.use((socket, next) => {
      this.#admit(socket.request).then(
        () => next(),
        (error: unknown) => next(refusalOfSocketIo(error)),
      )
    })
  }

  #protectUpgrades(server: WebSocketServer): void {
    const handleUpgrade = server.handleUpgrade.bind(server)
    server.handleUpgrade = (request, socket, head, done) => {
      const ignore = (): void => {}
      socket.on('error', ignore)
      this.#admit(request).then(
        () => {
          socket.off('error', ignore)
          handleUpgrade(request, socket, head, done)
        },
        (error: unknown) => refuseUpgrade(socket, error),
      )
    }
  }
}
