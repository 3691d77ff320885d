import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { redisReplayStore, redisRevocationStore } from '../src/index.ts'
import { CLIENTS, type TestClient } from './support/clients.ts'
import { isRedisInstalled, RedisServer } from './support/redis-server.ts'
import { endOf, use } from './support/uses.ts'

const TOKEN = {
  ...{ issuer: 'https://as.example', subject: 'ada', clientId: 'client', expiresAt: 4_000_000_000 },
  claims: { iat: 3_999_999_999 },
}
/** Repeats a call until it ends otherwise than by an error of the store, for at most 5 seconds. */
async function settled(call: () => Promise<unknown>): Promise<unknown> {
  const end = performance.now() + 5_000
  for (;;) {
    const result = await endOf(call())
    if (
      !['not_connected', 'timeout', 'busy', 'server_error'].includes(String(result)) ||
      performance.now() > end
    )
      return result
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe.skipIf(!isRedisInstalled).each(CLIENTS)('with %s, while Redis', (_, create) => {
  let server: RedisServer
  let connected: TestClient

  async function start(...args: string[]): Promise<void> {
    server = await RedisServer.start(...args)
    connected = await create(server.port)
  }
  beforeEach(() => start())
  afterEach(async () => {
    connected?.close()
    await server?.stop()
  })
  const replayStore = (options = {}) =>
    redisReplayStore(connected.client, { timeoutDuration: 200, ...options })
  const revocationStore = () => redisRevocationStore(connected.client, { timeoutDuration: 200 })

  it('is down, claims fail at once and wait in no queue [DPOP-23]', async () => {
    const store = replayStore()
    expect(await store.claim(use('a'))).toBe(true)
    await server.kill()
    await settledDown(store.claim)
    const ends = await Promise.all(
      Array.from({ length: 2_000 }, (_, index) => endOf(store.claim(use(`k${index}`)))),
    )
    expect(new Set(ends)).toEqual(new Set(['not_connected']))
    await server.start()
    expect(await settled(() => store.claim(use('b')))).toBe(true)
    expect(String(await connected.send('KEYS', '*'))).not.toContain('k1')
  })

  async function settledDown(claim: (use: never) => Promise<unknown>): Promise<void> {
    const end = performance.now() + 5_000
    while ((await endOf(claim(use('down') as never))) !== 'not_connected' && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  it('is paused, claims end with the time limit, and no more than 10,000 wait', async () => {
    const store = replayStore({ timeoutDuration: 50 })
    await store.ready()
    server.pause()
    const ends: unknown[] = []
    for (let round = 0; round < 3; round++) {
      ends.push(
        ...(await Promise.all(
          Array.from({ length: 4_000 }, (_, index) => endOf(store.claim(use(`${round}-${index}`)))),
        )),
      )
    }
    expect(new Set(ends)).toEqual(new Set(['timeout', 'busy']))
    expect(ends.filter((end) => end === 'timeout')).toHaveLength(10_000)
    server.resume()
    let attempt = 0
    expect(await settled(() => store.claim(use(`after ${attempt++}`)))).toBe(true)
  })

  it('is slower than the time limit, claims fail, and pass once it is not [DPOP-23]', async () => {
    const store = replayStore({ timeoutDuration: 50 })
    await store.ready()
    await connected.send('CLIENT', 'PAUSE', '300', 'ALL')
    expect(await endOf(store.claim(use('a')))).toBe('timeout')
    // The claim that was given up is made all the same, so the proof is used up.
    expect(await settled(() => store.claim(use('a')))).toBe(false)
    expect(await settled(() => store.claim(use('b')))).toBe(true)
  })

  it('was restarted without its entries, the revocation store knows that it was lost', async () => {
    const store = revocationStore()
    await store.declareRebuilt()
    expect(await store.isRevoked(TOKEN)).toBe(false)
    await server.kill()
    await server.start()
    expect(await settled(async () => store.isRevoked(TOKEN))).toBe('lost')
    await store.declareRebuilt()
    expect(await store.isRevoked(TOKEN)).toBe(false)
  })

  it('was restarted with its entries, nothing is lost [DPOP-20]', async () => {
    connected.close()
    await server.stop()
    await start('--appendonly', 'yes', '--appendfsync', 'always')
    const [replays, revocations] = [replayStore(), revocationStore()]
    await revocations.declareRebuilt()
    await revocations.revoke({ issuer: TOKEN.issuer, jti: 'AT.1' })
    await replays.claim(use('a'))
    await server.kill()
    await server.start()
    expect(await settled(() => replays.claim(use('a')))).toBe(false)
    const revoked = { ...TOKEN, claims: { ...TOKEN.claims, jti: 'AT.1' } }
    expect(await settled(async () => revocations.isRevoked(revoked))).toBe(true)
  })

  it('is full, claims and writes fail, and what was used stays used', async () => {
    const [replays, revocations] = [replayStore(), revocationStore()]
    await revocations.declareRebuilt()
    expect(await replays.claim(use('a'))).toBe(true)
    await connected.send('CONFIG', 'SET', 'maxmemory', '1')
    await expect(replays.claim(use('b'))).rejects.toMatchObject({ code: 'server_error', serverCode: 'OOM' })
    await expect(revocations.revoke({ issuer: TOKEN.issuer, jti: 'x' })).rejects.toMatchObject({
      code: 'server_error',
    })
    expect(await revocations.isRevoked(TOKEN)).toBe(false)
    await connected.send('CONFIG', 'SET', 'maxmemory', '0')
    expect(await replays.claim(use('a'))).toBe(false)
  })

  it.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])(
    'may evict entries by %s, nothing passes',
    async (policy) => {
      await connected.send('CONFIG', 'SET', 'maxmemory-policy', policy)
      const [replays, revocations] = [replayStore(), revocationStore()]
      expect(await endOf(replays.ready())).toBe('evicts')
      expect(await endOf(replays.claim(use('a')))).toBe('evicts')
      expect(await endOf(revocations.ready())).toBe('evicts')
      expect(await endOf(revocations.isRevoked(TOKEN) as Promise<boolean>)).toBe('evicts')
      expect(await connected.send('KEYS', '*')).toEqual([])
      const allowing = replayStore({ allowEviction: true })
      await allowing.ready()
      expect(await allowing.claim(use('a'))).toBe(true)
      await connected.send('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
      expect(await replays.claim(use('b'))).toBe(true)
    },
  )

  it('comes back with another policy, that is found out before the next claim', async () => {
    const store = replayStore()
    expect(await store.claim(use('a'))).toBe(true)
    await server.kill()
    await settledDown(store.claim)
    await server.start()
    // Set before the client tries again, or soon after: what matters is the connection that follows.
    await server.ask('CONFIG SET maxmemory-policy allkeys-lru')
    await server.ask('CLIENT KILL TYPE normal')
    expect(await settled(() => store.claim(use('b')))).toBe('evicts')
  })

  it('is a replica, nothing passes', async () => {
    const store = revocationStore()
    await store.declareRebuilt()
    const primary = await RedisServer.start()
    try {
      await connected.send('REPLICAOF', '127.0.0.1', String(primary.port))
      expect(await endOf(replayStore().claim(use('a')))).toBe('not_primary')
      expect(await endOf(revocationStore().isRevoked(TOKEN) as Promise<boolean>)).toBe('not_primary')
      expect(await endOf(revocationStore().ready())).toBe('not_primary')
    } finally {
      await primary.stop()
    }
  })

  it('refuses a command, its text is not shown', async () => {
    const store = revocationStore()
    await store.declareRebuilt()
    await connected.send('ACL', 'SETUSER', 'default', '-mget')
    const failure = await (store.isRevoked(TOKEN) as Promise<boolean>).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'StoreError', code: 'server_error', serverCode: 'NOPERM' })
    expect(JSON.stringify([failure, String(failure), (failure as Error).stack])).not.toContain('mget')
  })

  it('does not listen yet, ready() waits for the connection within its time limit', async () => {
    const store = replayStore({ timeoutDuration: 3_000 })
    await server.kill()
    await settledDown(store.claim)
    const ready = endOf(store.ready())
    await server.start()
    expect(await ready).toBeUndefined()
    await server.kill()
    await settledDown(store.claim)
    expect(await endOf(replayStore({ timeoutDuration: 30 }).ready())).toBe('not_connected')
  })
})
