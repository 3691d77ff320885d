import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { ShiftedClock } from '@okta-resource-server/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApis } from '../contract/apis.ts'
import { askWith } from '../contract/ask.ts'

let server: AuthorizationServer
let started: Awaited<ReturnType<typeof startApis>>
let clock: ShiftedClock

const HOUR = 3_600_000

beforeEach(async () => {
  clock = new ShiftedClock()
  server = await startAuthorizationServer({ now: clock.now, knobs: { tokenLife: 86_400 } })
  const { issuer, audience } = server
  started = await startApis({ issuer, audience, clock: clock.now, timeoutDuration: 2_000 })
})
afterEach(async () => {
  await started?.stop()
  await server?.stop()
})

/** Returns the distinct statuses of the responses of all APIs. */
async function statuses(token: string): Promise<number[]> {
  const answers = await Promise.all(started.apis.map(({ url }) => askWith(token, `${url}/messages`)))
  return [...new Set(answers.map(({ status }) => status))]
}

test('after a key rotation, the new key is accepted immediately and the withdrawn key is rejected after the refresh', async () => {
  const before = await server.issueToken()
  expect(await statuses(before)).toEqual([200])

  await server.rotateKeys()
  await server.rotateKeys()
  const after = await server.issueToken()

  expect(await statuses(after)).toEqual([200])
  expect(await statuses(before)).toEqual([401])
})

test('known keys stay in use for hours while the authorization server is stopped, and new keys are found after its restart', async () => {
  const token = await server.issueToken()
  expect(await statuses(token)).toEqual([200])

  await server.stop()
  clock.advance(5 * HOUR)
  const fresh = await server.issueToken()
  expect(await statuses(fresh)).toEqual([200])
  expect(await statuses(await server.issueToken({ key: 'stranger' }))).toEqual([503])

  await server.start()
  await server.rotateKeys()
  await server.rotateKeys()
  clock.advance(HOUR)
  expect(await statuses(await server.issueToken())).toEqual([200])
})

test('if the authorization server is down from the start, the response is 503 with Retry-After until it recovers', async () => {
  await server.stop()
  const token = await server.issueToken()
  const answers = await Promise.all(started.apis.map(({ url }) => askWith(token, `${url}/messages`)))
  for (const { status, headers } of answers) {
    expect(status).toBe(503)
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(headers['www-authenticate']).toBeUndefined()
  }

  await server.start()
  clock.advance(60_000)
  expect(await statuses(token)).toEqual([200])
})

test('a cached token is rejected after it has expired', async () => {
  const token = await server.issueToken({ expiresIn: 600 })
  expect(await statuses(token)).toEqual([200])
  // The clock runs on meanwhile, so the tolerance of 5 seconds is not tested to the second.
  clock.advance(600_000)
  expect(await statuses(token)).toEqual([200])
  clock.advance(6_000)
  expect(await statuses(token)).toEqual([401])
})
