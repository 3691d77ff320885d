import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisReplayStore } from '../src/index.ts'
import { CLIENTS, type TestClient } from './support/clients.ts'
import { isRedisInstalled, RedisServer } from './support/redis-server.ts'
import { endOf, use } from './support/uses.ts'

describe.skipIf(!isRedisInstalled).each(CLIENTS)('a connection that lasts, with %s', (_, create) => {
  let server: RedisServer
  let connected: TestClient
  beforeAll(async () => {
    server = await RedisServer.start()
    connected = await create(server.port)
  })
  afterAll(async () => {
    connected?.close()
    await server?.stop()
  })

  it('is checked again once a minute, without a wait', async () => {
    let now = performance.now()
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
    try {
      const store = redisReplayStore(connected.client)
      expect(await store.claim(use('a'))).toBe(true)
      await connected.send('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
      now += 59_000
      expect(await store.claim(use('b'))).toBe(true)
      now += 2_000
      // This claim does not wait for the check that it starts.
      expect(await store.claim(use('c'))).toBe(true)
      expect(await endOf(store.claim(use('d')))).toBe('evicts')
      await connected.send('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
      expect(await store.claim(use('e'))).toBe(true)
    } finally {
      clock.mockRestore()
    }
  })
})
