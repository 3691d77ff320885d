import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { answers, signingKey } from '../hostile-authorization-server/index.ts'
import { concurrentTest as test } from './concurrent.ts'
import {
  HOUR,
  issuerStatus,
  MINUTE,
  outcome,
  refreshDue,
  refreshEnd,
  refreshIn,
  unavailability,
  until,
} from './setting.ts'

test('if the clock steps back while the server is down at startup, the next retry is not delayed', async ({
  setting,
}) => {
  const { server, clock } = setting
  await server.goDown()
  const verifier = setting.verifier()
  await unavailability(verifier.verify(server.token()))
  clock.back(HOUR)
  const { refusal } = await unavailability(verifier.verify(server.token()))
  expect(refusal.retryAfter).toBeLessThanOrEqual(1)
  await server.comeUp()
  await until(() => verifier.status().ready)
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
})

test('if the clock steps back during an outage, known keys stay in use and are refreshed after the outage', async ({
  setting,
}) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  server.keys = answers.status(503)
  await refreshDue(setting, verifier, server.token())
  clock.back(2 * HOUR)
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  expect(issuerStatus(verifier).age).toBeGreaterThanOrEqual(HOUR)
  expect(refreshIn(setting, verifier)).toBeLessThanOrEqual(1_000)
  server.behave()
  await until(() => issuerStatus(verifier).lastError === undefined)
  expect(issuerStatus(verifier).age).toBeLessThan(MINUTE)
  expect(refreshIn(setting, verifier)).toBeLessThanOrEqual(HOUR)
})

test('a clock that steps back does not prolong the trust in a withdrawn key', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ cacheMaxAge: 1_000 })
  const withdrawn = server.signingKey
  clock.back(24 * HOUR)
  const token = server.token(withdrawn)
  expect(await outcome(verifier.verify(token))).toBe('accepted')
  server.publish(await signingKey())
  await refreshEnd(server.issuer)
  await refreshEnd(server.issuer)
  expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')
})

test('a clock that steps back does not prolong staleIfError', async ({ setting }) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ cacheMaxAge: 1_000, staleIfError: 0 })
  await server.goDown()
  clock.back(24 * HOUR)
  await until(() => !verifier.status().ready)
  await unavailability(verifier.verify(server.token()))
})

test('a clock that steps back does not prolong the cooldown of unknown keys', async ({ setting }) => {
  const { server, clock } = setting
  const cooldownDuration = 300
  const verifier = await setting.warmVerifier({ cooldownDuration })
  for (let index = 0; index < 3; index++) {
    expect(await outcome(verifier.verify(server.forgedToken()))).toBe('401 key_unknown')
  }
  clock.back(HOUR)
  const next = await server.rotate()
  await sleep(cooldownDuration)
  expect(await outcome(verifier.verify(server.token(next)))).toBe('accepted')
})

test('a clock that jumps ahead, as after a machine was suspended, makes a refresh due', async ({
  setting,
}) => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier()
  const token = server.token()
  server.publish(await signingKey())
  clock.advance(8 * HOUR)
  expect(issuerStatus(verifier).age).toBeGreaterThanOrEqual(8 * HOUR)
  const end = refreshEnd(server.issuer)
  // Accepted, unless the refresh ends before the verification.
  await outcome(verifier.verify(token))
  await end
  expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')
})
