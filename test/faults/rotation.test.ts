import { expect } from 'vitest'
import { answers, replacedKey, signingKey } from '../hostile-authorization-server/index.ts'
import { concurrentTest as test } from './concurrent.ts'
import {
  cachedToken,
  HOUR,
  issuerStatus,
  outcome,
  refreshDue,
  tally,
  unavailability,
  until,
} from './setting.ts'

test('concurrent tokens of a new key share one fetch, and are accepted immediately', async ({ setting }) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const next = await server.rotate()
  const counts = await tally(server.tokens(50, next).map((token) => verifier.verify(token)))
  expect(counts).toEqual({ accepted: 50 })
  expect(server.count('keys')).toBe(2)
})

test('requests with known keys do not wait for a fetch triggered by a new kid', async ({ setting }) => {
  const { server } = setting
  const verifier = await setting.warmVerifier({ timeoutDuration: 60_000 })
  const known = server.tokens(20)
  const next = await server.rotate()
  server.keys = answers.hangBeforeHeaders()
  const reached = server.nextRequest()
  const waiting = outcome(verifier.verify(server.token(next)))
  await reached
  expect(await tally(known.map((token) => verifier.verify(token)))).toEqual({ accepted: 20 })
  expect(server.hanging).toBe(1)
  verifier.close()
  expect(await waiting).toBe('503 verifier_closed')
})

test('the keys of two consecutive rotations are both accepted', async ({ setting }) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  for (let rotation = 0; rotation < 2; rotation++) {
    const next = await server.rotate({ withdraw: true })
    expect(await outcome(verifier.verify(server.token(next)))).toBe('accepted')
  }
  expect(server.count('keys')).toBe(3)
})

test('tokens of a withdrawn key do not prevent the fetch for the next rotation', async ({ setting }) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const first = server.signingKey
  const second = await server.rotate({ withdraw: true })
  expect(await outcome(verifier.verify(server.token(second)))).toBe('accepted')
  for (let attempt = 0; attempt < 10; attempt++) {
    expect(await outcome(verifier.verify(server.token(first)))).toBe('401 key_unknown')
  }
  const third = await server.rotate({ withdraw: true })
  expect(await outcome(verifier.verify(server.token(third)))).toBe('accepted')
})

test('a key that was used before it was published is accepted within cooldownDuration of its publication', async ({
  setting,
}) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  const next = await signingKey('2026-12')
  for (let round = 0; round < 5; round++) {
    expect(await outcome(verifier.verify(server.token(next)))).toBe('401 key_unknown')
    clock.advance(30_000)
  }
  expect(await outcome(verifier.verify(server.token(next)))).toBe('401 key_unknown')
  server.publish(server.signingKey, next)
  clock.advance(30_000)
  expect(await outcome(verifier.verify(server.token(next)))).toBe('accepted')
})

test('a rotation that happens during a refresh is not missed', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  let release = (): void => {}
  server.keys = (exchange) => {
    const old = exchange.genuine()
    release = () => answers.text(old)(exchange)
  }
  clock.advance(1.1 * HOUR)
  const reached = server.nextRequest()
  await verifier.verify(server.token())
  await reached
  const next = await server.rotate()
  server.keys = answers.genuine()
  const verification = outcome(verifier.verify(server.token(next)))
  release()
  expect(await verification).toBe('accepted')
})

test('an unknown kid during an outage causes a 503, not a 401, because the key may be valid', async ({
  setting,
}) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const next = await signingKey()
  await server.goDown()
  const { refusal } = await unavailability(verifier.verify(server.token(next)))
  expect(refusal.code).toBe('keys_unavailable')
  await unavailability(verifier.verify(server.token(next)))
  await unavailability(verifier.verify(server.forgedToken()))
  server.publish(server.signingKey, next)
  await server.comeUp()
  await until(() => issuerStatus(verifier).lastError === undefined)
  expect(await outcome(verifier.verify(server.token(next)))).toBe('accepted')
})

test('a kid that was unknown before an outage causes a 503 during it, even after a flood and when a retry is due', async ({
  setting,
}) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  const next = await signingKey()
  const tokens = [server.token(next), ...Array.from({ length: 50 }, () => server.forgedToken())]
  for (const token of tokens) expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')
  await server.goDown()
  clock.advance(2 * HOUR)
  await verifier.verify(server.token())
  await until(() => issuerStatus(verifier).lastError !== undefined)
  await unavailability(verifier.verify(server.token(next)))
  clock.advance(1_000)
  await unavailability(verifier.verify(server.token(next)))
  await unavailability(verifier.verify(server.forgedToken()))
})

test('a withdrawn key is rejected after the next successful refresh, also for cached tokens', async ({
  setting,
}) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const token = await cachedToken(verifier, server.token())
  server.publish(await signingKey())
  expect(await outcome(verifier.verify(token))).toBe('accepted')
  expect(await refreshDue(setting, verifier, token)).toBe('accepted')
  expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')
})

test('a withdrawn key stays trusted only until a refresh succeeds', async ({ setting }) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const token = server.token()
  server.publish(await signingKey())
  server.keys = answers.status(503)
  expect(await refreshDue(setting, verifier, token)).toBe('accepted')
  expect(await outcome(verifier.verify(token))).toBe('accepted')
  server.behave()
  await until(() => issuerStatus(verifier).lastError === undefined)
  expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')
})

test('new key material under the same kid replaces the old material after a refresh', async ({ setting }) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const before = server.signingKey
  const cached = await cachedToken(verifier, server.token(before))
  const after = await replacedKey(before)
  server.publish(after)
  expect(await outcome(verifier.verify(server.token(after)))).toBe('401 signature_invalid')
  await refreshDue(setting, verifier, server.token(before))
  expect(await outcome(verifier.verify(server.token(after)))).toBe('accepted')
  expect(await outcome(verifier.verify(cached))).toBe('401 signature_invalid')
})
