import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, outcome, refreshDue, Setting, tally, unavailability } from '../faults/setting.ts'
import { answers } from '../hostile-authorization-server/index.ts'
import {
  AUDIENCE,
  outcome as codeOf,
  ISSUER,
  judge,
  signer,
  tokenOf,
  verifierOf,
} from '../specification/signed-tokens.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

describe('auth0/jwks-rsa-java#173, auth0/node-jwks-rsa#49, and measured on @okta/jwt-verifier: made-up key ids used up the limit on fetches', () => {
  test('after a flood of them a valid token is accepted, and few requests were made', async () => {
    const verifier = await setting.warmVerifier()
    const flood = Array.from({ length: 100 }, (_, index) =>
      setting.server.token({ ...setting.server.signingKey, kid: `made-up-${index}` }),
    )
    const refusals = await tally((await Promise.all(flood)).map((token) => verifier.verify(token)))

    expect(refusals).toEqual({ '401 key_unknown': 100 })
    expect(await outcome(verifier.verify(await setting.server.token()))).toBe('accepted')
    expect(setting.server.count('keys')).toBeLessThanOrEqual(4)
  })

  test('once the cooldown is over a rotation that came during the flood is noticed', async () => {
    const verifier = await setting.warmVerifier({ cooldownDuration: 1_000 })
    for (let index = 0; index < 20; index++) {
      await outcome(
        verifier.verify(await setting.server.token({ ...setting.server.signingKey, kid: `m-${index}` })),
      )
    }
    await setting.server.rotate()
    setting.clock.advance(1_001)

    expect(await outcome(verifier.verify(await setting.server.token()))).toBe('accepted')
  })
})

test('measured on get-jwks and fastify-jwt-jwks: a key asked for before it was published stayed unknown', async () => {
  const verifier = await setting.warmVerifier({ cooldownDuration: 1_000 })
  const before = setting.server.signingKey
  const coming = await setting.server.rotate()
  setting.server.publish(before)
  const token = await setting.server.token(coming)
  expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')

  setting.server.publish(before, coming)
  setting.clock.advance(1_001)
  expect(await outcome(verifier.verify(token))).toBe('accepted')
})

test('GHSA-675f-rq2r-jw82 (jwkset), and measured on aws-jwt-verify: a withdrawn key was trusted for ever', async () => {
  const verifier = await setting.warmVerifier()
  const stolen = setting.server.signingKey
  const seen = await setting.server.token(stolen)
  expect(await outcome(verifier.verify(seen))).toBe('accepted')

  await setting.server.rotate({ withdraw: true })
  await refreshDue(setting, verifier, await setting.server.token())

  expect(await outcome(verifier.verify(await setting.server.token(stolen)))).toBe('401 key_unknown')
  expect(await outcome(verifier.verify(seen))).toBe('401 key_unknown')
})

test('nearform/fast-jwt#5: a cached token outlived the key that had signed it', async () => {
  const verifier = await setting.warmVerifier({ tokenCache: { max: 10 } })
  const token = await setting.server.token()
  await verifier.verify(token)
  await setting.server.rotate({ withdraw: true })

  expect(await outcome(verifier.verify(await setting.server.token()))).toBe('accepted')
  expect(await outcome(verifier.verify(token))).toBe('401 key_unknown')
})

describe('measured on express-oauth2-jwt-bearer', () => {
  test('a discovery that hangs made the request hang', async () => {
    setting.server.metadata = answers.hangBeforeHeaders()
    const verifier = setting.verifier({ timeoutDuration: 100 })

    const { refusal, wire } = await unavailability(verifier.verify(await setting.server.token()))
    expect([refusal.code, wire.code]).toEqual(['metadata_unavailable', 'timeout'])
  })

  test('a discovery that names another issuer was believed', async () => {
    setting.server.metadataMembers = { issuer: 'https://attacker.example' }
    const { wire } = await unavailability(setting.verifier().verify(await setting.server.token()))

    expect(wire.code).toBe('issuer_mismatch')
    expect(setting.server.count('keys')).toBe(0)
  })
})

test('measured on most peers: an outage was told to the client as a bad token', async () => {
  await setting.server.goDown()
  const { refusal } = await unavailability(setting.verifier().verify(await setting.server.token()))

  expect(refusal.status).toBe(503)
  expect(refusal.headers['www-authenticate']).toBeUndefined()
})

test('measured on all peers: an answer without end was read to its end', async () => {
  setting.server.keys = answers.endless()
  const { wire } = await unavailability(setting.verifier().verify(await setting.server.token()))

  expect(wire.code).toBe('too_large')
})

test('measured on all peers: how long keys may be kept was not read from their Cache-Control', async () => {
  setting.server.keys = answers.genuine({ 'cache-control': 'max-age=120' })
  const verifier = await setting.warmVerifier()
  const token = await setting.server.token()
  setting.clock.advance(HOUR / 60)
  await verifier.verify(token)
  expect(setting.server.count('keys')).toBe(1)

  await refreshDue(setting, verifier, token, 2 / 60)
  expect(setting.server.count('keys')).toBe(2)
})

test("CVE-2025-59936: in get-jwks one issuer's key came out of the cache for another", async () => {
  const [ours, theirs] = [await signer('ES256', 'ours'), await signer('ES256', 'theirs')]
  const other = 'https://other.okta.com/oauth2/default'
  const kid = 'shared'
  const verifier = await verifierOf({
    jwks: undefined as never,
    issuer: [
      { issuer: ISSUER, audience: AUDIENCE, jwks: { keys: [{ ...ours.jwk, kid }] } },
      { issuer: other, audience: AUDIENCE, jwks: { keys: [{ ...theirs.jwk, kid }] } },
    ] as never,
  })
  const token = (iss: string, key: typeof ours) => tokenOf({ key: { ...key, kid }, claims: { iss } })

  expect(await codeOf(verifier.verify(await token(other, theirs)))).toBe('accepted')
  expect(await codeOf(verifier.verify(await token(ISSUER, theirs)))).toBe('signature_invalid')
  expect(await codeOf(verifier.verify(await token(ISSUER, ours)))).toBe('accepted')
  expect(await codeOf(verifier.verify(await token(other, ours)))).toBe('signature_invalid')
  expect(await judge(await tokenOf({ claims: { iss: `${ISSUER}:shared` } }))).toBe('issuer_not_allowed')
})
