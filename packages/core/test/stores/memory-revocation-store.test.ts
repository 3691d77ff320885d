import { createHash } from 'node:crypto'
import { ISSUER, NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { memoryRevocationStore } from '../../src/stores/memory-revocation-store.ts'
import { createRevocationStore, type RevocationStore } from '../../src/stores/revocation-store.ts'
import { HOUR, pass, START, stepWallClock, stopTime } from '../support/time.ts'
import { configurationErrorOf, makeVerifier } from '../support/verifiers.ts'

const USER = { issuer: ISSUER, uid: '00u1' }
/** Milliseconds for which an entry is kept beyond the retention. */
const MARGIN = 600_000
const tokenOf = (uid: string) => ({
  ...{ issuer: ISSUER, subject: undefined, clientId: undefined, expiresAt: NOW + 60 },
  claims: { uid, iat: NOW },
})

describe('retention', () => {
  it('lasts for 24 hours and a margin, whatever the wall clock does', async () => {
    stopTime()
    const store = memoryRevocationStore()
    await store.revoke(USER)
    pass(24 * HOUR)
    expect(store.isRevoked(tokenOf('00u1'))).toBe(true)
    stepWallClock(-48 * HOUR)
    expect(store.isRevoked(tokenOf('00u1'))).toBe(true)
    pass(MARGIN - 1)
    expect(store.isRevoked(tokenOf('00u1'))).toBe(true)
    pass(1)
    expect(store.isRevoked(tokenOf('00u1'))).toBe(false)
  })

  it('does not end early if the wall clock is set forth, and back again', async () => {
    stopTime()
    const store = memoryRevocationStore({ retentionDuration: HOUR })
    const verifier = makeVerifier({ clock: () => Date.now(), revocation: { isRevoked: store } })
    const token = signToken({ claims: { uid: '00u1', iat: NOW, exp: NOW + 3_600 } })
    await store.revoke(USER)
    stepWallClock(48 * HOUR)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_expired')
    await store.revoke({ issuer: ISSUER, uid: '00u2' })
    stepWallClock(-48 * HOUR)
    expect(await outcomeOf(verifier.verify(token))).toBe('token_revoked')
  })

  it('begins anew with each revocation, and keeps the latest moment', async () => {
    stopTime()
    const store = memoryRevocationStore({ retentionDuration: HOUR })
    await store.revoke(USER)
    pass(HOUR)
    await store.revoke({ ...USER, before: 1 })
    pass(HOUR)
    expect(store.isRevoked(tokenOf('00u1'))).toBe(true)
  })

  it.each([
    ['of an hour', { iat: NOW, exp: NOW + 3_600 }, 'accepted'],
    ['that is longer', { iat: NOW, exp: NOW + 3_601 }, 'lifetime_too_long'],
    // What was revoked early in its life would be forgotten before it ends.
    ['that is longer, near its end', { iat: NOW - 7_000, exp: NOW + 60 }, 'lifetime_too_long'],
    [
      'that is not known, but has no more than an hour left',
      { iat: undefined, exp: NOW + 3_600 },
      'accepted',
    ],
    [
      'that is not known, with more than an hour left',
      { iat: undefined, exp: NOW + 3_601 },
      'lifetime_too_long',
    ],
  ])('of an hour meets a token with a lifetime %s', async (_, claims, expected) => {
    const isRevoked = memoryRevocationStore({ retentionDuration: HOUR })
    const verifier = makeVerifier({ revocation: { isRevoked } })
    expect(await outcomeOf(verifier.verify(signToken({ claims })))).toBe(expected)
  })
})

it('writes() counts what was stored', async () => {
  const store = memoryRevocationStore({ max: 1 })
  expect(store.writes?.()).toBe(0)
  await store.revoke(USER)
  await store.revoke(USER)
  await store.revoke({ issuer: ISSUER, uid: 'one too many' }).catch(() => {})
  expect(store.writes?.()).toBe(2)
})

describe('the clock', () => {
  it('is Date.now as it is at each call, which tests replace', async () => {
    const store = memoryRevocationStore()
    const now = vi.spyOn(Date, 'now').mockReturnValue((NOW + 60) * 1_000)
    await store.revoke(USER)
    expect(store.isRevoked(tokenOf('00u1'))).toBe(true)
    now.mockRestore()
  })
})

describe('the bound', () => {
  const fill = async (store: RevocationStore, count: number): Promise<void> => {
    for (let index = 0; index < count; index++) await store.revoke({ issuer: ISSUER, uid: `u${index}` })
  }

  it('refuses an entry too many, and drops none', async () => {
    const store = memoryRevocationStore({ max: 3, clock: () => START })
    await fill(store, 3)
    await expect(store.revoke(USER)).rejects.toMatchObject({ name: 'StoreError', code: 'full' })
    for (const uid of ['u0', 'u1', 'u2']) expect(store.isRevoked(tokenOf(uid))).toBe(true)
    await store.revoke({ issuer: ISSUER, uid: 'u1' })
  })

  it('counts with the clock that it is given', async () => {
    let now = START
    const store = memoryRevocationStore({ max: 1, retentionDuration: HOUR, clock: () => now })
    await fill(store, 1)
    now += 24 * HOUR
    await store.revoke(USER)
    expect(store.isRevoked(tokenOf('u0'))).toBe(false)
  })

  it('takes entries again once others have expired', async () => {
    stopTime()
    const store = memoryRevocationStore({ max: 3, retentionDuration: HOUR })
    await fill(store, 3)
    pass(HOUR / 2)
    await fill(store, 1)
    pass(HOUR / 2 + MARGIN - 1)
    await expect(store.revoke(USER)).rejects.toMatchObject({ code: 'full' })
    pass(1)
    await store.revoke(USER)
    await store.revoke({ issuer: ISSUER, uid: 'u9' })
    await expect(store.revoke({ issuer: ISSUER, uid: 'u8' })).rejects.toMatchObject({ code: 'full' })
  })

  it('is 100,000 entries by default', async () => {
    const store = memoryRevocationStore()
    await fill(store, 100_000)
    await expect(store.revoke(USER)).rejects.toMatchObject({ code: 'full' })
  })
})

const ENTRIES = { raise: () => {}, read: () => [] }

describe('invalid options', () => {
  it.each([
    ['max', { max: 0 }, 'max must be an integer from 1 to 10000000'],
    ['max', { max: 1.5 }, 'must be an integer'],
    ['max', { max: 10_000_001 }, 'must be an integer'],
    [
      'retentionDuration',
      { retentionDuration: 999 },
      'retentionDuration must be an integer from 1000 to 31536000000',
    ],
    ['retentionDuration', { retentionDuration: Number.POSITIVE_INFINITY }, 'must be an integer'],
    ['retentionDuration', { retentionDuration: '24h' as never }, 'must be an integer'],
    ['retentionDuration', { retentionDuration: 86_400_000 * 366 }, 'must be an integer'],
    ['clock', { clock: 1 as never }, 'clock must be a function'],
    ['options', null as never, 'must be an object such as { max }'],
    ['options', 100 as never, 'must be an object such as { max }'],
  ])('%s of %j', (option, options, message) => {
    expect(configurationErrorOf(() => memoryRevocationStore(options))).toMatchObject({
      option,
      code: 'option_invalid',
      message: expect.stringContaining(message),
    })
  })

  it.each([
    [{ max: 1 }, 86_400_000],
    [{ max: 10_000_000 }, 86_400_000],
    [{ retentionDuration: 1_000 }, 1_000],
    [{ retentionDuration: 31_536_000_000 }, 31_536_000_000],
  ])('are not the limits themselves: %j', (options, retentionDuration) => {
    expect(memoryRevocationStore(options).retentionDuration).toBe(retentionDuration)
  })
})

it.each([memoryRevocationStore, (options: object) => createRevocationStore(ENTRIES, options)])(
  'a name that is no option of %o is refused, since a typing error would shorten the retention',
  (create) => {
    expect(configurationErrorOf(() => create({ retentionDurations: 1_000 } as object))).toMatchObject({
      option: 'retentionDurations',
      code: 'option_unknown',
      message: expect.stringContaining('retentionDuration, clock'),
    })
  },
)

describe('entries that are kept elsewhere', () => {
  it.each([undefined, null, {}, { read: () => [] }, { raise: () => {} }])(
    'need the methods read and raise: %j',
    (entries) => {
      expect(configurationErrorOf(() => createRevocationStore(entries as never))).toMatchObject({
        code: 'option_invalid',
        option: 'entries',
        message: 'entries must have the methods read and raise',
      })
    },
  )

  it('get digests, whole seconds and a time to live, and answer later', async () => {
    const raised: unknown[] = []
    const store = createRevocationStore(
      {
        raise: (...entry) => void raised.push(entry),
        read: async (keys) => keys.map((key) => (key === (raised as [string][])[0]?.[0] ? NOW : undefined)),
      },
      { clock: () => START + 1, retentionDuration: HOUR },
    )
    await store.revoke(USER)
    expect(raised).toEqual([[expect.stringMatching(/^[\w-]{43}$/), NOW + 1, expect.any(Number)]])
    expect((raised as [string, number, number][])[0]?.[2]).toBeGreaterThan(HOUR)
    expect(await store.isRevoked(tokenOf('00u1'))).toBe(true)
    expect(await store.isRevoked(tokenOf('00u2'))).toBe(false)
  })

  it('are only asked for what the token has', async () => {
    const asked: (readonly string[])[] = []
    const read = (keys: readonly string[]): undefined[] => {
      asked.push(keys)
      return []
    }
    const store = createRevocationStore({ raise: () => {}, read })
    store.isRevoked(tokenOf('00u1'))
    store.isRevoked({ ...tokenOf('00u1'), subject: 'ada@example.com', clientId: '' })
    expect(asked.map(({ length }) => length)).toEqual([1, 2])
  })

  // They are found by the next version of this package as well.
  it('have keys that never change', async () => {
    const keys: string[] = []
    const store = createRevocationStore({ raise: (key) => void keys.push(key), read: () => [] })
    await store.revoke({ issuer: 'https://as.example', jti: 'AT.1' })
    const text = '18:https://as.example3:jti4:AT.1'
    expect(keys).toEqual([createHash('sha256').update(text).digest('base64url')])
  })

  it('make a rejection of revoke() out of an error', async () => {
    const failure = new Error('disk full')
    const store = createRevocationStore({ raise: () => Promise.reject(failure), read: () => [] })
    await expect(store.revoke(USER)).rejects.toBe(failure)
  })
})
