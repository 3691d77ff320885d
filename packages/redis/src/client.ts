import { ConfigurationError } from '@okta-resource-server/core'

type Listener = () => void

/** A client of the package `redis`. */
export interface NodeRedisClient {
  readonly isReady: boolean
  sendCommand(args: string[]): Promise<unknown>
  on(event: string, listener: Listener): unknown
}

/** A cluster client of the package `redis`. */
export interface NodeRedisCluster {
  readonly isReady: boolean
  // biome-ignore lint/suspicious/noExplicitAny: its nodes have types that depend on the client's options.
  readonly masters: readonly any[]
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  nodeClient(node: any): unknown
  sendCommand(firstKey: string | undefined, isReadonly: boolean, args: string[]): Promise<unknown>
  on(event: string, listener: Listener): unknown
}

/** A Sentinel client of the package `redis`. */
export interface NodeRedisSentinel {
  readonly isReady: boolean
  acquire(): Promise<unknown>
  sendCommand(isReadonly: boolean, args: string[]): Promise<unknown>
  on(event: string, listener: Listener): unknown
}

/** A client or cluster client of `ioredis` or `iovalkey`. */
export interface IoRedisClient {
  readonly status: string
  call(command: string, ...args: string[]): Promise<unknown>
  on(event: string, listener: Listener): unknown
}

/** A client of `redis`, `ioredis` or `iovalkey`: for one server, for a cluster, or with Sentinel. */
export type RedisClient = NodeRedisClient | NodeRedisCluster | NodeRedisSentinel | IoRedisClient

/** What stores do with a client, whichever it is. Everything goes to primaries. */
export interface Connection {
  readonly isReady: () => boolean
  /** Sends a command to the primary that has the key. */
  readonly send: (key: string, command: readonly [string, ...string[]]) => Promise<unknown>
  /** What each primary answers to `INFO`. */
  readonly describe: () => Promise<readonly unknown[]>
}

/** A {@link Connection} that counts. */
export interface CountedConnection extends Connection {
  /** How often the client may have begun to talk to another server than before. */
  readonly changes: () => number
}

const INFO = ['INFO']
/** Events after which a client may talk to another server than before. */
const EVENTS = ['ready', 'node-ready', 'topology-change', '+node']

function invalidClient(message: string): never {
  throw new ConfigurationError('option_invalid', 'client', message)
}

function ofIoRedis(client: IoRedisClient): Connection {
  const { isCluster, nodes, options } = client as IoRedisClient & {
    readonly isCluster?: boolean
    readonly nodes?: (role: 'master') => readonly IoRedisClient[]
    readonly options?: { readonly scaleReads?: unknown }
  }
  if (isCluster === true && options?.scaleReads !== 'master') {
    invalidClient(
      "client must read from primaries: create it without scaleReads, or with scaleReads: 'master'",
    )
  }
  const primaries = (): readonly IoRedisClient[] =>
    isCluster === true && nodes !== undefined ? nodes.call(client, 'master') : [client]
  return {
    isReady: () => client.status === 'ready',
    send: (_, command) => client.call(...command),
    describe: () => Promise.all(primaries().map((node) => node.call('INFO'))),
  }
}

function ofNodeRedis(client: NodeRedisClient | NodeRedisCluster | NodeRedisSentinel): Connection {
  const isReady = (): boolean => client.isReady
  if ('nodeClient' in client) {
    return {
      isReady,
      send: (key, command) => client.sendCommand(key, false, [...command]),
      describe: () =>
        Promise.all(
          client.masters.map(async (node) =>
            ((await client.nodeClient(node)) as NodeRedisClient).sendCommand(INFO),
          ),
        ),
    }
  }
  if ('acquire' in client) {
    return {
      isReady,
      send: (_, command) => client.sendCommand(false, [...command]),
      describe: async () => [await client.sendCommand(false, INFO)],
    }
  }
  return {
    isReady,
    send: (_, command) => client.sendCommand([...command]),
    describe: async () => [await client.sendCommand(INFO)],
  }
}

// One listener for all stores of a client.
const changes = new WeakMap<RedisClient, { count: number }>()

function changesOf(client: RedisClient): { readonly count: number } {
  const known = changes.get(client)
  if (known !== undefined) return known
  const counter = { count: 0 }
  changes.set(client, counter)
  for (const event of EVENTS) client.on(event, () => void counter.count++)
  return counter
}

/**
 * Uses a client.
 *
 * @throws {ConfigurationError} it is no client that is supported
 */
export function connectionOf(client: RedisClient): CountedConnection {
  const { status, isReady, call, sendCommand, on } = (client ?? {}) as unknown as Readonly<
    Record<string, unknown>
  >
  const isIoRedis = typeof status === 'string' && typeof call === 'function'
  const isNodeRedis = typeof isReady === 'boolean' && typeof sendCommand === 'function'
  if (!(isIoRedis || isNodeRedis) || typeof on !== 'function') {
    invalidClient(
      'client must be a client of redis 6 (createClient(), createCluster() or createSentinel()), ioredis or iovalkey. A pool is not supported: use createClient(), whose one connection serves all requests',
    )
  }
  const connection = isIoRedis ? ofIoRedis(client as IoRedisClient) : ofNodeRedis(client as NodeRedisClient)
  const counter = changesOf(client)
  return { ...connection, changes: () => counter.count }
}
