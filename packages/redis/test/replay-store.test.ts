import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RedisReplayStore, redisReplayStore } from '../src/index.ts'
import { CLIENTS, type TestClient } from './support/clients.ts'
import { isRedisInstalled, RedisServer } from './support/redis-server.ts'
import { use } from './support/uses.ts'

describe.skipIf(!isRedisInstalled).each(CLIENTS)('redisReplayStore() with %s', (_, create) => {
  let server: RedisServer
  let connected: TestClient
  let store: RedisReplayStore

  beforeAll(async () => {
    server = await RedisServer.start()
    connected = await create(server.port)
  })
  beforeEach(async () => {
    await connected.send('FLUSHALL')
    store = redisReplayStore(connected.client)
  })
  afterAll(async () => {
    connected?.close()
    await server?.stop()
  })

  it('accepts the first use of a key, and no other', async () => {
    expect(await store.claim(use('a'))).toBe(true)
    expect(await store.claim(use('a'))).toBe(false)
    expect(await store.claim(use('b'))).toBe(true)
  })

  it('accepts exactly one of 1,000 uses at the same time [DPOP-20]', async () => {
    const claims = await Promise.all(Array.from({ length: 1_000 }, () => store.claim(use('a'))))
    expect(claims.filter((isFirst) => isFirst)).toHaveLength(1)
  })

  it('remembers a use for longer than asked for, since the clocks of processes differ [DPOP-20]', async () => {
    expect(await store.claim(use('a', 1.5))).toBe(true)
    await sleep(30)
    expect(await store.claim(use('a'))).toBe(false)
  })

  it('needs one command per claim', async () => {
    await store.ready()
    await connected.send('CONFIG', 'RESETSTAT')
    for (let count = 0; count < 10; count++) await store.claim(use(`key ${count}`))
    const stats = String(await connected.send('INFO', 'commandstats'))
    const calls = [...stats.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)].map(([, name, count]) => [name, count])
    expect(calls).toContainEqual(['set', '10'])
    expect(calls.filter(([name]) => name !== 'set' && !name?.startsWith('config'))).toEqual([])
  })

  it('keeps only what begins with its prefix apart from other stores', async () => {
    const other = redisReplayStore(connected.client, { prefix: 'other:' })
    expect(await store.claim(use('a'))).toBe(true)
    expect(await other.claim(use('a'))).toBe(true)
    expect(await connected.send('KEYS', '*')).toHaveLength(2)
    expect(await connected.send('EXISTS', 'other:a', 'ors:replay:a')).toBe(2)
  })

  it('keeps every key for its time and ten seconds only', async () => {
    await store.claim(use('a', 60_000))
    expect(Number(await connected.send('PTTL', 'ors:replay:a'))).toBeGreaterThan(60_000)
    expect(Number(await connected.send('PTTL', 'ors:replay:a'))).toBeLessThanOrEqual(70_000)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'never accepts a use with the time to live %f',
    async (timeToLive) => {
      await expect(store.claim(use('a', timeToLive))).rejects.toMatchObject({ code: 'server_error' })
    },
  )
})
