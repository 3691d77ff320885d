import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server that can be stopped and started again on the same port. */
export class Listener {
  #server: Server | undefined
  #port: number
  readonly #host: string
  readonly #onRequest: RequestListener

  constructor(host: string, port: number, onRequest: RequestListener) {
    this.#host = host
    this.#port = port
    this.#onRequest = onRequest
  }

  get port(): number {
    return this.#port
  }

  async start(): Promise<void> {
    if (this.#server) return
    const server = createServer(this.#onRequest)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, this.#host, () => {
        server.off('error', reject)
        this.#port = (server.address() as AddressInfo).port
        resolve()
      })
    })
    this.#server = server
  }

  /** Stops listening and closes open connections, so that new requests fail immediately. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
}
