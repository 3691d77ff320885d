import { refusalOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { AS, activeAnswer, askingVerifier } from '../support/introspection.ts'
import { pass, stopTime } from '../support/time.ts'
import { recordMessages } from '../support/verifiers.ts'

const ticking = { clock: () => Date.now() }

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
