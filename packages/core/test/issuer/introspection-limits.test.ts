import { refusalOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import type { AuthorizationServerUnavailableError } from '../../src/refusal/errors.ts'
import { deferred } from '../support/deferred.ts'
import { activeAnswer, askingVerifier } from '../support/introspection.ts'
import { HOUR, pass, stopTime } from '../support/time.ts'
import { recordMessages } from '../support/verifiers.ts'

const SECOND = 1_000
const ticking = { clock: () => Date.now() }
const inactive = () => Response.json({ active: false })
const unavailableOf = async (call: Promise<unknown>) =>
  (await refusalOf(call)) as unknown as AuthorizationServerUnavailableError

/** Numbered tokens, none like another. */
const made = (count: number, name = 'made-up'): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`)

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

describe('a failure', () => {
  it('that one token may have caused stops no other call, and the token is not sent again at once', async () => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({}, ticking)
    for (const status of [400, 404, 500, 502]) {
      server.reply = ({ token }) =>
        token.startsWith('poison') ? new Response('', { status }) : Response.json(activeAnswer())
      const before = calls.length
      for (let time = 0; time < 5; time++)
        expect(await outcome(`poison-${status}`)).toBe('introspection_unavailable')
      expect(calls.length).toBe(before + 1)
      expect(await outcome(`genuine-${status}`)).toBe('accepted')
      pass(SECOND)
      expect(await outcome(`poison-${status}`)).toBe('introspection_unavailable')
      expect(calls.length).toBe(before + 3)
    }
  })

  it.each<[string, () => Response | Error]>([
    ['of the network', () => new TypeError('fetch failed')],
    ['of the credentials', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
  ])('%s stops calls for a while, which grows, and is over with the first success', async (_title, reply) => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({}, ticking)
    server.reply = reply
    expect(await outcome('a-1')).toBe('introspection_unavailable')
    for (const token of made(100)) expect(await outcome(token)).toBe('introspection_unavailable')
    expect(calls).toHaveLength(1)
    pass(SECOND)
    expect(await outcome('a-2')).toBe('introspection_unavailable')
    pass(SECOND)
    expect(await outcome('a-3')).toBe('introspection_unavailable')
    expect(calls).toHaveLength(2)
    server.reply = () => Response.json(activeAnswer())
    pass(SECOND)
    expect([await outcome('a-4'), await outcome('a-5')]).toEqual(['accepted', 'accepted'])
  })

  it('of many calls at the same time stops calls for no longer than that of one', async () => {
    stopTime()
    const { outcome, server } = askingVerifier({ concurrency: 50 }, ticking)
    server.reply = () => new TypeError('fetch failed')
    await Promise.all(made(50).map(outcome))
    server.reply = () => Response.json(activeAnswer())
    pass(SECOND)
    expect(await outcome('genuine')).toBe('accepted')
  })

  it('of metadata costs one request for all calls that wait for it', async () => {
    const { outcome, server, others } = askingVerifier({ endpoint: undefined as never })
    server.document = () => new TypeError('fetch failed')
    expect(new Set(await Promise.all(made(20).map(outcome)))).toEqual(new Set(['introspection_unavailable']))
    expect(others).toHaveLength(1)
  })

  it('is published with a reason that tells wrong credentials from an outage [INTR-06]', async () => {
    const reasons: [string, unknown][] = []
    const cases: readonly [string, () => Response | Error][] = [
      ['401', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
      ['403', () => new Response('', { status: 403 })],
      ['400 invalid_client', () => Response.json({ error: 'invalid_client' }, { status: 400 })],
      ['400 unauthorized_client', () => Response.json({ error: 'unauthorized_client' }, { status: 400 })],
      ['400 invalid_request', () => Response.json({ error: 'invalid_request' }, { status: 400 })],
      ['400 without JSON', () => new Response('<html>', { status: 400 })],
      ['429', () => new Response('', { status: 429 })],
      ['500', () => new Response('', { status: 500 })],
      ['500 invalid_client', () => Response.json({ error: 'invalid_client' }, { status: 500 })],
      ['503', () => new Response('', { status: 503 })],
      ['network', () => new TypeError('fetch failed')],
      ['html', () => new Response('<html>')],
      ['no JSON object', () => Response.json([{ active: true }])],
      ['no active', () => Response.json({ error: 'server_error' })],
      ['redirect', () => new Response('', { status: 307, headers: { location: '/elsewhere' } })],
      ['large', () => new Response('x'.repeat(1_048_577))],
    ]
    for (const [name, reply] of cases) {
      const { verifier, server } = askingVerifier()
      server.reply = reply
      const messages = recordMessages()
      const refusal = await unavailableOf(verifier.verify('a-1'))
      expect([name, refusal.status, refusal.code]).toEqual([name, 503, 'introspection_unavailable'])
      expect(refusal.headers['retry-after']).toMatch(/^[1-9]\d*$/)
      expect(refusal.headers['www-authenticate']).toBeUndefined()
      const [, failure] = messages.find(([channel]) => channel === 'introspection.failed') ?? []
      reasons.push([name, failure?.reason])
    }
    expect(reasons).toEqual([
      ['401', 'credentials'],
      ['403', 'credentials'],
      ['400 invalid_client', 'credentials'],
      ['400 unauthorized_client', 'credentials'],
      ['400 invalid_request', 'invalid_answer'],
      ['400 without JSON', 'invalid_answer'],
      ['429', 'rate_limit'],
      ['500', 'outage'],
      ['500 invalid_client', 'outage'],
      ['503', 'outage'],
      ['network', 'outage'],
      ['html', 'invalid_answer'],
      ['no JSON object', 'invalid_answer'],
      ['no active', 'invalid_answer'],
      ['redirect', 'invalid_answer'],
      ['large', 'invalid_answer'],
    ])
  })

  it('leaves accepted tokens in the cache', async () => {
    stopTime()
    const { outcome, server } = askingVerifier({ cacheMaxAge: HOUR }, ticking)
    for (let time = 0; time < 3; time++) expect(await outcome('in-use')).toBe('accepted')
    server.reply = () => new TypeError('fetch failed')
    expect(await outcome('a-1')).toBe('introspection_unavailable')
    expect(await outcome('in-use')).toBe('accepted')
  })

  it('never accepts a token whose answer has become too old', async () => {
    stopTime()
    const { outcome, server } = askingVerifier({}, ticking)
    for (let time = 0; time < 3; time++) expect(await outcome('in-use')).toBe('accepted')
    server.reply = () => new TypeError('fetch failed')
    pass(30 * SECOND)
    expect(await outcome('in-use')).toBe('introspection_unavailable')
  })
})
