import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { base64url, CLAIMS, compact, judge, signer, tokenOf } from '../specification/signed-tokens.ts'

/** Five segments, as an encrypted token has them. */
const encrypted = (header: object, ciphertext = 'AAAA'): string =>
  [base64url(JSON.stringify(header)), 'AAAA', 'AAAA', ciphertext, 'AAAA'].join('.')

test('CVE-2024-28176 (jose), CVE-2024-33664: a small encrypted token unpacked to gigabytes', async () => {
  const bomb = deflateRawSync(Buffer.alloc(4_000_000)).toString('base64url')
  expect(await judge(encrypted({ alg: 'RSA-OAEP', enc: 'A256GCM', zip: 'DEF' }, bomb))).toBe(
    'token_encrypted',
  )
  expect(await judge(encrypted({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }))).toBe('token_encrypted')
})

test('the same in a signed token: a compressed payload is not unpacked [RFC8725-3.6-compression]', async () => {
  const key = await signer()
  const packed = deflateRawSync(JSON.stringify(CLAIMS))
  const header = { alg: 'ES256', kid: key.kid, zip: 'DEF' }
  expect(await judge(compact(JSON.stringify(header), packed, key))).toBe('unsupported_header_parameter')
})

test('CVE-2022-36083: jose counted PBKDF2 rounds as high as a token said', async () => {
  const header = { alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2_147_483_647, p2s: 'AAAA' }
  expect(await judge(encrypted(header))).toBe('token_encrypted')
  expect(await judge(await tokenOf({ header }))).toBe('unsupported_header_parameter')
  expect(await judge(await tokenOf({ header: { ...header, enc: undefined } }))).toBe('algorithm_not_allowed')
})

test('CVE-2021-29443: jose could be asked whether the padding of an encrypted token is right', async () => {
  const refusals = new Set<string>()
  for (const ciphertext of ['', 'AAAA', 'A'.repeat(64), base64url(Buffer.alloc(32, 16))]) {
    refusals.add(await judge(encrypted({ alg: 'A256KW', enc: 'A256CBC-HS512' }, ciphertext)))
  }
  expect([...refusals]).toEqual(['token_encrypted'])
})

test('CVE-2025-30204: golang-jwt made an entry for each of the millions of dots in a token', async () => {
  expect(await judge('.'.repeat(5_000_000))).toBe('token_too_large')
  expect(await judge(`a${'.'.repeat(16_000)}`)).toBe('token_malformed')
  expect(await judge(`${await tokenOf()}${'.'.repeat(10_000)}`)).toBe('token_malformed')
})

test('CVE-2025-53864: Nimbus ran out of stack on claims that are nested deeply', async () => {
  const key = await signer()
  const header = JSON.stringify({ alg: 'ES256', kid: key.kid })
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const depth = 1_500
    const nest = `${open.repeat(depth)}1${close.repeat(depth)}`
    const claims = JSON.stringify(CLAIMS).replace('{', `{"nest":${nest},`)
    expect(await judge(compact(header, claims, key))).toBe('token_malformed')
  }
  expect(await judge(`${base64url('['.repeat(5_000))}.${base64url('['.repeat(5_000))}.AAAA`)).toBe(
    'token_malformed',
  )
})

test('a token of megabytes is refused before it is read', async () => {
  const key = await signer()
  const huge = compact(
    JSON.stringify({ alg: 'ES256', kid: key.kid }),
    JSON.stringify({ ...CLAIMS, note: 'x'.repeat(3_000_000) }),
    key,
  )
  expect(await judge(huge)).toBe('token_too_large')
})
