import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { AUDIENCE } from '@okta-resource-server/testing'
import { expect } from 'vitest'
import { answers, HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { runChild } from './child.ts'
import { concurrentTest as test } from './concurrent.ts'
import {
  cachedToken,
  HOUR,
  issuerStatus,
  MINUTE,
  outcome,
  refreshDue,
  refreshIn,
  tally,
  until,
} from './setting.ts'

test('before the first use, the status is not ready and nothing was fetched', ({ setting }) => {
  const { server } = setting
  const verifier = setting.verifier()
  expect(verifier.status()).toEqual({
    ready: false,
    issuers: [
      {
        issuer: server.issuer,
        ready: false,
        keys: 0,
        age: undefined,
        nextRefresh: undefined,
        lastError: undefined,
      },
    ],
  })
  expect(server.requests).toHaveLength(0)
})

test('with fresh keys, the status is ready with the number of keys, their age and the next refresh', async ({
  setting,
}) => {
  const { server, clock } = setting
  await server.rotate()
  const verifier = await setting.warmVerifier()
  clock.advance(10 * MINUTE)
  const status = issuerStatus(verifier)
  expect(status).toMatchObject({ ready: true, keys: 2, lastError: undefined })
  expect(status.age).toBeGreaterThanOrEqual(10 * MINUTE)
  expect(status.age).toBeLessThan(11 * MINUTE)
  const freshness = refreshIn(setting, verifier) + (status.age as number)
  expect(freshness).toBeGreaterThan(0.8 * HOUR - 1_000)
  expect(freshness).toBeLessThan(HOUR + 1_000)
})

test('during an outage, the status is ready with the last error, its cause and the next retry', async ({
  setting,
}) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  await server.goDown()
  await refreshDue(setting, verifier, server.token())
  const status = issuerStatus(verifier)
  expect(status).toMatchObject({ ready: true, keys: 1, lastError: { code: 'network', url: server.jwksUri } })
  expect(status.lastError?.cause).toMatchObject({ cause: { code: expect.any(String) } })
  expect(refreshIn(setting, verifier)).toBeLessThanOrEqual(1_000)
})

test('the status contains the next retry if a fetch for an unknown kid failed while keys are fresh', async ({
  setting,
}) => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  await server.goDown()
  await outcome(verifier.verify(server.forgedToken()))
  expect(refreshIn(setting, verifier)).toBeLessThanOrEqual(1_000)
})

test('with several issuers, the status is ready if all are ready, and an outage of one does not affect the others', async ({
  setting,
}) => {
  const { server } = setting
  const other = await HostileAuthorizationServer.start()
  const verifier = createAccessTokenVerifier({ issuer: [server.issuer, other.issuer], audience: AUDIENCE })
  try {
    await other.goDown()
    expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
    expect(await outcome(verifier.verify(other.token()))).toBe('503 metadata_unavailable')
    expect(verifier.status().ready).toBe(false)
    expect(verifier.status().issuers.map(({ ready }) => ready)).toEqual([true, false])
    await other.comeUp()
    await until(() => verifier.status().ready)
    expect(await outcome(verifier.verify(other.token()))).toBe('accepted')
  } finally {
    verifier.close()
    await other.goDown()
  }
})

test('after close(), every request gets a 503 and nothing is fetched', async ({ setting }) => {
  const { server } = setting
  const verifier = await setting.warmVerifier({ cacheMaxAge: 1_000 })
  const token = await cachedToken(verifier, server.token())
  verifier.close()
  expect(
    await tally([verifier.verify(token), verifier.verify(server.forgedToken()), verifier.ready()]),
  ).toEqual({
    '503 verifier_closed': 3,
  })
  expect(issuerStatus(verifier)).toMatchObject({ ready: false, nextRefresh: undefined })
  const fetched = server.requests.length
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(server.requests).toHaveLength(fetched)
})

test('a process that used a verifier exits, even if the verifier was not closed', async ({ setting }) => {
  const { server } = setting
  const env = { ISSUER: server.issuer, TOKEN: server.token() }
  const [closed, open] = await Promise.all([runChild('verify', env), runChild('leave-open', env)])
  expect(closed).toMatchObject({ code: 0, output: 'accepted' })
  expect(open).toMatchObject({ code: 0, output: 'accepted' })
})

test('a process whose authorization server is down exits, even if retries are pending', async ({
  setting,
}) => {
  const { server } = setting
  const env = { ISSUER: server.issuer, TOKEN: server.token() }
  await server.goDown()
  expect(await runChild('leave-open', env)).toMatchObject({ code: 0, output: 'metadata_unavailable' })
})

test('a process that closes its verifier while a refresh hangs exits', async ({ setting }) => {
  const { server } = setting
  server.metadata = answers.stallInBody()
  const child = await runChild('close-in-flight', { ISSUER: server.issuer, TOKEN: server.token() })
  expect(child).toMatchObject({ code: 0, output: 'verifier_closed' })
})
