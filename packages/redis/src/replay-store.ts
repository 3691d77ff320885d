import { type ReplayStore, type ReplayUse, StoreError } from '@okta-resource-server/core'
import type { RedisClient } from './client.ts'
import { checkOptions, checkPrefix, type RedisStoreOptions, Server } from './server.ts'

const PREFIX = 'ors:replay:'
/**
 * Milliseconds for which uses are kept longer than asked for. A process with a clock behind that of the first accepts a proof
 * for longer, and a claim may arrive after the proof has become too old.
 */
const MARGIN = 10_000

/** Options of `redisReplayStore()`. */
export interface RedisReplayStoreOptions extends RedisStoreOptions {
  /**
   * What its keys begin with.
   *
   * @default 'ors:replay:'
   */
  readonly prefix?: string
}

/** A replay store in Redis. */
export interface RedisReplayStore extends ReplayStore {
  claim(use: ReplayUse): Promise<boolean>
  /**
   * Resolves if the store can be used now.
   *
   * @throws {StoreError} the client is not connected, or the server may lose entries
   */
  ready(): Promise<void>
}

/**
 * Creates a replay store in Redis or Valkey, which all processes of an API share: a DPoP proof is accepted once by all of them.
 *
 * A claim is one `SET … NX PX`: atomic, and one round trip. While Redis gives no answer, requests with a proof are refused with
 * 503. What a failover or a restart of Redis loses can be replayed until the proof is too old.
 *
 * @param client - a client of `redis`, `ioredis` or `iovalkey`, which you connect and close
 * @throws {ConfigurationError} the client or an option is invalid
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-11.1 RFC 9449, section 11.1}
 * @example
 * ```ts
 * import { createClient } from 'redis'
 *
 * const client = createClient({ url: 'redis://localhost:6379', disableOfflineQueue: true })
 * client.on('error', (error) => console.error(error))
 * await client.connect()
 * const replayStore = redisReplayStore(client)
 * await replayStore.ready()
 * ```
 */
export function redisReplayStore(
  client: RedisClient,
  options: RedisReplayStoreOptions = {},
): RedisReplayStore {
  checkOptions(options)
  const prefix = checkPrefix(options.prefix ?? PREFIX)
  const server = new Server(client, options)
  return Object.freeze({
    async claim({ key, timeToLive }: ReplayUse): Promise<boolean> {
      // Redis refuses what is no time to live; the margin must not hide that.
      const duration = timeToLive > 0 ? Math.ceil(timeToLive) + MARGIN : timeToLive
      const name = prefix + key
      const answer = await server.send(name, ['SET', name, '1', 'PX', String(duration), 'NX'])
      if (answer === null) return false
      if (String(answer) !== 'OK') throw new StoreError('server_error')
      return true
    },
    ready: () => server.ready(),
  })
}
