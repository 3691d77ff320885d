import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answers } from '../hostile-authorization-server/index.ts'
import { outcome, Setting, tally, unavailability } from './setting.ts'

const FLOOD = 10_000
/** The initial fetch, and the fetches allowed within one cooldown. */
const MAX_FETCHES = 5

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

function forgedTokens(count: number): string[] {
  return Array.from({ length: count }, () => setting.server.forgedToken())
}

test('10,000 consecutive tokens with random kids cause at most five key fetches', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  let refused = 0
  for (let index = 0; index < FLOOD; index++) {
    if ((await outcome(verifier.verify(server.forgedToken()))) === '401 key_unknown') refused++
    if (index % 1_000 === 0) expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  }
  expect(refused).toBe(FLOOD)
  expect(server.count('keys')).toBeLessThanOrEqual(MAX_FETCHES)
  expect(server.count('metadata')).toBe(1)
})

test('10,000 concurrent tokens with random kids on a cold start cause at most five key fetches, and valid tokens among them are accepted', async () => {
  const { server } = setting
  const verifier = setting.verifier()
  const genuine = server.tokens(20)
  const tokens = forgedTokens(FLOOD)
  for (const [index, token] of genuine.entries()) tokens.splice(index * 500, 0, token)
  const counts = await tally(tokens.map((token) => verifier.verify(token)))
  expect(counts).toEqual({ '401 key_unknown': FLOOD, accepted: 20 })
  expect(server.count('keys')).toBeLessThanOrEqual(MAX_FETCHES)
  expect(server.count('metadata')).toBe(1)
})

test('a new key is accepted within cooldownDuration even during a flood', async () => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ cooldownDuration: 30_000 })
  for (const token of forgedTokens(500)) await outcome(verifier.verify(token))
  const known = server.token()
  const next = await server.rotate()
  clock.advance(30_000)
  const counts = await tally(forgedTokens(500).map((token) => verifier.verify(token)))
  expect(counts).toEqual({ '401 key_unknown': 500 })
  expect(await outcome(verifier.verify(server.token(next)))).toBe('accepted')
  expect(await outcome(verifier.verify(known))).toBe('accepted')
})

test('an hour of flood causes at most two fetches per cooldown', async () => {
  const { server, clock } = setting
  const verifier = await setting.warmVerifier({ cacheMaxAge: 86_400_000 })
  for (let step = 0; step < 120; step++) {
    for (const token of forgedTokens(5)) await outcome(verifier.verify(token))
    clock.advance(30_000)
  }
  expect(server.count('keys')).toBeLessThanOrEqual(1 + 2 * 121)
})

test('a forged token that is sent repeatedly causes only one fetch per cooldown', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const token = server.forgedToken()
  for (let index = 0; index < 1_000; index++) {
    expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')
  }
  expect(server.count('keys')).toBe(2)
})

test('a server that publishes a new key for every fetch does not cause a fetch for every unknown kid', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  for (let index = 0; index < 50; index++) {
    await server.rotate()
    await outcome(verifier.verify(server.forgedToken()))
  }
  expect(server.count('keys')).toBeLessThanOrEqual(1 + 5)
})

test('a flood during an outage is answered with 503 and causes no fetches other than the retries', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  server.keys = answers.status(503)
  server.metadata = answers.status(503)
  const before = server.requests.length
  for (const token of forgedTokens(500)) await unavailability(verifier.verify(token))
  expect(server.requests.length - before).toBeLessThanOrEqual(4)
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
})

test('valid tokens do not wait while a flood waits for a server that does not respond', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier({ timeoutDuration: 60_000 })
  server.keys = answers.hangBeforeHeaders()
  const reached = server.nextRequest()
  const flood = forgedTokens(1_000).map((token) => outcome(verifier.verify(token)))
  await reached
  await nextTurn()
  expect(await tally(server.tokens(50).map((token) => verifier.verify(token)))).toEqual({ accepted: 50 })
  expect(server.hanging).toBe(1)
  expect(server.count('keys')).toBe(2)
  verifier.close()
  expect(new Set(await Promise.all(flood))).toEqual(new Set(['503 verifier_closed']))
})
