import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  HOUR,
  MINUTE,
  outcome,
  refreshDue,
  Setting,
  tally,
  unavailability,
  until,
} from '../faults/setting.ts'
import { answers } from '../hostile-authorization-server/index.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

/** A token that names a kid which is not published. */
const withUnknownKid = (index: number): string =>
  setting.server.token({ ...setting.server.signingKey, kid: `unknown-${index}` })

test('keys are fetched once for many tokens, and again when they are due [OKTA-guide-cache] [OKTA-guide-keys]', async () => {
  const verifier = await setting.warmVerifier()
  const verifications = setting.server.tokens(20).map((token) => verifier.verify(token))
  expect(await tally(verifications)).toEqual({ accepted: 20 })
  expect(setting.server.count('keys')).toBe(1)

  await refreshDue(setting, verifier, setting.server.token())
  await until(() => setting.server.count('keys') === 2)
})

describe('the freshness of keys', () => {
  test('follows Cache-Control between a minute and an hour [OKTA-keys-max-age]', async () => {
    const TOLERANCE = 10_000
    for (const [control, lifetime] of [
      ['no-store', MINUTE],
      ['max-age=600', 10 * MINUTE],
      ['max-age=3832304, must-revalidate', HOUR],
    ] as const) {
      setting.server.keys = answers.genuine({ 'cache-control': control })
      const verifier = await setting.warmVerifier()
      const [status] = verifier.status().issuers
      const nextRefresh = (status?.nextRefresh ?? 0) - setting.clock.now()
      // The last fifth of the lifetime is left to chance, so that many servers do not refresh at once.
      expect(nextRefresh).toBeGreaterThan(0.8 * lifetime - TOLERANCE)
      expect(nextRefresh).toBeLessThan(lifetime + TOLERANCE)
    }
  })

  test('ends with the max-age of the answer [OKTA-keys-max-age] [PEER-cache-control-is-not-read]', async () => {
    setting.server.keys = answers.genuine({ 'cache-control': 'max-age=120' })
    const verifier = await setting.warmVerifier()
    const token = setting.server.token()
    setting.clock.advance(MINUTE)
    await verifier.verify(token)
    expect(setting.server.count('keys')).toBe(1)

    await refreshDue(setting, verifier, token, 2 / 60)
    await until(() => setting.server.count('keys') === 2)
  })
})

describe('an unknown kid', () => {
  test('triggers a fetch of the keys [OKTA-keys-unknown-kid]', async () => {
    const verifier = await setting.warmVerifier()
    await setting.server.rotate()

    expect(await outcome(verifier.verify(setting.server.token()))).toBe('accepted')
    expect(setting.server.count('keys')).toBe(2)
  })

  test('triggers few fetches when a hundred arrive at once, and valid tokens are still accepted [OKTA-keys-limit] [auth0/jwks-rsa-java#173] [auth0/node-jwks-rsa#49] [PEER-unknown-kids-use-up-the-limit]', async () => {
    const verifier = await setting.warmVerifier()
    const flood = Array.from({ length: 100 }, (_, index) => verifier.verify(withUnknownKid(index)))

    expect(await tally(flood)).toEqual({ '401 key_unknown': 100 })
    expect(await outcome(verifier.verify(setting.server.token()))).toBe('accepted')
    expect(setting.server.count('keys')).toBeLessThanOrEqual(4)
  })

  test('triggers few fetches when fifty arrive one after another [OKTA-keys-limit]', async () => {
    const verifier = await setting.warmVerifier()
    for (let index = 0; index < 50; index++) {
      expect(await outcome(verifier.verify(withUnknownKid(index)))).toBe('401 key_unknown')
    }

    expect(setting.server.count('keys')).toBeLessThanOrEqual(4)
    expect(await outcome(verifier.verify(setting.server.token()))).toBe('accepted')
  })

  test('is found after the cooldown when the keys were rotated during a flood [auth0/jwks-rsa-java#173] [auth0/node-jwks-rsa#49]', async () => {
    const verifier = await setting.warmVerifier({ cooldownDuration: 1_000 })
    for (let index = 0; index < 20; index++) await outcome(verifier.verify(withUnknownKid(index)))
    await setting.server.rotate()
    setting.clock.advance(1_001)

    expect(await outcome(verifier.verify(setting.server.token()))).toBe('accepted')
  })

  test('is found after the cooldown when it was requested before it was published [PEER-early-kid-stays-unknown]', async () => {
    const verifier = await setting.warmVerifier({ cooldownDuration: 1_000 })
    const before = setting.server.signingKey
    const coming = await setting.server.rotate()
    setting.server.publish(before)
    const token = setting.server.token(coming)
    expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')

    setting.server.publish(before, coming)
    setting.clock.advance(1_001)
    expect(await outcome(verifier.verify(token))).toBe('accepted')
  })
})

describe('a withdrawn key', () => {
  test('is refused from the next refresh on [GHSA-675f-rq2r-jw82] [PEER-withdrawn-key-stays-trusted]', async () => {
    const verifier = await setting.warmVerifier()
    const stolen = setting.server.signingKey
    const seen = setting.server.token(stolen)
    for (let time = 0; time < 2; time++) expect(await outcome(verifier.verify(seen))).toBe('accepted')

    await setting.server.rotate({ withdraw: true })
    await refreshDue(setting, verifier, setting.server.token())

    const refused = { timeout: 8_000, message: 'the refresh ends in the background' }
    await expect.poll(() => outcome(verifier.verify(seen)), refused).toBe('401 key_unknown')
    expect(await outcome(verifier.verify(setting.server.token(stolen)))).toBe('401 key_unknown')
  })

  test('is refused for tokens in the cache too [nearform/fast-jwt#5]', async () => {
    const verifier = await setting.warmVerifier({ tokenCache: { max: 10 } })
    const token = setting.server.token()
    for (let time = 0; time < 2; time++) await verifier.verify(token)
    await setting.server.rotate({ withdraw: true })

    expect(await outcome(verifier.verify(setting.server.token()))).toBe('accepted')
    expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')
  })
})

describe('an outage of the authorization server', () => {
  test('leaves known keys in use, and is answered with 503 where none is known [OKTA-keys-outage]', async () => {
    const verifier = await setting.warmVerifier()
    const known = setting.server.token()
    const unknown = setting.server.token(await setting.server.rotate())
    await setting.server.goDown()
    setting.clock.advance(5 * HOUR)

    expect(await outcome(verifier.verify(known))).toBe('accepted')
    const { wire } = await unavailability(verifier.verify(unknown))
    expect(wire.code).toBe('network')
  })

  test('is not reported to the client as an invalid token [OKTA-keys-outage] [PEER-outage-as-invalid-token]', async () => {
    await setting.server.goDown()
    const { refusal } = await unavailability(setting.verifier().verify(setting.server.token()))

    expect(refusal.status).toBe(503)
    expect(refusal.headers['www-authenticate']).toBeUndefined()
  })

  test('is not waited for beyond the timeout [PEER-discovery-without-timeout]', async () => {
    setting.server.metadata = answers.hangBeforeHeaders()
    const verifier = setting.verifier({ timeoutDuration: 100 })
    const { refusal, wire } = await unavailability(verifier.verify(setting.server.token()))

    expect([refusal.code, wire.code]).toEqual(['metadata_unavailable', 'timeout'])
  })
})

test('an answer without an end is not read beyond the size limit [PEER-endless-answer]', async () => {
  setting.server.keys = answers.endless()
  const { wire } = await unavailability(setting.verifier().verify(setting.server.token()))

  expect(wire.code).toBe('too_large')
})
