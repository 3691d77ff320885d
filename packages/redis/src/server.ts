import { ConfigurationError, StoreError } from '@okta-resource-server/core'
import { checkKnown, invalidOption, isObject } from '@okta-resource-server/core/adapter'
import { type CountedConnection, connectionOf, type RedisClient } from './client.ts'

/** Options of both stores. */
export interface RedisStoreOptions {
  /**
   * Milliseconds that a call of Redis may take.
   *
   * @default 500
   */
  readonly timeoutDuration?: number
  /**
   * Accepts a server whose `maxmemory-policy` is not `noeviction`. It drops entries without notice when its memory is full: a used
   * proof is then accepted again, and a revoked token too.
   *
   * @default false
   */
  readonly allowEviction?: boolean
}

/** Milliseconds. */
const TIMEOUT = 500
const MAX_TIMEOUT = 60_000
/** Calls that wait for Redis at the same time. A client would keep any number. */
const MAX_PENDING = 10_000
/** Milliseconds for which it is trusted that a server is still a primary and evicts nothing. */
const RECHECK = 60_000
/** Milliseconds between looks at a client that is not connected yet. */
const POLL = 10

/** What an error of a client means. Its text is not kept, since it may contain keys and addresses. */
function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const [, serverCode] = /^([A-Z]{2,20}) /.exec(error instanceof Error ? error.message : '') ?? []
  return serverCode === undefined
    ? new StoreError('not_connected')
    : new StoreError('server_error', serverCode)
}

/** @throws {StoreError} the server may lose entries, or is a replica */
function checkDescription(description: unknown, allowEviction: boolean): void {
  const text = String(description)
  if (!/^role:master\r?$/m.test(text)) throw new StoreError('not_primary')
  if (!allowEviction && !/^maxmemory_policy:noeviction\r?$/m.test(text)) throw new StoreError('evicts')
}

/** The servers of a client, with limits on time and on the number of calls. */
export class Server {
  readonly #connection: CountedConnection
  readonly #timeoutDuration: number
  readonly #allowEviction: boolean
  #pending = 0
  /** When the servers were found good, by a clock that never goes back. */
  #goodAt = Number.NEGATIVE_INFINITY
  #checking: Promise<void> | undefined
  /** Changes of the connection when the servers were checked. */
  #changes = 0

  /** @throws {ConfigurationError} the client or an option is invalid */
  constructor(client: RedisClient, { timeoutDuration = TIMEOUT, allowEviction = false }: RedisStoreOptions) {
    if (!Number.isSafeInteger(timeoutDuration) || timeoutDuration < 1 || timeoutDuration > MAX_TIMEOUT) {
      const message = `timeoutDuration must be an integer number of milliseconds from 1 to ${MAX_TIMEOUT}`
      throw new ConfigurationError('option_invalid', 'timeoutDuration', message)
    }
    if (typeof allowEviction !== 'boolean') {
      throw new ConfigurationError('option_invalid', 'allowEviction', 'allowEviction must be true or false')
    }
    this.#timeoutDuration = timeoutDuration
    this.#allowEviction = allowEviction
    this.#connection = connectionOf(client)
  }

  /**
   * Sends a command to the primary that has the key. It is one round trip, except for the first after a connection was made.
   *
   * @throws {StoreError} there is no answer, or an error
   */
  async send(key: string, command: readonly [string, ...string[]]): Promise<unknown> {
    const checking = this.#check()
    if (checking !== undefined) await checking
    return this.#call(() => this.#connection.send(key, command))
  }

  /**
   * Waits until the client is connected, and checks its servers.
   *
   * @throws {StoreError} it is not connected in time, or a server may lose entries
   */
  async ready(): Promise<void> {
    const end = performance.now() + this.#timeoutDuration
    while (!this.#connection.isReady() && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, POLL))
    }
    this.#goodAt = Number.NEGATIVE_INFINITY
    await this.#check()
  }

  /** Checks the servers after a connection was made, and at intervals without a wait. */
  #check(): Promise<void> | undefined {
    const changes = this.#connection.changes()
    if (changes !== this.#changes) {
      this.#changes = changes
      this.#goodAt = Number.NEGATIVE_INFINITY
      this.#checking = undefined
    }
    if (performance.now() - this.#goodAt < RECHECK) return undefined
    this.#checking ??= this.#describe(changes)
    // Without a wait, a failure is found out by the next call.
    this.#checking.catch(() => {})
    return this.#goodAt === Number.NEGATIVE_INFINITY ? this.#checking : undefined
  }

  async #describe(changes: number): Promise<void> {
    let goodAt = Number.NEGATIVE_INFINITY
    try {
      const descriptions = await this.#call(this.#connection.describe)
      if (descriptions.length === 0) throw new StoreError('not_connected')
      for (const description of descriptions) checkDescription(description, this.#allowEviction)
      goodAt = performance.now()
    } finally {
      // What was found out about another connection does not count.
      if (changes === this.#changes) {
        this.#goodAt = goodAt
        this.#checking = undefined
      }
    }
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    // A client that is not connected would keep the command, and any number of others.
    if (!this.#connection.isReady()) throw new StoreError('not_connected')
    if (this.#pending >= MAX_PENDING) throw new StoreError('busy')
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoreError('timeout')), this.#timeoutDuration)
    })
    const leave = (): void => {
      this.#pending--
    }
    this.#pending++
    try {
      // A client that throws, rather than rejects, must not count for ever.
      const answer = new Promise<T>((resolve) => resolve(call()))
      // A command whose time is over still waits in the client, and counts.
      answer.then(leave, leave)
      return await Promise.race([answer, end])
    } catch (error) {
      throw storeErrorOf(error)
    } finally {
      clearTimeout(timer)
    }
  }
}

/**
 * The option `prefix`.
 *
 * @throws {ConfigurationError}
 */
export function checkPrefix(prefix: unknown): string {
  // Braces would be a hash tag, which decides about the node of a cluster.
  if (typeof prefix !== 'string' || !/^[\x21-\x7a|~]{1,100}$/.test(prefix)) {
    const message = 'prefix must be 1 to 100 printable ASCII characters without spaces and braces'
    throw new ConfigurationError('option_invalid', 'prefix', message)
  }
  return prefix
}

/**
 * The options of a store: an object without unknown members.
 *
 * @param more - the options that the other store does not have
 * @throws {ConfigurationError}
 */
export function checkOptions(options: unknown, more: readonly string[] = []): void {
  if (!isObject(options)) {
    invalidOption('options', "the options must be an object such as { prefix: 'api:' }, or left out")
  }
  checkKnown(options, ['prefix', 'timeoutDuration', 'allowEviction', ...more], '')
}
