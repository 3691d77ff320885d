import { NOW, outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { activeAnswer, askingVerifier, inactive, TOKEN } from '../support/introspection.ts'
import { HOUR, pass, SECOND, stepWallClock, stopTime } from '../support/time.ts'

const ticking = { clock: () => Date.now(), clockTolerance: 0 }

describe('the answer that a token is active', () => {
  it('is used for a cacheMaxAge of a second', async () => {
    stopTime()
    const { outcome, calls } = askingVerifier({ cacheMaxAge: SECOND }, ticking)
    expect(await outcome(TOKEN)).toBe('accepted')
    pass(SECOND - 1)
    expect(await outcome(TOKEN)).toBe('accepted')
    expect(calls).toHaveLength(1)
    pass(1)
    expect(await outcome(TOKEN)).toBe('accepted')
    expect(calls).toHaveLength(2)
  })

  it.each([
    [500, 1],
    [501, 2],
  ])(
    'that has taken %d ms of a cacheMaxAge of a second: a second request makes it %d calls',
    async (delay, count) => {
      stopTime()
      const { outcome, server, calls } = askingVerifier({ cacheMaxAge: SECOND }, ticking)
      server.reply = () => {
        pass(delay)
        return Response.json(activeAnswer())
      }
      expect([await outcome(TOKEN), await outcome(TOKEN)]).toEqual(['accepted', 'accepted'])
      expect(calls).toHaveLength(count)
    },
  )

  it('that becomes too old while the request is decided is a 503', async () => {
    stopTime()
    const isRevoked = () => {
      pass(30 * SECOND)
      return Promise.resolve(false)
    }
    const { outcome } = askingVerifier({}, { ...ticking, revocation: { isRevoked } })
    expect(await outcome(TOKEN)).toBe('introspection_unavailable')
  })

  it('makes room for others if it is long, since only 20 million characters are kept', async () => {
    const { outcome, server, tokens } = askingVerifier({}, { tokenCache: false })
    server.reply = () => Response.json(activeAnswer({ long: 'x'.repeat(1_000_000) }))
    for (let index = 0; index < 20; index++) await outcome(`long-${index}`)
    await outcome('long-19')
    await outcome('long-0')
    expect(tokens().slice(19)).toEqual(['long-19', 'long-0'])
  })

  it('counts no more once the token is known not to be active, even if the wall clock was set back', async () => {
    stopTime()
    const { outcome, server, verifier } = askingVerifier({}, ticking)
    server.reply = () => Response.json(activeAnswer({ iat: undefined }))
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('accepted')
    stepWallClock(-HOUR)
    pass(30 * SECOND)
    server.reply = inactive
    expect((await verifier.explain(TOKEN)).code).toBe('token_inactive')
    expect(await outcome(TOKEN)).toBe('token_inactive')
  })
})

describe('the calls that are kept for tokens that were active', () => {
  /** Six of eight calls in a minute are for other tokens. These use them up. */
  async function used(answer: Readonly<Record<string, unknown>>) {
    stopTime()
    const asking = askingVerifier({ maxCallsPerMinute: 8 }, ticking)
    asking.server.reply = () => Response.json(activeAnswer(answer))
    for (const token of [TOKEN, 'a-1', 'a-2', 'a-3', 'a-4', 'a-5']) await asking.outcome(token)
    expect(await asking.outcome('a-6')).toBe('introspection_unavailable')
    expect(asking.calls).toHaveLength(6)
    return asking
  }

  it.each([
    ['are used by a token in use', { exp: NOW + 41 }, 7],
    ['are not used by a token that has expired', { exp: NOW + 40 }, 6],
    ['are not used by a token that does not say when it expires', { exp: undefined }, 6],
    ['are not used by a token whose exp is a text', { exp: `${NOW + 3_600}` }, 6],
  ])('%s', async (_title, answer, count) => {
    const { outcome, calls } = await used(answer)
    pass(40 * SECOND)
    await outcome(TOKEN)
    expect(calls).toHaveLength(count)
  })

  it('are not used by a token that has been found not to be active since', async () => {
    const { outcome, server, calls } = await used({})
    server.reply = inactive
    pass(30 * SECOND)
    expect(await outcome(TOKEN)).toBe('token_inactive')
    pass(10 * SECOND)
    expect(await outcome(TOKEN)).toBe('introspection_unavailable')
    expect(calls).toHaveLength(7)
  })
})

describe('answers that are too old', () => {
  it('are removed in an API without requests, and then no timer is left', async () => {
    stopTime({ timers: true })
    const { outcome, server } = askingVerifier({}, ticking)
    expect(await outcome(TOKEN)).toBe('accepted')
    server.reply = inactive
    expect(await outcome('a-1')).toBe('token_inactive')
    // The timers of the token cache and of the answers.
    const timers = vi.getTimerCount()
    pass(6 * SECOND)
    expect(vi.getTimerCount()).toBe(timers)
    pass(24 * SECOND)
    expect(vi.getTimerCount()).toBe(timers - 1)
  })

  it('are removed without those that are not', async () => {
    stopTime({ timers: true })
    const { outcome, calls } = askingVerifier({}, ticking)
    await outcome('a-1')
    pass(20 * SECOND)
    await outcome('a-2')
    pass(29 * SECOND)
    await outcome('a-2')
    expect(calls).toHaveLength(2)
  })

  it('are removed every 30 seconds with a long cacheMaxAge, in case that the wall clock was set back', async () => {
    stopTime({ timers: true })
    const { verifier, outcome, server } = askingVerifier({ cacheMaxAge: HOUR }, ticking)
    server.reply = () => Response.json(activeAnswer({ iat: undefined, exp: NOW + 9_000 }))
    await outcome('a-1')
    pass(10 * SECOND)
    for (let time = 0; time < 3; time++) await verifier.verify(TOKEN)
    stepWallClock(-HOUR)
    server.reply = inactive
    pass(HOUR - 1)
    expect(await outcome(TOKEN)).toBe('accepted')
    pass(30 * SECOND)
    expect(await outcome(TOKEN)).toBe('token_inactive')
  })
})

it('close() ends the timer of the answers', async () => {
  stopTime({ timers: true })
  const { verifier, outcome } = askingVerifier({}, { ...ticking, tokenCache: false })
  expect(await outcomeOf(verifier.verify(TOKEN))).toBe('accepted')
  expect(vi.getTimerCount()).toBe(1)
  verifier.close()
  expect(vi.getTimerCount()).toBe(0)
  expect(await outcome(TOKEN)).toBe('verifier_closed')
})
