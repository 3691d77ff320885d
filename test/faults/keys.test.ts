import { afterEach, beforeEach, expect, test } from 'vitest'
import { answers, junkKeys, weakSigningKey } from '../hostile-authorization-server/index.ts'
import { issuerStatus, outcome, refreshDue, Setting, unavailability } from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

test('10,000 keys of unknown type, for encryption, symmetric or broken are skipped; the genuine one serves', async () => {
  const { server } = setting
  server.otherKeys = junkKeys(10_000, server.signingKey.jwk)
  const verifier = await setting.warmVerifier()
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  expect(await outcome(verifier.verify(server.token({ kid: 'junk-2' })))).toBe('401 key_unknown')
})

test('a broken key takes no other down, at whatever depth it is broken', async () => {
  const { server } = setting
  const { n, e } = server.signingKey.jwk
  const deep = `{"kty":"RSA","kid":"deep","n":"${n}","e":"${e}","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  server.keys = (exchange) => {
    answers.text(exchange.genuine().replace('{"keys":[', `{"keys":[${deep},`))(exchange)
  }
  expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
})

test('a token under a broken key is refused, one under the key beside it accepted', async () => {
  const { server } = setting
  server.otherKeys = [{ ...server.signingKey.jwk, kid: 'broken', n: 'AQAB' }]
  const verifier = await setting.warmVerifier()
  expect(await outcome(verifier.verify(server.token({ ...server.signingKey, kid: 'broken' })))).toBe(
    '401 key_unsuitable',
  )
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
})

test('RSA of 1024 bit is refused', async () => {
  const { server } = setting
  const weak = await weakSigningKey()
  server.otherKeys = [weak.jwk]
  expect(await outcome(setting.verifier().verify(server.token(weak)))).toBe('401 key_unsuitable')
})

test('members that change nothing of a key are no rotation', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const token = server.token()
  await verifier.verify(token)
  const key = server.signingKey
  server.publish({ ...key, jwk: { x5t: 'abc', ...key.jwk, x5c: ['AAAA'] } })
  await refreshDue(setting, verifier, token)
  server.keys = answers.hangBeforeHeaders()
  expect(await outcome(verifier.verify(token))).toBe('accepted')
})

const UNUSABLE: readonly [string, () => unknown[] | Promise<unknown[]>][] = [
  ['empty', () => []],
  ['of junk only', () => junkKeys(50, setting.server.signingKey.jwk).filter((_, index) => index % 9 !== 4)],
  ['of broken keys only', () => [{ kty: 'EC', kid: 'a', crv: 'P-256', x: 'AAAA', y: 'AAAA' }]],
  ['of weak keys only', async () => [(await weakSigningKey()).jwk]],
]

test.each(UNUSABLE)(
  'a set that becomes %s, status 200: the last good set stays, reported',
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

test('a set that is empty from the start: 503', async () => {
  const { server } = setting
  server.keys = answers.json({ keys: [] })
  const { refusal, wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(refusal.code).toBe('keys_unavailable')
  expect(wire.code).toBe('no_usable_key')
})
