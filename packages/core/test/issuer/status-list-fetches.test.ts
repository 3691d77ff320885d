import { NOW, outcomeOf, type ScriptedAnswer, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type Claims,
  LIST,
  listResponse,
  listToken,
  lookingUp,
  ONE_BIT,
  packed,
  TYPE,
  tokenAt,
} from '../support/status-lists.ts'
import { pass, START, stepWallClock, stopTime } from '../support/time.ts'
import { cache, decideNow } from '../support/verifiers.ts'

describe('a status list', () => {
  it('is asked for by its type, and fetched once for all tokens that wait for it', async () => {
    const { requests, outcome } = lookingUp()
    const outcomes = await Promise.all(ONE_BIT.map((_, index) => outcome(tokenAt(index))))
    expect(outcomes.filter((each) => each === 'accepted')).toHaveLength(7)
    expect(requests).toHaveLength(1)
    expect(new Headers(requests[0]?.init.headers).get('accept')).toBe(`application/${TYPE}`)
  })

  it.each<[string, Claims, number]>([
    ['ttl', { ttl: 20 }, 20_000],
    ['exp', { ttl: 20, exp: NOW + 10 }, 10_000],
    ['a minute if it does not say', {}, 60_000],
    ['a minute if ttl is negative', { ttl: -1 }, 60_000],
    ['a minute if ttl is 0', { ttl: 0 }, 60_000],
    ['a minute if ttl is a text', { ttl: '20' }, 60_000],
    ['five minutes at most', { ttl: 86_400, exp: NOW + 86_400 }, 300_000],
    ['a second at least', { ttl: 0.001 }, 1_000],
  ])('is used for %s, by cached tokens too [REV-04]', async (_title, claims, age) => {
    stopTime({ timers: true })
    const { server, outcome, requests } = lookingUp({ clock: Date.now })
    server.reply = () => listResponse(listToken(claims))
    const token = tokenAt(1)
    for (let time = 0; time < 3; time++) expect(await outcome(token)).toBe('accepted')
    server.reply = () =>
      listResponse(listToken({ ...claims, iat: NOW, exp: NOW + 3_600, status_list: packed(1, 255) }))
    pass(age - 1)
    expect(await outcome(token)).toBe('accepted')
    expect(requests).toHaveLength(1)
    pass(1)
    expect(await outcome(token)).toBe('token_revoked')
    expect(requests).toHaveLength(2)
  })

  it('is not used for longer if the wall clock is set back', async () => {
    stopTime({ timers: true })
    const { server, outcome } = lookingUp({ clock: Date.now })
    const token = tokenAt(1, LIST, { iat: NOW - 4_000, exp: NOW + 4_000 })
    for (let time = 0; time < 3; time++) expect(await outcome(token)).toBe('accepted')
    server.reply = () => listResponse(listToken({ iat: NOW - 3_600, status_list: packed(1, 255) }))
    stepWallClock(-3_600_000)
    pass(60_000)
    expect(Date.now()).toBeLessThan(START)
    expect(await outcome(token)).toBe('token_revoked')
  })

  it('is no reason to verify its tokens on every request: they are cached', async () => {
    const { verifier } = lookingUp()
    const token = tokenAt(1)
    await cache(verifier, token)
    expect(decideNow(verifier, token)).toBeDefined()
  })

  it('that cannot be fetched is asked for again after a second, and other tokens stay accepted', async () => {
    stopTime({ timers: true })
    const { server, outcome, requests } = lookingUp({ clock: Date.now })
    server.reply = () => new Response('', { status: 500 })
    for (let time = 0; time < 10; time++) expect(await outcome(tokenAt(1))).toBe('status_unavailable')
    expect(await outcome(signToken())).toBe('accepted')
    expect(requests).toHaveLength(1)
    server.reply = () => listResponse(listToken())
    pass(1_000)
    expect(await outcome(tokenAt(1))).toBe('accepted')
  })

  it('that cannot be fetched has a retry-after of what is left of the second', async () => {
    stopTime({ timers: true })
    const { verifier, server } = lookingUp({ clock: Date.now })
    server.reply = () => new Response('', { status: 500 })
    const refusal = { code: 'status_unavailable', status: 503, retryAfter: 1 }
    await expect(verifier.verify(tokenAt(1))).rejects.toMatchObject(refusal)
    pass(500)
    await expect(verifier.verify(tokenAt(1))).rejects.toMatchObject(refusal)
  })

  it('has a URL without query in a failure', async () => {
    const { verifier, server } = lookingUp()
    server.reply = () => listResponse(listToken())
    await expect(verifier.verify(tokenAt(1, `${LIST}?key=canary`))).rejects.toMatchObject({
      cause: { url: LIST, message: expect.not.stringContaining('canary') },
    })
  })

  it('is requested with the name of this package', async () => {
    const { requests, outcome } = lookingUp()
    await outcome(tokenAt(1))
    expect(requests[0]?.init.method).toBe('GET')
    expect(new Headers(requests[0]?.init.headers).get('user-agent')).toBe('okta-resource-server')
  })

  it('that becomes too old while the request is decided is a 503', async () => {
    stopTime({ timers: true })
    const isRevoked = () => {
      pass(60_000)
      return Promise.resolve(false)
    }
    const { outcome } = lookingUp({ clock: Date.now, revocation: { isRevoked } })
    expect(await outcome(tokenAt(1))).toBe('status_unavailable')
  })

  it('is used where timers are numbers, as in Cloudflare Workers', async () => {
    const start = setTimeout
    vi.stubGlobal('setTimeout', (...parameters: Parameters<typeof start>) => Number(start(...parameters)))
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(await lookingUp().outcome(tokenAt(1))).toBe('accepted')
  })

  it('leaves no timer once the verifier is closed', async () => {
    stopTime({ timers: true })
    const { verifier, outcome } = lookingUp({ clock: Date.now, tokenCache: false })
    expect(await outcome(tokenAt(1))).toBe('accepted')
    expect(vi.getTimerCount()).toBe(1)
    verifier.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that does not come is given up after timeoutDuration', async () => {
    const { verifier, server } = lookingUp({ timeoutDuration: 100 })
    server.reply = () => new Promise<ScriptedAnswer>(() => {})
    await expect(verifier.verify(tokenAt(1))).rejects.toMatchObject({
      code: 'status_unavailable',
      cause: { code: 'timeout' },
    })
  })

  it('is no longer waited for once the verifier is closed', async () => {
    const { verifier, server } = lookingUp()
    server.reply = () => new Promise<ScriptedAnswer>(() => {})
    const waiting = outcomeOf(verifier.verify(tokenAt(1)))
    await new Promise((resolve) => setTimeout(resolve, 20))
    verifier.close()
    expect(await waiting).toBe('verifier_closed')
  })
})
