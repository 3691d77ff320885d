import { connect, type Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')

function lengthOfResponse(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(HEAD_END)
  if (end < 0) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1]
  if (length === undefined) throw new Error('A response without Content-Length')
  return end + HEAD_END.length + Number(length)
}

/**
 * A keep-alive connection that sends the next request when the previous response is complete.
 *
 * Requests are prepared bytes, and only the status and the length of a response are read, so that the load generator
 * needs far less time than the server.
 */
export class Connection {
  readonly #socket: Socket
  readonly #next: () => Buffer | undefined
  readonly #done: (status: number, milliseconds: number) => void
  #received: Buffer | undefined
  #sentAt = 0
  #resolve: () => void = () => {}
  #reject: (error: Error) => void = () => {}
  readonly #idle: Promise<void>

  constructor(
    port: number,
    next: () => Buffer | undefined,
    done: (status: number, milliseconds: number) => void,
  ) {
    this.#next = next
    this.#done = done
    this.#idle = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket.on('data', (bytes) => this.#take(bytes))
    this.#socket.on('error', (error) => this.#reject(error))
    this.#socket.on('close', () => this.#reject(new Error('The server closed a connection')))
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('connect', resolve).once('error', reject)
    })
  }

  /** Resolves when there is nothing more to send and every response has arrived. */
  run(): Promise<void> {
    this.#send()
    return this.#idle
  }

  close(): void {
    this.#socket.removeAllListeners('close').destroy()
  }

  #send(): void {
    const request = this.#next()
    if (request === undefined) {
      this.#resolve()
      return
    }
    this.#sentAt = performance.now()
    this.#socket.write(request)
  }

  #take(bytes: Buffer): void {
    const all = this.#received === undefined ? bytes : Buffer.concat([this.#received, bytes])
    const length = lengthOfResponse(all)
    if (length === undefined || all.length < length) {
      this.#received = all
      return
    }
    this.#received = undefined
    this.#done(Number(all.toString('latin1', 9, 12)), performance.now() - this.#sentAt)
    this.#send()
  }
}
