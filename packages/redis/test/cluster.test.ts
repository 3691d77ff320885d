import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisReplayStore, redisRevocationStore } from '../src/index.ts'
import { CLUSTER_CLIENTS, type TestClient } from './support/clients.ts'
import { freePort, isRedisInstalled, RedisServer } from './support/redis-server.ts'
import { endOf, use } from './support/uses.ts'

const SLOTS = ['0 5460', '5461 10922', '10923 16383']

/** Three primaries that share the slots of a cluster. */
async function startCluster(): Promise<readonly RedisServer[]> {
  const nodes: RedisServer[] = []
  for (const slots of SLOTS) {
    const bus = String(await freePort())
    const node = await RedisServer.start('--cluster-enabled', 'yes', '--cluster-port', bus)
    await node.ask(`CLUSTER ADDSLOTSRANGE ${slots}`)
    if (nodes[0] !== undefined) await nodes[0].ask(`CLUSTER MEET 127.0.0.1 ${node.port} ${bus}`)
    nodes.push(node)
  }
  for (const node of nodes) {
    while (!(await node.ask('CLUSTER INFO')).includes('cluster_state:ok')) await sleep(50)
  }
  return nodes
}

describe.skipIf(!isRedisInstalled)('in a cluster', () => {
  let nodes: readonly RedisServer[] = []
  beforeAll(async () => {
    nodes = await startCluster()
  })
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  })

  describe.each(CLUSTER_CLIENTS)('with %s', (name, create) => {
    let connected: TestClient
    beforeAll(async () => {
      connected = await create((nodes[0] as RedisServer).port)
    })
    afterAll(() => connected?.close())

    it('each of 100 uses on all nodes is accepted once', async () => {
      const store = redisReplayStore(connected.client, { prefix: `${name}:` })
      await store.ready()
      const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`)
      expect(new Set(await Promise.all(keys.map((key) => store.claim(use(key)))))).toEqual(new Set([true]))
      expect(new Set(await Promise.all(keys.map((key) => store.claim(use(key)))))).toEqual(new Set([false]))
      const sizes = await Promise.all(nodes.map((node) => node.ask('DBSIZE')))
      expect(sizes).not.toContain(':0\r\n')
    })

    it('revocations are kept on one node, with the sentinel', async () => {
      const store = redisRevocationStore(connected.client, { prefix: `${name}:revocation` })
      expect(await endOf(store.ready())).toBe('lost')
      await store.declareRebuilt()
      await store.ready()
      const issuer = 'https://as.example'
      for (let user = 0; user < 50; user++) await store.revoke({ issuer, uid: `u${user}` })
      const tokenOf = (uid: string) => ({
        ...{ issuer, subject: 'ada', clientId: 'client', expiresAt: 60 },
        claims: { uid, iat: 1 },
      })
      for (const user of [0, 25, 49]) expect(await store.isRevoked(tokenOf(`u${user}`))).toBe(true)
      expect(await store.isRevoked(tokenOf('u50'))).toBe(false)
    })

    it('one node that may evict entries is enough to refuse', async () => {
      const node = nodes[2] as RedisServer
      await node.ask('CONFIG SET maxmemory-policy allkeys-lru')
      try {
        expect(await endOf(redisReplayStore(connected.client).claim(use('a')))).toBe('evicts')
      } finally {
        await node.ask('CONFIG SET maxmemory-policy noeviction')
      }
    })
  })
})
