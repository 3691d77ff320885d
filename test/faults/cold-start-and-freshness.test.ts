import { afterEach, beforeEach, expect, test } from 'vitest'
import { answers } from '../hostile-authorization-server/index.ts'
import { HOUR, issuerStatus, MINUTE, outcome, refreshDue, Setting, tally, until } from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

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
  for (let minute = 0; minute < 59; minute++) {
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
  'keys with Cache-Control: %s are fresh for %i ms, between one minute and cacheMaxAge',
  async (control, expected) => {
    const { server, clock } = setting
    server.keys = answers.genuine({ 'cache-control': control })
    const verifier = await setting.warmVerifier()
    const { nextRefresh, age } = issuerStatus(verifier)
    const fresh = (nextRefresh as number) - (clock.now() - (age as number))
    expect(Math.abs(fresh - expected)).toBeLessThan(50)
  },
)

test('the Age header of an intermediate cache is subtracted from max-age', async () => {
  setting.server.keys = answers.genuine({ 'cache-control': 'max-age=900', age: '300' })
  const verifier = await setting.warmVerifier()
  const { nextRefresh, age } = issuerStatus(verifier)
  const fresh = (nextRefresh as number) - (setting.clock.now() - (age as number))
  expect(Math.abs(fresh - 10 * MINUTE)).toBeLessThan(50)
})

test('keys are fresh for at most cacheMaxAge', async () => {
  setting.server.keys = answers.genuine({ 'cache-control': 'max-age=3832304' })
  const verifier = await setting.warmVerifier({ cacheMaxAge: 5 * MINUTE })
  const { nextRefresh } = issuerStatus(verifier)
  expect((nextRefresh as number) - setting.clock.now()).toBeLessThanOrEqual(5 * MINUTE)
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
  const token = server.token()
  await verifier.verify(token)
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
