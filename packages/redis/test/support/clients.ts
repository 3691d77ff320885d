import { Cluster as IoCluster, Redis as IoRedis } from 'ioredis'
import { Redis as IoValkey, Cluster as IoValkeyCluster } from 'iovalkey'
import { createClient, createCluster, createSentinel } from 'redis'
import type { RedisClient } from '../../src/index.ts'

/** A client, and how to close it whatever state it is in. */
export interface TestClient {
  readonly client: RedisClient
  /** Sends a command by the client itself. */
  readonly send: (...command: string[]) => Promise<unknown>
  readonly close: () => void
}

const reconnectStrategy = (): number => 20
const ignore = (): void => {}

async function nodeRedis(port: number): Promise<TestClient> {
  const client = createClient({
    socket: { host: '127.0.0.1', port, reconnectStrategy },
    disableOfflineQueue: true,
  })
  client.on('error', ignore)
  await client.connect()
  return { client, send: (...command) => client.sendCommand(command), close: () => client.destroy() }
}

async function ofIoRedis(client: IoRedis | IoValkey): Promise<TestClient> {
  client.on('error', ignore)
  await client.connect()
  return {
    client,
    send: (command, ...args) => client.call(command as string, ...args),
    close: () => client.disconnect(),
  }
}

const options = {
  host: '127.0.0.1',
  lazyConnect: true,
  retryStrategy: reconnectStrategy,
  maxRetriesPerRequest: 0,
}

/** How each supported client is created. */
export const CLIENTS: readonly (readonly [name: string, create: (port: number) => Promise<TestClient>])[] = [
  ['redis', nodeRedis],
  ['ioredis', (port) => ofIoRedis(new IoRedis({ ...options, port }))],
  ['iovalkey', (port) => ofIoRedis(new IoValkey({ ...options, port }))],
]

async function nodeRedisCluster(port: number): Promise<TestClient> {
  const cluster = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }], useReplicas: true })
  cluster.on('error', ignore)
  await cluster.connect()
  return {
    client: cluster,
    send: (...command) => cluster.sendCommand(command[1], false, command),
    close: () => cluster.destroy(),
  }
}

async function ofIoCluster(cluster: IoCluster | IoValkeyCluster): Promise<TestClient> {
  cluster.on('error', ignore)
  await cluster.connect()
  return {
    client: cluster,
    send: (command, ...args) => cluster.call(command as string, ...args),
    close: () => cluster.disconnect(),
  }
}

/** How each supported client of a cluster is created, from the port of one node. */
export const CLUSTER_CLIENTS: typeof CLIENTS = [
  ['redis', nodeRedisCluster],
  ['ioredis', (port) => ofIoCluster(new IoCluster([{ host: '127.0.0.1', port }], { lazyConnect: true }))],
  [
    'iovalkey',
    (port) => ofIoCluster(new IoValkeyCluster([{ host: '127.0.0.1', port }], { lazyConnect: true })),
  ],
]

async function nodeRedisSentinel(port: number): Promise<TestClient> {
  const sentinel = createSentinel({
    name: 'main',
    sentinelRootNodes: [{ host: '127.0.0.1', port }],
    nodeClientOptions: { disableOfflineQueue: true },
    scanInterval: 100,
  })
  sentinel.on('error', ignore)
  await sentinel.connect()
  return {
    client: sentinel,
    send: (...command) => sentinel.sendCommand(false, command),
    close: () => void sentinel.destroy(),
  }
}

const sentinelOptions = (port: number) => ({
  ...{ name: 'main', sentinels: [{ host: '127.0.0.1', port }], sentinelRetryStrategy: reconnectStrategy },
  ...{ lazyConnect: true, retryStrategy: reconnectStrategy, maxRetriesPerRequest: 0 },
  ...{ enableOfflineQueue: false, autoResendUnfulfilledCommands: false },
})

/** How each supported client finds its primary, from the port of a Sentinel. */
export const SENTINEL_CLIENTS: typeof CLIENTS = [
  ['redis', nodeRedisSentinel],
  ['ioredis', (port) => ofIoRedis(new IoRedis(sentinelOptions(port)))],
  ['iovalkey', (port) => ofIoRedis(new IoValkey(sentinelOptions(port)))],
]
