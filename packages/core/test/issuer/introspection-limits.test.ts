import { describe, expect, it, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import {
  activeAnswer,
  askingVerifier,
  inactive,
  made,
  ticking,
  unavailableOf,
} from '../support/introspection.ts'
import { HOUR, pass, SECOND, stopTime } from '../support/time.ts'

describe('a flood of 10,000 made-up tokens', () => {
  const genuineOnly = ({ token }: { token: string }): Response =>
    token.startsWith('genuine') ? Response.json(activeAnswer()) : inactive()

  it('one after the other makes at most maxCallsPerMinute calls, and genuine tokens in use still pass [INTR-04]', async () => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({ maxCallsPerMinute: 100 }, ticking)
    server.reply = genuineOnly
    expect(await outcome('genuine-1')).toBe('accepted')
    const outcomes: Record<string, number> = {}
    for (const [index, token] of made(10_000).entries()) {
      const result = await outcome(token)
      outcomes[result] = (outcomes[result] ?? 0) + 1
      if (index === 5_000) pass(31 * SECOND)
      if (index % 1_000 === 0) expect(await outcome('genuine-1')).toBe('accepted')
    }
    expect(outcomes).toEqual({ token_inactive: 74, introspection_unavailable: 9_926 })
    // Its answer was renewed during the flood, with the calls that are kept for tokens in use.
    expect(calls.filter(({ token }) => token === 'genuine-1')).toHaveLength(2)
    expect(calls.length).toBeLessThanOrEqual(100)
  }, 60_000)

  it('at the same time makes a bounded number of calls, and genuine tokens among them still pass', async () => {
    const { outcome, server, calls } = askingVerifier({ concurrency: 2, timeoutDuration: HOUR })
    server.reply = async (call) => {
      await new Promise((resolve) => setImmediate(resolve))
      return genuineOnly(call)
    }
    expect(await outcome('genuine-1')).toBe('accepted')
    const flood = made(10_000).map(outcome)
    const genuine = await Promise.all([outcome('genuine-1'), outcome('genuine-1')])
    expect(genuine).toEqual(['accepted', 'accepted'])
    const outcomes = await Promise.all(flood)
    expect(new Set(outcomes)).toEqual(new Set(['token_inactive', 'introspection_unavailable']))
    expect(calls.length).toBeLessThanOrEqual(1 + 2 + 20)
  }, 60_000)

  it('sent again makes no call for as long as the negative answers hold', async () => {
    const { outcome, server, calls } = askingVerifier()
    server.reply = inactive
    for (let time = 0; time < 3; time++) for (const token of made(100)) await outcome(token)
    expect(calls).toHaveLength(100)
  })
})

describe('maxCallsPerMinute', () => {
  it('holds in any minute, and says when to come back', async () => {
    stopTime()
    const { verifier, outcome, calls } = askingVerifier({ maxCallsPerMinute: 3 }, ticking)
    for (const token of made(3)) {
      expect(await outcome(token)).toBe('accepted')
      pass(10 * SECOND)
    }
    const refusal = await unavailableOf(verifier.verify('one-more'))
    expect(refusal).toMatchObject({ status: 503, code: 'introspection_unavailable', retryAfter: 30 })
    expect(String(refusal.cause)).toContain('maxCallsPerMinute')
    pass(29 * SECOND)
    expect(await outcome('one-more')).toBe('introspection_unavailable')
    pass(1 * SECOND)
    expect(await outcome('one-more')).toBe('accepted')
    expect(await outcome('yet-another')).toBe('introspection_unavailable')
    expect(calls).toHaveLength(4)
  })
})

describe('concurrency', () => {
  it('limits the calls at the same time; ten times as many wait', async () => {
    const { outcome, server, calls } = askingVerifier({ concurrency: 2, timeoutDuration: HOUR })
    const answer = deferred<void>()
    server.reply = () => answer.promise.then(() => Response.json(activeAnswer()))
    const waiting = made(30).map(outcome)
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    answer.resolve()
    const outcomes = await Promise.all(waiting)
    expect(outcomes.filter((each) => each === 'accepted')).toHaveLength(22)
    expect(outcomes.filter((each) => each === 'introspection_unavailable')).toHaveLength(8)
  })

  it('lets tokens that were active before go first', async () => {
    stopTime()
    const { outcome, server, tokens } = askingVerifier({ concurrency: 1 }, ticking)
    expect(await outcome('in-use')).toBe('accepted')
    pass(30 * SECOND)
    const answer = deferred<void>()
    server.reply = () => answer.promise.then(() => Response.json(activeAnswer()))
    const waiting = [...made(5), 'in-use'].map(outcome)
    await vi.waitFor(() => expect(tokens()).toHaveLength(2))
    answer.resolve()
    await Promise.all(waiting)
    expect(tokens().slice(0, 3)).toEqual(['in-use', 'made-up-0', 'in-use'])
  })
})

describe('a 429', () => {
  it.each<[string, Record<string, string>, number]>([
    ['Retry-After in seconds', { 'retry-after': '20' }, 20],
    [
      'Retry-After as a date',
      {
        'retry-after': new Date(1_900_000_040_000).toUTCString(),
        date: new Date(1_900_000_000_000).toUTCString(),
      },
      40,
    ],
    [
      'the header of Okta',
      { 'x-rate-limit-reset': '1900000030', date: new Date(1_900_000_000_000).toUTCString() },
      30,
    ],
    ['no header', {}, 5],
  ])('stops all calls until then, with %s', async (_title, headers, seconds) => {
    stopTime()
    const { verifier, server, calls, outcome } = askingVerifier({ concurrency: 100 }, ticking)
    const late = deferred<Response>()
    server.reply = ({ token }) =>
      token === 'late' ? late.promise : new Response('', { status: 429, headers })
    const pending = outcome('late')
    const refusal = await unavailableOf(verifier.verify('a-1'))
    expect(refusal).toMatchObject({ retryAfter: seconds, cause: { code: 'http_status', status: 429 } })
    // A call that was under way changes nothing.
    late.resolve(Response.json(activeAnswer()))
    expect(await pending).toBe('accepted')
    pass(seconds * SECOND - 1)
    expect((await unavailableOf(verifier.verify('a-2'))).retryAfter).toBe(1)
    expect(calls).toHaveLength(2)
    server.reply = () => Response.json(activeAnswer())
    pass(1)
    expect(await outcome('a-2')).toBe('accepted')
  })

  it('that asks for less than an earlier one shortens nothing', async () => {
    stopTime()
    const { server, calls, outcome } = askingVerifier({}, ticking)
    server.reply = ({ token }) =>
      new Response('', { status: 429, headers: { 'retry-after': token === 'a-1' ? '60' : '1' } })
    await Promise.all([outcome('a-1'), outcome('a-2')])
    pass(59 * SECOND)
    expect(await outcome('a-3')).toBe('introspection_unavailable')
    expect(calls).toHaveLength(2)
  })

  it('stops calls for five minutes at most', async () => {
    stopTime()
    const { outcome, server } = askingVerifier({}, ticking)
    server.reply = () => new Response('', { status: 429, headers: { 'retry-after': '999999' } })
    expect(await outcome('a-1')).toBe('introspection_unavailable')
    server.reply = () => Response.json(activeAnswer())
    pass(300 * SECOND)
    expect(await outcome('a-1')).toBe('accepted')
  })

  it('does not take the API out of service, since tokens in the cache are accepted', async () => {
    const { verifier, outcome, server } = askingVerifier({ when: 'only' })
    expect(await outcome('in-use')).toBe('accepted')
    server.reply = () => new Response('', { status: 429 })
    expect(await outcome('a-1')).toBe('introspection_unavailable')
    expect(await outcome('in-use')).toBe('accepted')
    expect(verifier.status().ready).toBe(true)
  })
})
