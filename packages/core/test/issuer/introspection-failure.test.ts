import { refusalOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { AS, activeAnswer, askingVerifier, made, ticking, unavailableOf } from '../support/introspection.ts'
import { HOUR, pass, SECOND, stopTime } from '../support/time.ts'
import { recordMessages } from '../support/verifiers.ts'

describe('after a failure of introspection, another token', () => {
  type Reply = () => Response | Promise<never>
  const failing = async (reply: Reply) => {
    stopTime({ timers: true })
    const asking = askingVerifier({ timeoutDuration: 100 }, ticking)
    asking.server.reply = reply
    const outcome = asking.outcome('a-1')
    await vi.waitFor(() => expect(asking.calls).toHaveLength(1))
    pass(100)
    expect(await outcome).toBe('introspection_unavailable')
    asking.server.reply = () => Response.json(activeAnswer())
    return asking
  }

  it.each<[string, Reply]>([
    [
      'has status 503 and Retry-After',
      () => new Response('', { status: 503, headers: { 'retry-after': '1' } }),
    ],
    ['has status 429', () => new Response('', { status: 429, headers: { 'retry-after': '1' } })],
    ['does not come in time', () => new Promise<never>(() => {})],
  ])('waits if the answer %s', async (_title, reply) => {
    const { outcome, calls } = await failing(reply)
    expect(await outcome('a-2')).toBe('introspection_unavailable')
    expect(calls).toHaveLength(1)
    pass(1_000)
    expect(await outcome('a-2')).toBe('accepted')
  })

  it.each([500, 503, 400])('is asked about at once if the answer has status %i', async (status) => {
    const { outcome, verifier } = await failing(() => new Response('', { status }))
    expect(await outcome('a-2')).toBe('accepted')
    const again = await refusalOf(verifier.verify('a-1'))
    expect(again).toMatchObject({ status: 503, retryAfter: 1 })
  })

  it('does not have metadata fetched again at once, and the failure is published', async () => {
    const messages = recordMessages()
    const { outcome, server, others } = askingVerifier({ endpoint: undefined as never })
    server.document = () => Response.json({ issuer: AS, introspection_endpoint: 'https://other.example' })
    expect(await outcome('a-1')).toBe('introspection_unavailable')
    expect(await outcome('a-2')).toBe('introspection_unavailable')
    expect(others).toHaveLength(1)
    const reasons = messages.flatMap(([name, { reason }]) =>
      name === 'introspection.failed' ? [reason] : [],
    )
    expect(reasons).toEqual(['endpoint'])
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
