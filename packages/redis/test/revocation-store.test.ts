import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RedisRevocationStore, redisRevocationStore } from '../src/index.ts'
import { CLIENTS, type TestClient } from './support/clients.ts'
import { isRedisInstalled, RedisServer } from './support/redis-server.ts'
import { endOf } from './support/uses.ts'

const ISSUER = 'https://as.example'
const now = (): number => Math.floor(Date.now() / 1_000)
const tokenOf = (uid: string, iat: number) => ({
  issuer: ISSUER,
  subject: 'ada@example.com',
  clientId: 'client',
  expiresAt: iat + 60,
  claims: { uid, iat, jti: `AT.${uid}` },
})
const SENTINEL = '{ors:revocation:}sentinel'

describe.skipIf(!isRedisInstalled).each(CLIENTS)('redisRevocationStore() with %s', (_, create) => {
  let server: RedisServer
  let connected: TestClient
  let store: RedisRevocationStore

  beforeAll(async () => {
    server = await RedisServer.start()
    connected = await create(server.port)
  })
  beforeEach(async () => {
    await connected.send('FLUSHALL')
    store = redisRevocationStore(connected.client)
    await store.declareRebuilt()
  })
  afterAll(async () => {
    connected?.close()
    await server?.stop()
  })

  it.each([
    ['jti', { jti: 'AT.u1' }],
    ['subject', { subject: 'ada@example.com' }],
    ['uid', { uid: 'u1' }],
    ['client', { clientId: 'client' }],
  ])('revokes by %s', async (_kind, what) => {
    const token = tokenOf('u1', now() - 10)
    expect(await store.isRevoked(token)).toBe(false)
    await store.revoke({ issuer: ISSUER, ...what } as never)
    expect(await store.isRevoked(token)).toBe(true)
    expect(await store.isRevoked({ ...token, issuer: 'https://other.example' })).toBe(false)
  })

  it('keeps the latest moment, whatever the order of 200 writes at the same time', async () => {
    const end = now() - 1_000
    const moments = Array.from({ length: 200 }, (_, index) => end - ((index * 37) % 200))
    await Promise.all(moments.map((before) => store.revoke({ issuer: ISSUER, uid: 'u1', before })))
    expect(await store.isRevoked(tokenOf('u1', end))).toBe(true)
    expect(await store.isRevoked(tokenOf('u1', end + 1))).toBe(false)
  })

  it('never shortens the time for which an entry is kept', async () => {
    const brief = redisRevocationStore(connected.client, { retentionDuration: 60_000 })
    await store.revoke({ issuer: ISSUER, uid: 'u1' })
    await endOf(brief.revoke({ issuer: ISSUER, uid: 'u1' }))
    const [key] = ((await connected.send('KEYS', '*')) as string[]).filter((name) => name !== SENTINEL)
    expect(Number(await connected.send('PTTL', key as string))).toBeGreaterThan(86_400_000)
  })

  it('needs one command per check and per write', async () => {
    await store.ready()
    await connected.send('CONFIG', 'RESETSTAT')
    for (let count = 0; count < 10; count++) await store.isRevoked(tokenOf(`u${count}`, now()))
    await store.revoke({ issuer: ISSUER, uid: 'u1' })
    const stats = String(await connected.send('INFO', 'commandstats'))
    expect(stats).toMatch(/^cmdstat_mget:calls=10,/m)
    expect(stats).toMatch(/^cmdstat_eval:calls=1,/m)
    expect(stats).not.toMatch(/^cmdstat_info:/m)
  })

  it('keeps digests only, in one slot of a cluster, all of which expire but the sentinel', async () => {
    for (const what of [
      { jti: 'canary' },
      { subject: 'canary' },
      { uid: 'canary' },
      { clientId: 'canary' },
    ]) {
      await store.revoke({ issuer: 'https://canary.example', ...what } as never)
    }
    const keys = (await connected.send('KEYS', '*')) as string[]
    expect(keys).toHaveLength(5)
    expect(keys.join()).not.toContain('canary')
    const slots = await Promise.all(
      keys.map((key) => connected.send('CLUSTER', 'KEYSLOT', key).catch(() => 0)),
    )
    expect(new Set(slots).size).toBe(1)
    const lives = await Promise.all(keys.map((key) => connected.send('PTTL', key)))
    expect(lives.filter((life) => life === -1)).toHaveLength(1)
    expect(await connected.send('PTTL', SENTINEL)).toBe(-1)
  })

  describe('without the sentinel', () => {
    beforeEach(() => connected.send('DEL', SENTINEL) as Promise<never>)

    it('cannot say anything, until it is declared rebuilt', async () => {
      expect(await endOf(store.isRevoked(tokenOf('u1', now())) as Promise<boolean>)).toBe('lost')
      expect(await endOf(store.ready())).toBe('lost')
      await store.revoke({ issuer: ISSUER, uid: 'u1' })
      expect(await endOf(store.isRevoked(tokenOf('u1', now())) as Promise<boolean>)).toBe('lost')
      await store.declareRebuilt()
      await store.ready()
      expect(await store.isRevoked(tokenOf('u1', now()))).toBe(true)
      expect(await store.isRevoked(tokenOf('u2', now()))).toBe(false)
    })
  })

  it('is not used with another retention than it was declared rebuilt with', async () => {
    const other = redisRevocationStore(connected.client, { retentionDuration: 3_600_000 })
    expect(await endOf(other.ready())).toBe('retention_differs')
    expect(await endOf(other.isRevoked(tokenOf('u1', now())) as Promise<boolean>)).toBe('retention_differs')
    expect(await endOf(other.revoke({ issuer: ISSUER, uid: 'u1' }))).toBe('retention_differs')
    await other.declareRebuilt()
    expect(await other.isRevoked(tokenOf('u1', now()))).toBe(true)
    expect(await endOf(store.ready())).toBe('retention_differs')
  })

  it.each(['', 'x', 'NaN', '1e999'])('takes the damaged entry %j for a revocation', async (value) => {
    await store.revoke({ issuer: ISSUER, uid: 'u1', before: 1 })
    const [key] = ((await connected.send('KEYS', '*')) as string[]).filter((name) => name !== SENTINEL)
    expect(await store.isRevoked(tokenOf('u1', now()))).toBe(false)
    await connected.send('SET', key as string, value)
    const revoked = await store.isRevoked(tokenOf('u1', now()))
    expect(revoked).toBe(value !== '')
  })
})
