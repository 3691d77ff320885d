import { AUDIENCE, ISSUER, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { outcome, Setting } from '../faults/setting.ts'
import { answers, junkKeys } from '../hostile-authorization-server/index.ts'
import { judge, verifierOf } from './judge.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

/** The outcome for a valid token when the JWK Set is this text. */
async function judgeWith(set: string): Promise<string> {
  setting.server.keys = answers.text(set)
  return outcome(setting.verifier().verify(await setting.server.token()))
}
const published = (): Record<string, unknown> => setting.server.signingKey.jwk as Record<string, unknown>
const setOf = (...keys: unknown[]): string => JSON.stringify({ keys })
/** A key with which the set is a usable one, whatever the key under test. */
const usable = (): object => ({ ...published(), kid: 'usable' })

test('the last value of a duplicate member of a key counts [RFC7517-4-unique]', async () => {
  const key = JSON.stringify(published())
  expect(await judgeWith(`{"keys":[${key.replace('{', '{"n":"AQAB",')}]}`)).toBe('accepted')
  expect(await judgeWith(`{"keys":[${key.replace(/}$/, ',"n":"AQAB"}')}]}`)).toBe('401 key_unsuitable')
})

test('the last value of a duplicate member of a JWK Set counts [RFC7517-5-unique]', async () => {
  const key = JSON.stringify(published())
  expect(await judgeWith(`{"keys":[],"keys":[${key}]}`)).toBe('accepted')
  expect(await judgeWith(`{"keys":[${key}],"keys":[]}`)).toBe('503 keys_unavailable')
})

test('unknown members of a key and of a JWK Set are ignored [RFC7517-4-unknown] [RFC7517-5-unknown]', async () => {
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

test('a key without a kty, or with one in another case, is ignored [RFC7517-4.1-kty]', async () => {
  for (const kty of [undefined, 'rsa', 'Rsa', '', 1, null, ['RSA']]) {
    expect(await judgeWith(setOf({ ...published(), kty }, usable()))).toBe('401 key_unknown')
  }
})

test('a key for another use than signatures is ignored [RFC8414-2-use]', async () => {
  for (const use of ['enc', 'SIG', 'Sig', ' ', 'sig ', ['sig'], 'tls']) {
    expect(await judgeWith(setOf({ ...published(), use }, usable()))).toBe('401 key_unknown')
  }
  for (const use of [undefined, null, '', []]) {
    expect(await judgeWith(setOf({ ...published(), use }))).toBe('accepted')
  }
})

test('a key whose key_ops contradict its use is ignored [RFC7517-4.3-consistent]', async () => {
  for (const operations of [['encrypt'], ['sign'], [''], 'verify', ['VERIFY'], { verify: true }]) {
    const key = { ...published(), key_ops: operations }
    expect(await judgeWith(setOf(key, usable()))).toBe('401 key_unknown')
  }
  for (const operations of [['verify'], [], null]) {
    expect(await judgeWith(setOf({ ...published(), key_ops: operations }))).toBe('accepted')
  }
})

test('a key is usable with use beside key_ops, duplicate operations and unrelated ones [RFC7517-4.3-together] [RFC7517-4.3-duplicates] [RFC7517-4.3-unrelated]', async () => {
  for (const operations of [
    ['verify', 'verify'],
    ['sign', 'verify'],
    ['verify', 'encrypt'],
  ]) {
    expect(await judgeWith(setOf({ ...published(), use: 'sig', key_ops: operations }))).toBe('accepted')
  }
})

test('member names and values are compared with their escapes decoded and their case preserved [RFC7517-6-comparison]', async () => {
  const { kty, kid, ...rest } = published()
  const escaped = (text: unknown) =>
    `"\\u${`${text}`.charCodeAt(0).toString(16).padStart(4, '0')}${`${text}`.slice(1)}"`
  const key = JSON.stringify(rest).slice(1)
  const withEscapes = `{${escaped('kty')}:${escaped(kty)},"kid":${escaped(kid)},${key}`
  const inCapitals = `{"KTY":"${kty}","kid":"${kid}",${key}`

  expect(await judgeWith(`{${escaped('keys')}:[${withEscapes}]}`)).toBe('accepted')
  expect(await judgeWith(`{"keys":[${inCapitals},${JSON.stringify(usable())}]}`)).toBe('401 key_unknown')
})

test('a document that is not a JWK Set is not used [RFC7517-5-keys]', async () => {
  for (const set of ['{}', '[]', 'null', '"keys"', '{"keys":{}}', '{"keys":null}', '{"KEYS":[]}', '7']) {
    expect(await judgeWith(set)).toBe('503 keys_unavailable')
  }
})

test('a usable key is found among fifty that are not [RFC7517-5-ignore]', async () => {
  expect(await judgeWith(setOf(...junkKeys(50, setting.server.signingKey.jwk), published()))).toBe('accepted')
})

test('a key that is published with private or symmetric members is ignored [RFC7517-9.2-private] [RFC7517-7-access]', async () => {
  for (const secret of [
    { d: 'AQAB' },
    { p: 'AQAB' },
    { dp: 'AQAB' },
    { k: 'AQAB' },
    { oth: [{}] },
    { priv: 'AQAB' },
  ]) {
    expect(await judgeWith(setOf({ ...published(), ...secret }, usable()))).toBe('401 key_unknown')
  }
  for (const empty of [{ d: null }, { oth: [] }, { k: '' }]) {
    expect(await judgeWith(setOf({ ...published(), ...empty }))).toBe('accepted')
  }
})

test('a key of one issuer never verifies a token of another, even under the same kid [CVE-2025-59936] [RFC8725-3.8-issuer-keys]', async () => {
  const [ours, theirs] = [signingKey('ES256', 'ours'), signingKey('ES256', 'theirs')]
  const other = 'https://other.okta.com/oauth2/default'
  const kid = 'shared'
  const verifier = verifierOf({
    jwks: undefined as never,
    issuer: [
      { issuer: ISSUER, audience: AUDIENCE, jwks: { keys: [{ ...ours.jwk, kid }] } },
      { issuer: other, audience: AUDIENCE, jwks: { keys: [{ ...theirs.jwk, kid }] } },
    ] as never,
  })
  const token = (iss: string, key: typeof ours) => signToken({ key: { ...key, kid }, claims: { iss } })

  expect(await outcomeOf(verifier.verify(await token(other, theirs)))).toBe('accepted')
  expect(await outcomeOf(verifier.verify(await token(ISSUER, theirs)))).toBe('signature_invalid')
  expect(await outcomeOf(verifier.verify(await token(ISSUER, ours)))).toBe('accepted')
  expect(await outcomeOf(verifier.verify(await token(other, ours)))).toBe('signature_invalid')
  expect(await judge(signToken({ claims: { iss: `${ISSUER}:shared` } }))).toBe('issuer_not_allowed')
})
