import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, outcome, refreshDue, Setting, tally, unavailability } from '../faults/setting.ts'
import { answers, junkKeys } from '../hostile-authorization-server/index.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

/** The outcome for a good token, where the key set is this text. */
async function judgeWith(set: string): Promise<string> {
  setting.server.keys = answers.text(set)
  return outcome(setting.verifier().verify(await setting.server.token()))
}
const published = (): Record<string, unknown> => setting.server.signingKey.jwk as Record<string, unknown>
const setOf = (...keys: unknown[]): string => JSON.stringify({ keys })

test('of a name that stands twice in a key the last value counts [RFC7517-4-unique]', async () => {
  const key = JSON.stringify(published())
  expect(await judgeWith(`{"keys":[${key.replace('{', '{"n":"AQAB",')}]}`)).toBe('accepted')
  expect(await judgeWith(`{"keys":[${key.replace(/}$/, ',"n":"AQAB"}')}]}`)).toBe('401 key_unsuitable')
})

test('of a name that stands twice in a set the last value counts [RFC7517-5-unique]', async () => {
  const key = JSON.stringify(published())
  expect(await judgeWith(`{"keys":[],"keys":[${key}]}`)).toBe('accepted')
  expect(await judgeWith(`{"keys":[${key}],"keys":[]}`)).toBe('503 keys_unavailable')
})

test('members that are not understood are ignored, of keys and of the set [RFC7517-4-unknown] [RFC7517-5-unknown]', async () => {
  const key = {
    ...published(),
    status: 'ACTIVE',
    created: {},
    x5c: ['MIIB'],
    x5u: 'https://x.example',
    x5t: 1,
  }
  expect(await judgeWith(JSON.stringify({ keys: [key], next: 'x', _links: {} }))).toBe('accepted')
})

test('a key without kty, or with one in another case, is no key [RFC7517-4.1-kty]', async () => {
  const sound = { ...published(), kid: 'sound' }
  for (const kty of [undefined, 'rsa', 'Rsa', '', 1, null, ['RSA']]) {
    expect(await judgeWith(setOf({ ...published(), kty }, sound))).toBe('401 key_unknown')
  }
})

test('a key for another use than signatures verifies none [RFC8414-2-use]', async () => {
  const sound = { ...published(), kid: 'sound' }
  for (const use of ['enc', 'SIG', 'Sig', '', 'sig ', null, ['sig'], 'tls']) {
    expect(await judgeWith(setOf({ ...published(), use }, sound))).toBe('401 key_unknown')
  }
  expect(await judgeWith(setOf({ ...published(), use: undefined }))).toBe('accepted')
})

test('a key whose use and key_ops disagree verifies nothing [RFC7517-4.3-consistent]', async () => {
  const sound = { ...published(), kid: 'sound' }
  for (const operations of [['encrypt'], ['sign'], [], 'verify', ['VERIFY'], { verify: true }, null]) {
    expect(await judgeWith(setOf({ ...published(), key_ops: operations }, sound))).toBe('401 key_unknown')
  }
  expect(await judgeWith(setOf({ ...published(), key_ops: ['verify'] }))).toBe('accepted')
})

test('a key is used that says its use in two ways, twice, or beside other operations [RFC7517-4.3-together] [RFC7517-4.3-duplicates] [RFC7517-4.3-unrelated]', async () => {
  for (const operations of [
    ['verify', 'verify'],
    ['sign', 'verify'],
    ['verify', 'encrypt'],
  ]) {
    expect(await judgeWith(setOf({ ...published(), use: 'sig', key_ops: operations }))).toBe('accepted')
  }
})

test('names and values are compared after their escapes are processed, and in their case [RFC7517-6-comparison]', async () => {
  const { kty, kid, ...rest } = published()
  const spelled = (text: unknown) =>
    `"\\u${`${text}`.charCodeAt(0).toString(16).padStart(4, '0')}${`${text}`.slice(1)}"`
  const key = JSON.stringify(rest).slice(1)
  const escaped = `{${spelled('kty')}:${spelled(kty)},"kid":${spelled(kid)},${key}`
  const capitals = `{"KTY":"${kty}","kid":"${kid}",${key}`
  const sound = JSON.stringify({ ...published(), kid: 'sound' })

  expect(await judgeWith(`{${spelled('keys')}:[${escaped}]}`)).toBe('accepted')
  expect(await judgeWith(`{"keys":[${capitals},${sound}]}`)).toBe('401 key_unknown')
})

test('what is no set of keys is none [RFC7517-5-keys]', async () => {
  for (const set of ['{}', '[]', 'null', '"keys"', '{"keys":{}}', '{"keys":null}', '{"KEYS":[]}', '7']) {
    expect(await judgeWith(set)).toBe('503 keys_unavailable')
  }
})

test('keys that cannot be used are passed over, and the sound one among them serves [RFC7517-5-ignore]', async () => {
  expect(await judgeWith(setOf(...junkKeys(50, setting.server.signingKey.jwk), published()))).toBe('accepted')
})

test('a key that is published with its private half, or a symmetric one, verifies nothing [RFC7517-9.2-private] [RFC7517-7-access]', async () => {
  const sound = { ...published(), kid: 'sound' }
  for (const secret of [
    { d: 'AQAB' },
    { p: 'AQAB' },
    { dp: 'AQAB' },
    { k: 'AQAB' },
    { oth: [] },
    { priv: 'AQAB' },
  ]) {
    expect(await judgeWith(setOf({ ...published(), ...secret }, sound))).toBe('401 key_unknown')
  }
})

describe('Okta: keys', () => {
  test('are fetched once for many tokens, and again when they are due [OKTA-guide-cache] [OKTA-guide-keys]', async () => {
    const verifier = await setting.warmVerifier()
    const verifications = (await setting.server.tokens(20)).map((token) => verifier.verify(token))
    expect(await tally(verifications)).toEqual({ accepted: 20 })
    expect(setting.server.count('keys')).toBe(1)

    await refreshDue(setting, verifier, await setting.server.token())
    expect(setting.server.count('keys')).toBe(2)
  })

  test('are looked for when a token names one that is not known [OKTA-keys-unknown-kid]', async () => {
    const verifier = await setting.warmVerifier()
    await setting.server.rotate()

    expect(await outcome(verifier.verify(await setting.server.token()))).toBe('accepted')
    expect(setting.server.count('keys')).toBe(2)
  })

  test('are not fetched anew for each made-up key id [OKTA-keys-limit]', async () => {
    const verifier = await setting.warmVerifier()
    const { signingKey } = setting.server
    const madeUp = Array.from({ length: 50 }, (_, index) => ({ ...signingKey, kid: `made-up-${index}` }))
    for (const key of madeUp) {
      expect(await outcome(verifier.verify(await setting.server.token(key)))).toBe('401 key_unknown')
    }

    expect(setting.server.count('keys')).toBeLessThanOrEqual(4)
    expect(await outcome(verifier.verify(await setting.server.token()))).toBe('accepted')
  })

  test('are fresh for a minute at least and an hour at most, whatever their Cache-Control [OKTA-keys-max-age]', async () => {
    for (const [control, fresh, due] of [
      ['no-store', 50_000, 70_000],
      ['max-age=600', 590_000, 610_000],
      ['max-age=3832304, must-revalidate', HOUR - 10_000, HOUR + 10_000],
    ] as const) {
      setting.server.keys = answers.genuine({ 'cache-control': control })
      const verifier = await setting.warmVerifier()
      const [status] = verifier.status().issuers
      const nextRefresh = (status?.nextRefresh ?? 0) - setting.clock.now()
      expect(nextRefresh).toBeGreaterThan(fresh)
      expect(nextRefresh).toBeLessThan(due)
    }
  })

  test('serve on through an outage, and what cannot be decided then is a 503 [OKTA-keys-outage]', async () => {
    const verifier = await setting.warmVerifier()
    const [known, unknown] = [
      await setting.server.token(),
      await setting.server.token(await setting.server.rotate()),
    ]
    await setting.server.goDown()
    setting.clock.advance(5 * HOUR)

    expect(await outcome(verifier.verify(known))).toBe('accepted')
    const { wire } = await unavailability(verifier.verify(unknown))
    expect(wire.code).toBe('network')
  })
})
