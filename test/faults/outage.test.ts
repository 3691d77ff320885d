import { expect } from 'vitest'
import { type Answer, answers } from '../hostile-authorization-server/index.ts'
import { concurrentTest as test } from './concurrent.ts'
import {
  cachedToken,
  HOUR,
  issuerStatus,
  MINUTE,
  outcome,
  refreshEnd,
  refreshIn,
  tally,
  unavailability,
  until,
} from './setting.ts'

const OUTAGES: readonly [string, Answer | 'down'][] = [
  ['is down', 'down'],
  ['hangs', answers.hangBeforeHeaders()],
  ['responds with 500', answers.status(500)],
  ['responds with HTML', answers.text('<html>Sign in</html>', 'text/html')],
]

test.for(OUTAGES)(
  'every valid token is accepted without a wait while the authorization server %s for hours',
  async ([, answer], { setting }) => {
    const { server, clock } = setting
    const verifier = await setting.warmVerifier({ tokenCache: false, timeoutDuration: 1_000 })
    if (answer === 'down') await server.goDown()
    else {
      server.keys = answer
      server.metadata = answer
    }
    for (let step = 0; step < 24; step++) {
      clock.advance(HOUR)
      expect(await tally(server.tokens(5).map((token) => verifier.verify(token)))).toEqual({ accepted: 5 })
    }
    await until(() => issuerStatus(verifier).lastError !== undefined)
    expect(verifier.status().ready).toBe(true)
  },
)

test('no request waits for a server that does not respond', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ tokenCache: false })
  server.keys = answers.hangBeforeHeaders()
  clock.advance(2 * HOUR)
  const reached = server.nextRequest()
  await verifier.verify(server.token())
  await reached
  expect(await tally(server.tokens(200).map((token) => verifier.verify(token)))).toEqual({ accepted: 200 })
  expect(server.hanging).toBe(1)
})

test('known keys are no longer used after staleIfError, which causes a 503', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  const token = await cachedToken(verifier, server.token())
  await server.goDown()
  clock.advance(refreshIn(setting, verifier) + 24 * HOUR - MINUTE)
  expect(await outcome(verifier.verify(token))).toBe('accepted')
  await until(() => issuerStatus(verifier).lastError !== undefined)
  clock.advance(2 * MINUTE)
  const { refusal, wire } = await unavailability(verifier.verify(token))
  expect(refusal.code).toBe('keys_unavailable')
  expect(wire.code).toBe('network')
  expect(verifier.status().ready).toBe(false)
  await server.comeUp()
  await until(() => verifier.status().ready)
  expect(await outcome(verifier.verify(token))).toBe('accepted')
})

test('staleIfError can be shortened', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ staleIfError: 5 * MINUTE })
  await server.goDown()
  clock.advance(refreshIn(setting, verifier) + 4 * MINUTE)
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  clock.advance(2 * MINUTE)
  await unavailability(verifier.verify(server.token()))
})

test('if the server is down at startup, the result is 503 with Retry-After, and the verifier recovers without a request', async ({
  setting,
}) => {
  const { server } = setting
  await server.goDown()
  const verifier = setting.verifier()
  const tokens = [...server.tokens(20), server.forgedToken()]
  expect(await tally(tokens.map((token) => verifier.verify(token)))).toEqual({
    '503 metadata_unavailable': 21,
  })
  await unavailability(verifier.ready())
  expect(verifier.status().ready).toBe(false)
  await server.comeUp()
  await until(() => verifier.status().ready)
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
})

test('requests while the server is down at startup cause no fetches other than the retries', async ({
  setting,
}) => {
  const { server } = setting
  server.metadata = answers.status(503)
  const verifier = setting.verifier()
  for (let round = 0; round < 20; round++) {
    expect(await tally(server.tokens(10).map((token) => verifier.verify(token)))).toEqual({
      '503 metadata_unavailable': 10,
    })
  }
  // Each attempt requests the four URLs where the metadata can be.
  expect(server.count('metadata')).toBeLessThanOrEqual(2 * 4)
})

test('without keys, the delay between retries doubles up to eight seconds', async ({ setting }) => {
  const { server, clock } = setting
  await server.goDown()
  const verifier = setting.verifier()
  for (const ceiling of [1_000, 2_000, 4_000, 8_000, 8_000, 8_000]) {
    await unavailability(verifier.verify(server.token()))
    const wait = refreshIn(setting, verifier)
    expect(wait).toBeLessThanOrEqual(ceiling)
    expect(wait).toBeGreaterThan(ceiling / 2 - 100)
    clock.advance(ceiling)
  }
})

test('with known keys, the delay between retries doubles up to five minutes, and a token of an unknown key triggers a retry after at most one', async ({
  setting,
}) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  await server.goDown()
  clock.advance(HOUR)
  for (let failures = 0; failures < 12; failures++) {
    const end = refreshEnd(server.issuer)
    expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
    await end
    const ceiling = Math.min(1_000 * 2 ** failures, 5 * MINUTE)
    const wait = refreshIn(setting, verifier)
    expect(wait).toBeLessThanOrEqual(ceiling)
    expect(wait).toBeGreaterThan(ceiling / 2 - 100)
    if (ceiling === 5 * MINUTE) {
      const { refusal } = await unavailability(verifier.verify(server.forgedToken()))
      expect(refusal.retryAfter).toBeLessThanOrEqual(60)
      expect(refusal.retryAfter).toBeGreaterThanOrEqual(29)
    }
    clock.advance(ceiling)
  }
  const end = refreshEnd(server.issuer)
  await verifier.verify(server.token())
  await end
  const next = await server.rotate()
  await server.comeUp()
  expect((await unavailability(verifier.verify(server.token(next)))).refusal.retryAfter).toBeLessThanOrEqual(
    60,
  )
  clock.advance(MINUTE)
  expect(await outcome(verifier.verify(server.token(next)))).toBe('accepted')
})

test('retries have jitter, so that many instances do not retry at the same time', async ({ setting }) => {
  const { server } = setting
  await server.goDown()
  const waits: number[] = []
  for (let index = 0; index < 10; index++) {
    const verifier = setting.verifier()
    await unavailability(verifier.verify(server.token()))
    waits.push(refreshIn(setting, verifier))
  }
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(50)
})

test.for<[string, () => string]>([
  ['a number of seconds', () => '120'],
  ['a date', () => new Date(Date.now() + 120_000).toUTCString()],
])('Retry-After as %s is respected', async ([, value], { setting }) => {
  const { server, clock } = setting
  server.metadata = answers.status(429, { 'retry-after': value() })
  const verifier = setting.verifier()
  const { refusal, wire } = await unavailability(verifier.verify(server.token()))
  expect(wire).toMatchObject({ code: 'http_status', status: 429 })
  expect(refusal.retryAfter).toBeGreaterThanOrEqual(118)
  expect(refusal.retryAfter).toBeLessThanOrEqual(120)
  clock.advance(115_000)
  await unavailability(verifier.verify(server.token()))
  expect(server.requests).toHaveLength(1)
  server.behave()
  clock.advance(6_000)
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
})

test('a very long Retry-After is limited to five minutes', async ({ setting }) => {
  const { server, clock } = setting
  server.metadata = answers.status(503, { 'retry-after': '999999999' })
  const verifier = setting.verifier()
  await unavailability(verifier.verify(server.token()))
  server.behave()
  clock.advance(5 * MINUTE + 1_000)
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
})

test('a failed background refresh is retried without a request, and success clears the error', async ({
  setting,
}) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  server.keys = answers.status(502)
  clock.advance(1.1 * HOUR)
  await verifier.verify(server.token())
  await until(() => issuerStatus(verifier).lastError?.status === 502)
  server.behave()
  await until(() => issuerStatus(verifier).lastError === undefined)
})

test('the last known jwks_uri stays in use if the metadata cannot be refreshed', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  server.metadata = answers.status(500)
  clock.advance(24.5 * HOUR)
  await verifier.verify(server.token())
  await until(() => issuerStatus(verifier).lastError !== undefined)
  expect(issuerStatus(verifier).lastError).toMatchObject({ code: 'http_status', status: 500 })
  expect(server.count('keys')).toBe(2)
  const next = await server.rotate()
  expect(await outcome(verifier.verify(server.token(next)))).toBe('accepted')
})

test('a JWK Set that moved is found when the old URL fails', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  const genuine = answers.genuine()
  server.keys = (exchange) =>
    (exchange.request.url?.endsWith('/moved') ? genuine : answers.status(404))(exchange)
  server.metadataMembers = { jwks_uri: `${server.jwksUri}/moved` }
  clock.advance(1.1 * HOUR)
  await verifier.verify(server.token())
  await until(() => issuerStatus(verifier).lastError !== undefined)
  await until(() => issuerStatus(verifier).lastError === undefined)
  expect(server.requests.at(-1)).toContain('/moved')
})
