import { outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import {
  AS,
  activeAnswer,
  askingVerifier,
  ENDPOINT,
  ticking,
  unavailableOf,
} from '../support/introspection.ts'
import { HOUR, pass, SECOND, stopTime } from '../support/time.ts'
import { recordMessages } from '../support/verifiers.ts'

const fromMetadata = { endpoint: undefined as never }
const metadata = (endpoint: unknown) => Response.json({ issuer: AS, introspection_endpoint: endpoint })

describe('an endpoint of the metadata', () => {
  it.each([301, 302, 307, 308, 404, 405, 410])('is looked for again after the status %d', async (status) => {
    const { outcome, server, calls, others } = askingVerifier(fromMetadata)
    server.document = () => metadata(ENDPOINT)
    expect(await outcome('a-1')).toBe('accepted')
    const moved = `${AS}/moved`
    server.document = () => metadata(moved)
    server.reply = ({ url }) =>
      url === moved
        ? Response.json(activeAnswer())
        : new Response('', { status, headers: { location: moved } })
    expect(await outcome('a-2')).toBe('introspection_unavailable')
    expect(await outcome('a-3')).toBe('accepted')
    expect(calls.map(({ url }) => url)).toEqual([ENDPOINT, ENDPOINT, moved])
    expect(others).toHaveLength(2)
  })

  it.each([400, 429, 500])('is not looked for again after the status %d', async (status) => {
    stopTime()
    const { outcome, server, others } = askingVerifier(fromMetadata, ticking)
    server.document = () => metadata(ENDPOINT)
    server.reply = () => new Response('', { status })
    expect(await outcome('a-1')).toBe('introspection_unavailable')
    pass(10 * SECOND)
    server.reply = () => Response.json(activeAnswer())
    expect(await outcome('a-2')).toBe('accepted')
    expect(others).toHaveLength(1)
  })

  it('that cannot be found stops calls for a while, and takes the API out of service', async () => {
    stopTime()
    const { verifier, outcome, server, others } = askingVerifier({ ...fromMetadata, when: 'only' }, ticking)
    server.document = () => metadata('https://other.example.com/introspect')
    for (const token of ['a-1', 'a-2', 'a-3']) expect(await outcome(token)).toBe('introspection_unavailable')
    expect(others).toHaveLength(1)
    server.document = () => metadata(ENDPOINT)
    pass(SECOND)
    expect(await outcome('a-4')).toBe('accepted')
    expect(verifier.status().ready).toBe(true)
  })

  it.each([
    ['https://other.example.com/introspect', 'endpoint'],
    ['http://as.example.com/introspect', 'endpoint'],
    [undefined, 'invalid_answer'],
  ])('that is %s is published with its own reason', async (endpoint, reason) => {
    const { outcome, server } = askingVerifier(fromMetadata)
    server.document = () => metadata(endpoint)
    const messages = recordMessages()
    await outcome('a-1')
    expect(messages.find(([channel]) => channel === 'introspection.failed')?.[1]).toMatchObject({ reason })
  })

  it('whose metadata does not come is a timeout of the authorization server', async () => {
    const { verifier, server } = askingVerifier({ ...fromMetadata, timeoutDuration: 100 })
    server.document = () => new Promise<Response>(() => {}) as never
    const { code, cause } = await unavailableOf(verifier.verify('a-1'))
    expect(code).toBe('introspection_unavailable')
    expect(cause).toMatchObject({ code: 'timeout', url: expect.stringContaining(AS) })
    expect(verifier.status().issuers[0]?.lastError).toBe(cause)
  })
})

describe('ready()', () => {
  it('rejects with the reason, and resolves at once with the option endpoint', async () => {
    const { verifier, server } = askingVerifier({ ...fromMetadata, when: 'only' })
    server.document = () => new TypeError('fetch failed')
    expect(await unavailableOf(verifier.ready())).toMatchObject({
      code: 'introspection_unavailable',
      retryAfter: 1,
      cause: { code: 'network' },
    })
    const { verifier: other, others, calls } = askingVerifier({ when: 'only' })
    await other.ready()
    expect([...others, ...calls]).toEqual([])
  })

  it('rejects once the verifier is closed', async () => {
    const { verifier } = askingVerifier({ when: 'only' })
    verifier.close()
    expect(await outcomeOf(verifier.ready())).toBe('verifier_closed')
  })
})

describe('an endpoint that does not respond', () => {
  const hangs = () => new Promise<Response>(() => {})

  it('is given up after timeoutDuration, and calls stop for a while', async () => {
    const { verifier, server, calls } = askingVerifier({ timeoutDuration: 100 })
    server.reply = hangs
    const { cause, retryAfter } = await unavailableOf(verifier.verify('a-1'))
    expect(cause).toMatchObject({ code: 'timeout' })
    expect(retryAfter).toBe(1)
    expect(verifier.status().issuers[0]?.lastError).toBe(cause)
    expect((await unavailableOf(verifier.verify('a-2'))).cause).toBe(cause)
    expect(calls).toHaveLength(1)
  })

  it('makes the tokens that wait for it wait for timeoutDuration at most', async () => {
    const { outcome, server, tokens } = askingVerifier({ timeoutDuration: 100, concurrency: 1 })
    server.reply = hangs
    expect(await Promise.all(['a-1', 'a-2'].map(outcome))).toEqual(Array(2).fill('introspection_unavailable'))
    expect(tokens()).toEqual(['a-1'])
  })

  it('makes no token wait that could not be asked about then, because of maxCallsPerMinute', async () => {
    const limits = { concurrency: 2, maxCallsPerMinute: 2, timeoutDuration: HOUR }
    const { verifier, outcome, server, calls } = askingVerifier(limits)
    server.reply = hangs
    void [outcome('a-1'), outcome('a-2')]
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    const { cause } = await unavailableOf(verifier.verify('a-3'))
    expect(String(cause)).toContain('maxCallsPerMinute')
  })
})

it('a failure that one token may have caused is its answer for a second, with the same reason', async () => {
  stopTime()
  const { verifier, server, calls } = askingVerifier({}, ticking)
  server.reply = () => new Response('', { status: 500 })
  const { cause } = await unavailableOf(verifier.verify('a-1'))
  expect(cause).toMatchObject({ code: 'http_status', status: 500, url: ENDPOINT })
  pass(999)
  const again = await unavailableOf(verifier.verify('a-1'))
  expect(again).toMatchObject({ code: 'introspection_unavailable', retryAfter: 1 })
  expect(again.cause).toBe(cause)
  expect(calls).toHaveLength(1)
})

it('a limit that was reached is no failure of the authorization server', async () => {
  const { verifier, outcome } = askingVerifier({ maxCallsPerMinute: 1, when: 'only' })
  const messages = recordMessages()
  expect([await outcome('a-1'), await outcome('a-2')]).toEqual(['accepted', 'introspection_unavailable'])
  expect(messages.map(([channel]) => channel)).not.toContain('introspection.failed')
  expect(verifier.status()).toMatchObject({ ready: true, issuers: [{ lastError: undefined }] })
})

it('a 503 with Retry-After stops all calls until then, and one without stops none', async () => {
  stopTime()
  const { verifier, outcome, server, calls } = askingVerifier({}, ticking)
  server.reply = () => new Response('', { status: 503, headers: { 'retry-after': '20' } })
  expect(await unavailableOf(verifier.verify('a-1'))).toMatchObject({ retryAfter: 20 })
  server.reply = () => new Response('', { status: 503 })
  pass(20 * SECOND - 1)
  expect(await outcome('a-2')).toBe('introspection_unavailable')
  expect(calls).toHaveLength(1)
  pass(1)
  await Promise.all([outcome('a-3'), outcome('a-4')])
  expect(await outcome('a-5')).toBe('introspection_unavailable')
  expect(calls).toHaveLength(4)
})
