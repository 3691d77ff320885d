import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { channels } from '../src/diagnostics.ts'
import type { AuthorizationServerUnavailableError } from '../src/errors.ts'
import { type AuthorizationServerOptions, issuerConfiguration } from '../src/issuer-options.ts'
import { IssuerKeys } from '../src/key-set.ts'
import type { VerificationKey } from '../src/verification-key.ts'
import { keySet, type SigningKey, signingKey, without } from './support/keys.ts'
import { type Scripted, scriptedFetch } from './support/remote.ts'
import { outcome, refusalOf } from './support/tokens.ts'

const ISSUER = 'https://as.example/oauth2/default'
const ADDRESS = `${ISSUER}/v1/keys`
const METADATA = `${ISSUER}/.well-known/oauth-authorization-server`
const START = 1_900_000_000_000
const HOUR = 3_600_000
const COOLDOWN = 30_000

const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => signingKey('ES256', name)))
const rsa = await signingKey('RS256')
const [A, B, C] = [a, b, c] as [SigningKey, SigningKey, SigningKey]

const opened: IssuerKeys[] = []
const CHANNELS = ['refresh.started', 'refresh.succeeded', 'refresh.failed', 'keys.rotated']
let heard: [string, unknown][]
/** Called at the end of each refresh. */
let onEnd: () => void
const listen = (message: unknown, name: string | symbol): void => {
  heard.push([String(name).replace('okta-resource-server:', ''), message])
  if (/succeeded|failed/.test(String(name))) onEnd()
}

beforeEach(() => {
  heard = []
  onEnd = () => {}
  vi.spyOn(Math, 'random').mockReturnValue(1)
  for (const name of CHANNELS) subscribe(`okta-resource-server:${name}`, listen)
})
afterEach(() => {
  for (const name of CHANNELS) unsubscribe(`okta-resource-server:${name}`, listen)
  for (const keys of opened.splice(0)) keys.close()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** The turn after everything that is ready to run has run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Resolves when the refresh that `act` sets off in the background has ended. */
async function refreshed<T>(act: () => T): Promise<T> {
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve
  })
  const result = act()
  await ended
  await turn()
  return result
}

const down = (): Error => new Error('down')
const published =
  (...keys: readonly SigningKey[]): Scripted =>
  () =>
    Response.json(keySet(...keys))

/** Options of their own; `undefined` takes one away. */
type OwnOptions = {
  readonly [Name in keyof AuthorizationServerOptions]?: AuthorizationServerOptions[Name] | undefined
}
const common: OwnOptions = { issuer: ISSUER, audience: 'api', jwksUri: ADDRESS }

/** Keys whose server answers from a script, and whose clock stands still. */
function setting(answer: Scripted = published(A), own: OwnOptions = {}) {
  const [time, server] = [{ now: START }, { answer }]
  const { fetch, asked, init } = scriptedFetch((url) => server.answer(url))
  const configuration = issuerConfiguration(
    { ...common, clock: () => time.now, fetch, ...own } as Partial<AuthorizationServerOptions>,
    'issuer',
  )
  const keys = new IssuerKeys(configuration)
  opened.push(keys)
  const find = async (kid: string | undefined): Promise<(string | undefined)[]> =>
    (await keys.candidates(kid, 'ES256')).map((key) => key.kid)
  return { time, server, asked, init, keys, find, fate: (kid: string) => outcome(() => find(kid)) }
}

/** The same, with keys known. */
async function warm(...parameters: Parameters<typeof setting>) {
  const one = setting(...parameters)
  await one.keys.ready()
  heard.length = 0
  return one
}

/** A server that answers when it is told to. */
function held(server: { answer: Scripted }): (answer: Scripted) => void {
  let release = (_: Response | Promise<Response>): void => {}
  const response = new Promise<Response>((resolve) => {
    release = resolve
  })
  server.answer = () => response
  return (answer) => {
    const given = answer(ADDRESS)
    release(given instanceof Error ? Promise.reject(given) : given)
    server.answer = answer
  }
}

const reasons = (): unknown[] =>
  heard
    .filter(([name]) => name === 'refresh.started')
    .map(([, message]) => (message as { reason: string }).reason)

describe('static keys', () => {
  const fixed = (...jwks: readonly SigningKey[]) =>
    setting(down, { jwks: keySet(...jwks), jwksUri: undefined })

  it('are ready at once and for ever, and nothing is fetched', async () => {
    const { keys, time, asked } = fixed(A, rsa)
    await keys.ready()
    time.now += 1_000 * 365 * 24 * HOUR
    expect(keys.usable(time.now)).toBe(true)
    expect(keys.status()).toEqual({
      issuer: ISSUER,
      ready: true,
      keys: 2,
      age: undefined,
      nextRefresh: undefined,
      lastError: undefined,
    })
    expect(asked).toEqual([])
  })

  it('are given out without waiting', () => {
    const { keys } = fixed(A, rsa)
    expect(keys.candidates(A.kid, 'ES256')).toMatchObject([{ kid: A.kid }])
    expect(keys.candidates(undefined, 'RS256')).toMatchObject([{ kid: rsa.kid }])
  })

  it('refuse what they do not hold, and what they hold for another algorithm', async () => {
    const { keys, asked } = fixed(A, rsa)
    for (const kid of ['unknown', undefined])
      expect(await outcome(() => keys.candidates(kid, 'ES384'))).toBe('key_unknown')
    expect(await outcome(() => keys.candidates(rsa.kid, 'ES256'))).toBe('key_unsuitable')
    const tried = await keys.candidates(undefined, 'ES256')
    expect(await outcome(() => keys.newerCandidates(tried, 'ES256'))).toBe('signature_invalid')
    expect(asked).toEqual([])
  })

  it('of which none can be used are a wrong configuration', () => {
    const unusable = { keys: [{ ...A.jwk, use: 'enc' }] }
    const make = () => setting(down, { jwks: unusable, jwksUri: undefined })
    expect(make).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: 'option_invalid',
        option: 'jwks',
        message: 'jwks holds no public signature key of an allowed algorithm (RFC 7517)',
      }),
    )
  })
})

describe('keys before first use', () => {
  it('are not ready, and nothing is fetched', () => {
    const { keys, asked } = setting()
    expect(keys.usable(START)).toBe(false)
    expect(keys.status()).toEqual({
      issuer: ISSUER,
      ready: false,
      keys: 0,
      age: undefined,
      nextRefresh: undefined,
      lastError: undefined,
    })
    expect(asked).toEqual([])
  })

  it('are fetched once for all who ask at the same time', async () => {
    const { keys, find, asked } = setting()
    const all = await Promise.all([find(A.kid), find(undefined), find(A.kid), keys.ready()])
    expect(all.slice(0, 3)).toEqual([[A.kid], [A.kid], [A.kid]])
    expect(asked).toEqual([ADDRESS])
    expect(heard).toEqual([
      ['refresh.started', { issuer: ISSUER, reason: 'first_use' }],
      ['refresh.succeeded', { issuer: ISSUER, reason: 'first_use', keys: 1, added: 1, withdrawn: 0 }],
      ['keys.rotated', { issuer: ISSUER, added: 1, withdrawn: 0 }],
    ])
  })

  it('are sought once more for a key id that the first fetch did not bring', async () => {
    const { fate, asked } = setting()
    expect(await fate('unknown')).toBe('key_unknown')
    expect(asked).toEqual([ADDRESS, ADDRESS])
    expect(reasons()).toEqual(['first_use', 'unknown_key'])
  })

  it('refuse a key of another algorithm', async () => {
    const { fate, asked } = setting(published(rsa))
    expect(await fate(rsa.kid)).toBe('key_unsuitable')
    expect(asked).toHaveLength(1)
  })
})

describe('fresh keys', () => {
  it('tell when they came and when they will come again', async () => {
    const { keys, time } = await warm(published(A, B))
    time.now += 1_000
    expect(keys.status()).toEqual({
      issuer: ISSUER,
      ready: true,
      keys: 2,
      age: 1_000,
      nextRefresh: START + HOUR,
      lastError: undefined,
    })
  })

  it('are given out without waiting, and cause no fetch to their last millisecond', async () => {
    const { keys, time, asked } = await warm()
    time.now += HOUR - 1
    expect(keys.candidates(A.kid, 'ES256')).toMatchObject([{ kid: A.kid }])
    await keys.ready()
    await turn()
    expect(asked).toHaveLength(1)
  })

  it('are fresh as long as the server says', async () => {
    const headers = { 'cache-control': 'max-age=600' }
    const { keys } = await warm(() => Response.json(keySet(A), { headers }))
    expect(keys.status().nextRefresh).toBe(START + 600_000)
  })

  it('are fresh no longer than cacheMaxAge', async () => {
    const { keys } = await warm(published(A), { cacheMaxAge: 120_000 })
    expect(keys.status().nextRefresh).toBe(START + 120_000)
  })
})

describe('due keys', () => {
  it('serve on while they are fetched in the background', async () => {
    const { keys, time, asked } = await warm()
    time.now += HOUR
    const found = await refreshed(() => keys.candidates(A.kid, 'ES256'))
    expect(found).toMatchObject([{ kid: A.kid }])
    expect(asked).toHaveLength(2)
    expect(heard).toEqual([
      ['refresh.started', { issuer: ISSUER, reason: 'due' }],
      ['refresh.succeeded', { issuer: ISSUER, reason: 'due', keys: 1, added: 0, withdrawn: 0 }],
    ])
    expect(keys.status()).toMatchObject({ age: 0, nextRefresh: START + 2 * HOUR })
  })

  it('are fetched once, however many ask', async () => {
    const { keys, time, asked } = await warm()
    time.now += HOUR
    await refreshed(() => [1, 2, 3].map(() => keys.usable(time.now)))
    expect(asked).toHaveLength(2)
  })

  it('stay when the fetch fails, and the failure is told', async () => {
    const { keys, time, server } = await warm()
    server.answer = down
    time.now += HOUR
    expect(await refreshed(() => keys.usable(time.now))).toBe(true)
    const status = keys.status()
    expect(status).toMatchObject({ ready: true, keys: 1, age: HOUR, nextRefresh: time.now + 1_000 })
    expect(status.lastError).toMatchObject({ code: 'network', url: ADDRESS })
    expect(heard).toEqual([
      ['refresh.started', { issuer: ISSUER, reason: 'due' }],
      ['refresh.failed', { issuer: ISSUER, reason: 'due', error: status.lastError }],
    ])
  })

  it('are not asked for again before the time of the retry', async () => {
    const { keys, time, server, asked } = await warm()
    server.answer = down
    time.now += HOUR
    await refreshed(() => keys.usable(time.now))
    time.now += 999
    expect(keys.usable(time.now)).toBe(true)
    await turn()
    expect(asked).toHaveLength(2)
    server.answer = published(A)
    time.now += 1
    await refreshed(() => keys.usable(time.now))
    expect(asked).toHaveLength(3)
    expect(keys.status()).toMatchObject({ lastError: undefined, nextRefresh: time.now + HOUR })
  })

  it('are used up to staleIfError past their freshness, and no millisecond more', async () => {
    const { keys, time, server, find } = await warm(published(A), { staleIfError: 10_000 })
    server.answer = down
    time.now += HOUR
    await refreshed(() => keys.usable(time.now))
    time.now = START + HOUR + 9_999
    expect(keys.status().ready).toBe(true)
    expect(await refreshed(() => keys.usable(time.now))).toBe(true)
    time.now = START + HOUR + 10_000
    expect(keys.status()).toMatchObject({ ready: false, keys: 1 })
    expect(keys.usable(time.now)).toBe(false)
    expect(await outcome(() => find(A.kid))).toBe('keys_unavailable')
  })

  it.each([
    ['closer together once they may not be used any more', 0, 8_000],
    ['further apart while they may', 10 * HOUR, 16_000],
    ['closer together from the millisecond on at which they may not', 15_000, 8_000],
    ['further apart in their last millisecond', 15_001, 16_000],
  ])('are tried %s', async (_title, staleIfError, longest) => {
    const { keys, time, server } = await warm(published(A), { staleIfError })
    server.answer = down
    time.now += HOUR
    for (let failures = 1; failures <= 5; failures++) {
      await refreshed(() => keys.usable(time.now))
      const { nextRefresh } = keys.status()
      if (failures === 5) expect(nextRefresh).toBe(time.now + longest)
      time.now = nextRefresh as number
    }
  })

  it('that are no longer published are withdrawn, and the others stay the same', async () => {
    const { keys, time, server } = await warm(published(A, B))
    const [first] = (await keys.candidates(A.kid, 'ES256')) as [VerificationKey]
    const [second] = (await keys.candidates(B.kid, 'ES256')) as [VerificationKey]
    expect([first.current, second.current]).toEqual([true, true])
    server.answer = published(B, C)
    time.now += HOUR
    await refreshed(() => keys.usable(time.now))
    expect([first.current, second.current]).toEqual([false, true])
    expect(await keys.candidates(B.kid, 'ES256')).toEqual([second])
    expect(heard.slice(1)).toEqual([
      ['refresh.succeeded', { issuer: ISSUER, reason: 'due', keys: 2, added: 1, withdrawn: 1 }],
      ['keys.rotated', { issuer: ISSUER, added: 1, withdrawn: 1 }],
    ])
  })

  it.each([
    ['only withdrawn', published(A), { added: 0, withdrawn: 1 }],
    ['only added', published(A, B, C), { added: 1, withdrawn: 0 }],
  ])('are rotated where one is %s', async (_title, answer, counts) => {
    const { keys, time, server } = await warm(published(A, B))
    server.answer = answer
    time.now += HOUR
    await refreshed(() => keys.usable(time.now))
    expect(heard.at(-1)).toEqual(['keys.rotated', { issuer: ISSUER, ...counts }])
  })
})

describe('an unknown key id', () => {
  it('is looked for with one fetch, which brings it', async () => {
    const { find, server, asked } = await warm()
    server.answer = published(A, B)
    expect(await Promise.all([find(B.kid), find(B.kid)])).toEqual([[B.kid], [B.kid]])
    expect(asked).toHaveLength(2)
    expect(reasons()).toEqual(['unknown_key'])
  })

  it('is refused where it is not brought, and not looked for again within the cooldown', async () => {
    const { fate, time, server, asked } = await warm()
    expect(await fate('unknown')).toBe('key_unknown')
    server.answer = published(A, B)
    time.now += COOLDOWN - 1
    expect(await fate('unknown')).toBe('key_unknown')
    expect(asked).toHaveLength(2)
    time.now += 1
    expect(await fate('unknown')).toBe('key_unknown')
    expect(asked).toHaveLength(3)
  })

  it('closes the gate after two fetches that brought nothing', async () => {
    const { fate, time, asked } = await warm()
    for (const kid of ['one', 'two', 'three', 'four']) expect(await fate(kid)).toBe('key_unknown')
    expect(asked).toHaveLength(3)
    time.now += COOLDOWN
    expect(await fate('three')).toBe('key_unknown')
    expect(asked).toHaveLength(4)
  })

  it('leaves the gate open for rotations in a row', async () => {
    const { find, server, asked } = await warm()
    for (const key of [B, C, A, B]) {
      server.answer = published(key)
      expect(await find(key.kid)).toEqual([key.kid])
    }
    expect(asked).toHaveLength(5)
  })

  it('does not take a turn for fetches that were due anyway', async () => {
    const { keys, fate, time, asked } = await warm()
    for (const passed of [HOUR, 2 * HOUR, 3 * HOUR]) {
      time.now = START + passed
      await refreshed(() => keys.usable(time.now))
    }
    for (const kid of ['one', 'two', 'three']) await fate(kid)
    expect(asked).toHaveLength(6)
  })

  it('is content with what a fetch under way brings', async () => {
    const { keys, find, time, server, asked } = await warm()
    const release = held(server)
    time.now += HOUR
    keys.usable(time.now)
    const found = find(B.kid)
    await turn()
    release(published(A, B))
    expect(await found).toEqual([B.kid])
    expect(asked).toHaveLength(2)
  })

  it('is looked for once more where a fetch under way began before the rotation', async () => {
    const { keys, find, time, server, asked } = await warm()
    const release = held(server)
    time.now += HOUR
    keys.usable(time.now)
    const found = find(B.kid)
    await turn()
    release(published(A))
    server.answer = published(A, B)
    expect(await found).toEqual([B.kid])
    expect(asked).toHaveLength(3)
    expect(reasons()).toEqual(['due', 'unknown_key'])
  })

  it('cannot be judged where the fetch fails', async () => {
    const { keys, find, server, time } = await warm()
    server.answer = () => new Response('', { status: 503, headers: { 'retry-after': '120' } })
    const refusal = (await refusalOf(() => find('unknown'))) as AuthorizationServerUnavailableError
    expect(refusal).toMatchObject({ status: 503, code: 'keys_unavailable', retryAfter: 120 })
    expect(refusal.cause).toBe(keys.status().lastError)
    expect(keys.status().nextRefresh).toBe(START + 120_000)
    time.now += 30_500
    expect(await refusalOf(() => find('other'))).toMatchObject({ code: 'keys_unavailable', retryAfter: 90 })
  })

  it('is looked for as soon as the server may be tried again, gate or no gate', async () => {
    const { keys, find, fate, time, server, asked } = await warm(published(A), {
      cooldownDuration: HOUR * 10,
    })
    for (const kid of ['one', 'two', 'three']) expect(await fate(kid)).toBe('key_unknown')
    server.answer = down
    time.now += HOUR
    await refreshed(() => keys.usable(time.now))
    expect(await fate('one')).toBe('keys_unavailable')
    expect(await fate('three')).toBe('keys_unavailable')
    server.answer = published(A, B)
    const before = asked.length
    time.now += 999
    expect(await fate(B.kid)).toBe('keys_unavailable')
    expect(asked).toHaveLength(before)
    time.now += 1
    expect(await find(B.kid)).toEqual([B.kid])
    expect(asked).toHaveLength(before + 1)
  })
})

describe('a token without key id that no known key verified', () => {
  const tried = async ({ keys }: { keys: IssuerKeys }) => keys.candidates(undefined, 'ES256')

  it('has newer keys looked for, and gets only those that were not tried', async () => {
    const one = await warm()
    const known = await tried(one)
    one.server.answer = published(A, B)
    const newer = await one.keys.newerCandidates(known, 'ES256')
    expect(newer.map(({ kid }) => kid)).toEqual([B.kid])
    expect(one.asked).toHaveLength(2)
  })

  it('is refused where none came, and not looked for again within the cooldown', async () => {
    const one = await warm()
    const known = await tried(one)
    const again = () => outcome(() => one.keys.newerCandidates(known, 'ES256'))
    expect(await again()).toBe('signature_invalid')
    expect(await again()).toBe('signature_invalid')
    expect(one.asked).toHaveLength(2)
    one.time.now += COOLDOWN
    expect(await again()).toBe('signature_invalid')
    expect(one.asked).toHaveLength(3)
  })

  it('is refused where all its keys were withdrawn', async () => {
    const one = await warm()
    const known = await tried(one)
    one.server.answer = published(rsa)
    expect(await outcome(() => one.keys.newerCandidates(known, 'ES256'))).toBe('signature_invalid')
  })

  it('is refused as of an unknown key where there is no key of its algorithm', async () => {
    const { keys, asked } = await warm()
    expect(await outcome(() => keys.candidates(undefined, 'RS256'))).toBe('key_unknown')
    expect(await outcome(() => keys.candidates(undefined, 'RS256'))).toBe('key_unknown')
    expect(asked).toHaveLength(2)
  })

  it('is not told that a nameless key of another algorithm is unsuitable, which was never meant', async () => {
    const { keys } = await warm(() => Response.json(keySet(without(A.jwk, 'kid'))))
    expect(await outcome(() => keys.candidates(undefined, 'RS256'))).toBe('key_unknown')
  })

  it.each(['', 'undefined'])('is not taken for one with the key id %j', async (kid) => {
    const { keys, fate, asked } = await warm()
    expect(await fate(kid)).toBe('key_unknown')
    expect(await outcome(() => keys.candidates(undefined, 'RS256'))).toBe('key_unknown')
    expect(asked).toHaveLength(3)
  })

  it('has all newer keys given, with and without a name', async () => {
    const one = await warm()
    const known = await tried(one)
    one.server.answer = () => Response.json(keySet(A, without(B.jwk, 'kid'), C))
    const newer = await one.keys.newerCandidates(known, 'ES256')
    expect(newer.map(({ kid }) => kid)).toEqual([undefined, C.kid])
  })
})

describe('an authorization server out of reach on a cold start', () => {
  it('cannot judge, names the keys where their address is known, and is left alone until the retry', async () => {
    const { keys, find, time, asked, server } = setting(down)
    const refusal = (await refusalOf(() => find(A.kid))) as AuthorizationServerUnavailableError
    expect(refusal).toMatchObject({ status: 503, code: 'keys_unavailable', retryAfter: 1 })
    expect(refusal.cause).toMatchObject({ code: 'network', url: ADDRESS })
    expect(keys.status()).toMatchObject({ ready: false, keys: 0, age: undefined, nextRefresh: START + 1_000 })
    time.now += 999
    expect(await outcome(() => keys.ready())).toBe('keys_unavailable')
    expect(asked).toHaveLength(1)
    server.answer = published(A)
    time.now += 1
    await keys.ready()
    expect(keys.status()).toMatchObject({ ready: true, lastError: undefined })
  })

  it('names the metadata where the address of the keys is not known', async () => {
    const { find } = setting(down, { jwksUri: undefined })
    const refusal = await refusalOf(() => find(A.kid))
    expect(refusal).toMatchObject({ code: 'metadata_unavailable', cause: { code: 'network', url: METADATA } })
  })

  it('doubles the delay up to eight seconds', async () => {
    const { keys, time } = setting(down)
    const waits: number[] = []
    for (let failures = 0; failures < 5; failures++) {
      expect(await outcome(() => keys.ready())).toBe('keys_unavailable')
      const next = keys.status().nextRefresh as number
      waits.push(next - time.now)
      time.now = next
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 8_000])
  })

  it('is one failure also for those who came while the fetch was under way', async () => {
    const { find, asked } = setting(down)
    const all = [1, 2, 3].map(() => outcome(() => find(A.kid)))
    expect(await Promise.all(all)).toEqual(Array(3).fill('keys_unavailable'))
    expect(asked).toHaveLength(1)
  })

  it('is what a clock that fails comes to as well, with the failure as the cause', async () => {
    const cause = new Error('no clock')
    const time = { broken: false }
    const { keys } = setting(
      () => {
        time.broken = true
        return Response.json(keySet(A))
      },
      {
        clock: () => {
          if (!time.broken) return START
          time.broken = false
          throw cause
        },
      },
    )
    expect(await outcome(() => keys.ready())).toBe('keys_unavailable')
    const { lastError } = keys.status()
    expect(lastError).toMatchObject({
      code: 'network',
      url: ISSUER,
      message: `${ISSUER}: the keys could not be fetched`,
    })
    expect(lastError?.cause).toBe(cause)
  })
})

describe('discovery', () => {
  const discovering = { jwksUri: undefined }
  const answering =
    (keys: Scripted, jwksUri = ADDRESS): Scripted =>
    (url) =>
      url === METADATA ? Response.json({ issuer: ISSUER, jwks_uri: jwksUri }) : keys(url)

  it('comes before the first keys, and not before the next', async () => {
    const { keys, time, asked } = await warm(answering(published(A)), discovering)
    time.now += HOUR
    await refreshed(() => keys.usable(time.now))
    expect(asked).toEqual([METADATA, ADDRESS, ADDRESS])
  })

  it('comes again after the keys were not to be had where they should be', async () => {
    const { keys, time, server, asked } = await warm(answering(published(A)), discovering)
    server.answer = answering(() => new Response('', { status: 404 }))
    time.now += HOUR
    await refreshed(() => keys.usable(time.now))
    server.answer = answering(published(A), `${ADDRESS}/new`)
    time.now += 1_000
    await refreshed(() => keys.usable(time.now))
    expect(asked).toEqual([METADATA, ADDRESS, ADDRESS, METADATA, `${ADDRESS}/new`])
  })

  it('that fails is told beside keys from their last good address', async () => {
    const { keys, time, server } = await warm(answering(published(A)), discovering)
    server.answer = (url) => (url === METADATA ? down() : published(A)(url))
    time.now += 24 * HOUR
    await refreshed(() => keys.usable(time.now))
    expect(keys.status()).toMatchObject({
      ready: true,
      age: 0,
      nextRefresh: time.now + HOUR,
      lastError: { code: 'network', url: METADATA },
    })
  })
})

describe('timers', () => {
  /** Only timeouts are false: promises and the thread pool go on as ever. */
  const fake = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const pass = (time: { now: number }, milliseconds: number): void => {
    time.now += milliseconds
    vi.advanceTimersByTime(milliseconds)
  }

  it('keep no process alive, neither the next refresh nor the time limit', async () => {
    const set = vi.spyOn(globalThis, 'setTimeout')
    await warm()
    await turn()
    const timers = set.mock.results.map(({ value }) => value as NodeJS.Timeout)
    expect(set.mock.calls.map(([, delay]) => delay)).toEqual([5_000, HOUR])
    expect(timers.map((timer) => timer.hasRef())).toEqual([false, false])
  })

  it('fetch keys when they are due, though nobody asks', async () => {
    fake()
    const { keys, time, asked } = await warm()
    pass(time, HOUR - 1)
    expect(asked).toHaveLength(1)
    await refreshed(() => pass(time, 1))
    expect(asked).toHaveLength(2)
    expect(reasons()).toEqual(['due'])
    expect(keys.status().nextRefresh).toBe(START + 2 * HOUR)
    await refreshed(() => pass(time, HOUR))
    expect(asked).toHaveLength(3)
  })

  it('try again after a failure, though nobody asks', async () => {
    fake()
    const { keys, time, server, asked } = setting(down)
    await outcome(() => keys.ready())
    server.answer = published(A)
    pass(time, 999)
    expect(asked).toHaveLength(1)
    await refreshed(() => pass(time, 1))
    expect(asked).toHaveLength(2)
    expect(reasons()).toEqual(['first_use', 'retry'])
    expect(keys.status().ready).toBe(true)
  })

  it('wait on where the clock has not come as far', async () => {
    fake()
    const { time, asked } = await warm()
    time.now += HOUR - 10_000
    vi.advanceTimersByTime(HOUR)
    await turn()
    expect(heard).toEqual([])
    expect(asked).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(1)
    await refreshed(() => pass(time, 10_000))
    expect(asked).toHaveLength(2)
  })

  it('are one at a time, however often keys were fetched', async () => {
    fake()
    const { fate } = await warm()
    await fate('one')
    await fate('two')
    await turn()
    expect(vi.getTimerCount()).toBe(1)
  })

  it.each([
    ['longer than a timer of Node.js can, even where the clock is set back', -40 * 24 * HOUR, 2_147_483_647],
    ['so short that one follows on another, even where the clock leaps ahead', 2 * HOUR, 100],
  ])('never wait %s', async (_title, step, expected) => {
    fake()
    const set = vi.spyOn(globalThis, 'setTimeout')
    const clock = { now: START, step: 0 }
    const moving = (): number => {
      clock.now += clock.step
      return clock.now
    }
    const answer = (): Response => {
      clock.step = step
      return Response.json(keySet(A))
    }
    await warm(answer, { clock: moving })
    await turn()
    expect(set.mock.calls.at(-1)?.[1]).toBe(expected)
  })

  it('end a fetch that hangs when its time is up, and only then', async () => {
    fake()
    const { keys, time } = setting(() => new Promise<Response>(() => {}), { timeoutDuration: 2_000 })
    const judged = outcome(() => keys.ready())
    pass(time, 1_999)
    await turn()
    expect(heard).toHaveLength(1)
    await refreshed(() => pass(time, 1))
    expect(await judged).toBe('keys_unavailable')
    expect(keys.status().lastError).toMatchObject({ code: 'timeout', url: ADDRESS })
    expect(keys.status().nextRefresh).toBe(START + 3_000)
  })

  it('end nothing once a fetch has ended', async () => {
    fake()
    const { time, init } = await warm()
    await turn()
    expect(vi.getTimerCount()).toBe(1)
    pass(time, 5_000)
    expect(init[0]?.signal?.aborted).toBe(false)
  })
})

describe('closed keys', () => {
  it('judge nothing, fetch nothing and are not ready', async () => {
    const { keys, find, asked } = await warm()
    keys.close()
    expect(() => keys.usable(START)).toThrow(
      expect.objectContaining({ status: 503, code: 'verifier_closed', retryAfter: 1 }),
    )
    expect(await outcome(() => find(A.kid))).toBe('verifier_closed')
    expect(await outcome(() => keys.ready())).toBe('verifier_closed')
    expect(await outcome(() => keys.newerCandidates([], 'RS256'))).toBe('verifier_closed')
    expect(asked).toHaveLength(1)
    expect(keys.status()).toMatchObject({ ready: false, keys: 1, age: 0, nextRefresh: undefined })
  })

  it('leave no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { keys } = await warm()
    await turn()
    expect(vi.getTimerCount()).toBe(1)
    keys.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('end a fetch under way, and leave no timer behind it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { keys, find, init } = setting(() => new Promise<Response>(() => {}))
    const judged = refusalOf(() => find(A.kid))
    await turn()
    keys.close()
    const refusal = await judged
    expect(refusal).toMatchObject({ code: 'verifier_closed', retryAfter: 1 })
    expect(refusal.cause).toBeUndefined()
    await turn()
    expect(init[0]?.signal?.aborted).toBe(true)
    expect(init[0]?.signal?.reason).toMatchObject({
      name: 'RemoteDocumentError',
      code: 'network',
      url: ISSUER,
      message: `${ISSUER}: the verifier was closed`,
    })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('may be closed before first use, and twice', () => {
    const { keys } = setting()
    keys.close()
    keys.close()
    expect(keys.status().ready).toBe(false)
  })
})

describe('channels that nobody listens to', () => {
  it('cost nothing', async () => {
    for (const name of CHANNELS) unsubscribe(`okta-resource-server:${name}`, listen)
    const used = [
      channels.refreshStarted,
      channels.refreshSucceeded,
      channels.refreshFailed,
      channels.keysRotated,
    ]
    const spies = used.map((channel) => vi.spyOn(channel, 'publish'))
    const { fate, server } = await warm()
    server.answer = down
    expect(await fate('unknown')).toBe('keys_unavailable')
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})
