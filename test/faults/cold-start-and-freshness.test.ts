import type { AccessTokenVerifier } from '@okta-resource-server/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { answers } from '../hostile-authorization-server/index.ts'
import {
  cachedToken,
  HOUR,
  issuerStatus,
  MINUTE,
  outcome,
  refreshDue,
  refreshIn,
  Setting,
  tally,
  until,
} from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await setting.close()
})

/** Milliseconds from the last fetch of the keys to the next. */
function freshness(verifier: AccessTokenVerifier): number {
  return refreshIn(setting, verifier) + (issuerStatus(verifier).age as number)
}

test('1,000 concurrent requests on a cold start cause only one metadata fetch and one key fetch', async () => {
  const { server } = setting
  const verifier = setting.verifier()
  const tokens = server.tokens(250)
  const requests = Array.from({ length: 1_000 }, (_, index) => tokens[index % tokens.length] as string)
  const counts = await tally(requests.map((token) => verifier.verify(token)))
  expect(counts).toEqual({ accepted: 1_000 })
  expect(server.count('metadata')).toBe(1)
  expect(server.count('keys')).toBe(1)
})

test('fresh keys are not fetched again', async () => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ tokenCache: false })
  for (let minute = 0; minute < 47; minute++) {
    expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
    clock.advance(MINUTE)
  }
  expect(server.requests).toHaveLength(2)
})

test.each([
  ['max-age=600', 10 * MINUTE],
  ['max-age=3832304, must-revalidate', HOUR],
  ['max-age=0', MINUTE],
  ['no-store', MINUTE],
  ['no-cache, no-store', MINUTE],
  ['max-age=5', MINUTE],
  ['public', HOUR],
  ['max-age=banana', HOUR],
])(
  'keys with Cache-Control: %s are fresh for 80 to 100 % of %i ms, which is between one minute and cacheMaxAge',
  async (control, lifetime) => {
    setting.server.keys = answers.genuine({ 'cache-control': control })
    for (const [random, part] of [
      [0, 0.8],
      [0.5, 0.9],
      [1, 1],
    ] as const) {
      vi.spyOn(Math, 'random').mockReturnValue(random)
      const verifier = await setting.warmVerifier()
      expect(Math.abs(freshness(verifier) - part * lifetime)).toBeLessThan(50)
    }
  },
)

test('the Age header of an intermediate cache is subtracted from max-age', async () => {
  setting.server.keys = answers.genuine({ 'cache-control': 'max-age=900', age: '300' })
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const verifier = await setting.warmVerifier()
  expect(Math.abs(freshness(verifier) - 10 * MINUTE)).toBeLessThan(50)
})

test('keys are fresh for at most cacheMaxAge', async () => {
  setting.server.keys = answers.genuine({ 'cache-control': 'max-age=3832304' })
  const verifier = await setting.warmVerifier({ cacheMaxAge: 5 * MINUTE })
  expect(refreshIn(setting, verifier)).toBeLessThanOrEqual(5 * MINUTE)
})

test('instances that start at the same time do not refresh at the same time', async () => {
  const verifiers = await Promise.all(Array.from({ length: 10 }, () => setting.warmVerifier()))
  const times = verifiers.map(freshness)
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(MINUTE)
})

test('requests use the known keys while a due refresh hangs', async () => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ tokenCache: false })
  server.keys = answers.hangBeforeHeaders()
  clock.advance(1.1 * HOUR)
  const reached = server.nextRequest()
  const counts = await tally(server.tokens(100).map((token) => verifier.verify(token)))
  await reached
  expect(counts).toEqual({ accepted: 100 })
  expect(server.hanging).toBe(1)
  expect(server.count('keys')).toBe(2)
})

test('a cached token also triggers a refresh of keys that are due', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const token = await cachedToken(verifier, server.token())
  expect(await refreshDue(setting, verifier, token)).toBe('accepted')
  expect(server.count('keys')).toBe(2)
  expect(server.count('metadata')).toBe(1)
})

test('keys are refreshed in the background without requests', async () => {
  const { server } = setting
  await setting.warmVerifier({ cacheMaxAge: 1_000 })
  await until(() => server.count('keys') >= 2)
})

test('metadata is fetched again after a day', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  await refreshDue(setting, verifier, server.token(), 25)
  expect(server.count('metadata')).toBe(2)
})
