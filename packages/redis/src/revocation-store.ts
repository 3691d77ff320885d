import {
  createRevocationStore,
  type RevocationEntries,
  type RevocationStore,
  StoreError,
} from '@okta-resource-server/core'
import type { RedisClient } from './client.ts'
import { checkOptions, checkPrefix, type RedisStoreOptions, Server } from './server.ts'

const PREFIX = 'ors:revocation:'

/**
 * Sets the later of two moments, and the longer of two lifetimes. KEYS: the sentinel, the entry. ARGV: moment, milliseconds.
 * Returns the sentinel.
 */
const RAISE = `
local moment = tonumber(ARGV[1])
local known = tonumber(redis.call('GET', KEYS[2]) or '')
if known ~= nil and known > moment then moment = known end
local left = math.max(tonumber(ARGV[2]), redis.call('PTTL', KEYS[2]))
redis.call('SET', KEYS[2], string.format('%.0f', moment), 'PX', string.format('%.0f', left))
return redis.call('GET', KEYS[1])`

/** Options of `redisRevocationStore()`. */
export interface RedisRevocationStoreOptions extends RedisStoreOptions {
  /**
   * What its keys begin with.
   *
   * @default 'ors:revocation:'
   */
  readonly prefix?: string
  /**
   * Milliseconds for which a revocation is kept: the same in every process. Make it at least the lifetime of your access tokens:
   * those with a longer one are refused.
   *
   * @default 86_400_000 (24 hours)
   */
  readonly retentionDuration?: number
}

/** A revocation store in Redis. */
export interface RedisRevocationStore extends RevocationStore {
  /**
   * Declares that the store has all entries that it should have: when it is new, and after it has lost them, once you have
   * written them again. Run it by hand, not when the API starts: a store that was lost in between would pass for a complete one.
   *
   * @throws {StoreError} Redis gives no answer
   */
  declareRebuilt(): Promise<void>
  /**
   * Resolves if the store can be used now.
   *
   * @throws {StoreError} the client is not connected, the server may lose entries, or the store was not declared rebuilt
   */
  ready(): Promise<void>
}

/**
 * Creates a revocation store in Redis or Valkey, which all processes of an API share.
 *
 * A check is one `MGET`: one round trip. It also reads a sentinel, a key that never expires. Without it the store is new or has lost
 * its entries, and tokens are refused with 503 until `declareRebuilt()` was called. What the last moments before a failover or a
 * restart have written can be lost without that sign, depending on the persistence and replication of your Redis.
 *
 * @param client - a client of `redis`, `ioredis` or `iovalkey`, which you connect and close
 * @throws {ConfigurationError} the client or an option is invalid
 * @example
 * ```ts
 * import { createClient } from 'redis'
 *
 * const client = createClient({ url: 'redis://localhost:6379', disableOfflineQueue: true })
 * client.on('error', (error) => console.error(error))
 * await client.connect()
 * const store = redisRevocationStore(client)
 * const verifier = createAccessTokenVerifier({ issuer, audience, revocation: { isRevoked: store } })
 * await verifier.ready()
 * await store.revoke({ issuer, subject: 'ada@example.com' })
 * ```
 */
export function redisRevocationStore(
  client: RedisClient,
  options: RedisRevocationStoreOptions = {},
): RedisRevocationStore {
  checkOptions(options, ['retentionDuration'])
  // In braces, so that a cluster keeps all entries and the sentinel on one node: they are lost together or not at all.
  const prefix = `{${checkPrefix(options.prefix ?? PREFIX)}}`
  const sentinel = `${prefix}sentinel`
  const server = new Server(client, options)

  /** The sentinel is the retention with which the store was declared rebuilt. */
  const checkSentinel = (value: unknown): void => {
    if (String(value) !== String(store.retentionDuration)) throw new StoreError('retention_differs')
  }
  const read = async (keys: readonly string[]): Promise<readonly (number | undefined)[]> => {
    const answer = await server.send(sentinel, ['MGET', sentinel, ...keys.map((key) => prefix + key)])
    if (!Array.isArray(answer) || answer.length !== keys.length + 1) throw new StoreError('server_error')
    const [mark, ...values]: readonly unknown[] = answer
    if (mark === null) throw new StoreError('lost')
    checkSentinel(mark)
    return values.map((value) => (value === null ? undefined : Number(String(value))))
  }
  const entries: RevocationEntries = {
    read,
    async raise(key, moment, timeToLive) {
      const name = prefix + key
      const command = ['EVAL', RAISE, '2', sentinel, name, String(moment), String(timeToLive)] as const
      const mark = await server.send(sentinel, command)
      // Without it, the store is being built.
      if (mark !== null) checkSentinel(mark)
    },
  }
  const { retentionDuration } = options
  const store = createRevocationStore(entries, retentionDuration === undefined ? {} : { retentionDuration })
  return Object.freeze({
    ...store,
    async declareRebuilt(): Promise<void> {
      await server.send(sentinel, ['SET', sentinel, String(store.retentionDuration)])
    },
    async ready(): Promise<void> {
      await server.ready()
      await read([])
    },
  })
}
