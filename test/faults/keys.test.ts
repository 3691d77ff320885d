import { afterEach, beforeEach, expect, test } from 'vitest'
import { answers, junkKeys, weakSigningKey } from '../hostile-authorization-server/index.ts'
import { cachedToken, issuerStatus, outcome, refreshDue, Setting, unavailability } from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

test('10,000 keys that are symmetric, malformed, of unknown type or for encryption are ignored, and the valid key is used', async () => {
  const { server } = setting
  server.otherKeys = junkKeys(10_000, server.signingKey.jwk)
  const verifier = await setting.warmVerifier()
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  expect(await outcome(verifier.verify(server.token({ kid: 'junk-2' })))).toBe('401 key_unknown')
})

test('a deeply nested member in one key does not affect the other keys', async () => {
  const { server } = setting
  const { n, e } = server.signingKey.jwk
  const deep = `{"kty":"RSA","kid":"deep","n":"${n}","e":"${e}","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  server.keys = (exchange) => {
    answers.text(exchange.genuine().replace('{"keys":[', `{"keys":[${deep},`))(exchange)
  }
  expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
})

test('a token whose kid identifies a malformed key is rejected, and a token of another key is accepted', async () => {
  const { server } = setting
  server.otherKeys = [{ ...server.signingKey.jwk, kid: 'broken', n: 'AQAB' }]
  const verifier = await setting.warmVerifier()
  expect(await outcome(verifier.verify(server.token({ ...server.signingKey, kid: 'broken' })))).toBe(
    '401 key_unsuitable',
  )
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
})

test('a 1024-bit RSA key is rejected', async () => {
  const { server } = setting
  const weak = await weakSigningKey()
  server.otherKeys = [weak.jwk]
  expect(await outcome(setting.verifier().verify(server.token(weak)))).toBe('401 key_unsuitable')
})

test('a change to members that do not affect the key does not count as a rotation', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const token = await cachedToken(verifier, server.token())
  const key = server.signingKey
  server.publish({ ...key, jwk: { x5t: 'abc', ...key.jwk, x5c: ['AAAA'] } })
  await refreshDue(setting, verifier, token)
  server.keys = answers.hangBeforeHeaders()
  expect(await outcome(verifier.verify(token))).toBe('accepted')
})

const UNUSABLE: readonly [string, () => unknown[] | Promise<unknown[]>][] = [
  ['empty', () => []],
  [
    'full of unusable entries',
    () => junkKeys(50, setting.server.signingKey.jwk).filter((_, index) => index % 9 !== 4),
  ],
  ['full of malformed keys', () => [{ kty: 'EC', kid: 'a', crv: 'P-256', x: 'AAAA', y: 'AAAA' }]],
  ['full of weak keys', async () => [(await weakSigningKey()).jwk]],
]

test.each(UNUSABLE)(
  'if the JWK Set becomes %s, an error is reported and the last valid set stays in use',
  async (_, keys) => {
    const { server } = setting
    const verifier = await setting.warmVerifier({ tokenCache: false })
    server.keys = answers.json({ keys: await keys() })
    expect(await refreshDue(setting, verifier, server.token())).toBe('accepted')
    expect(issuerStatus(verifier).lastError?.code).toBe('no_usable_key')
    expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
    expect(issuerStatus(verifier)).toMatchObject({ ready: true, keys: 1 })
  },
)

test('an empty JWK Set on the first fetch causes a 503', async () => {
  const { server } = setting
  server.keys = answers.json({ keys: [] })
  const { refusal, wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(refusal.code).toBe('keys_unavailable')
  expect(wire.code).toBe('no_usable_key')
})
