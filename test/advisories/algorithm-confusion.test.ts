import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { base64url, CLAIMS, judge, signer, tokenOf } from '../specification/signed-tokens.ts'

/** A token whose signature is an HMAC under the given secret. */
function hmacToken(header: object, secret: string | Uint8Array, digest = 'sha256'): string {
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(CLAIMS))}`
  return `${input}.${createHmac(digest, secret).update(input).digest('base64url')}`
}

const { publicKey, jwk, kid } = await signer('RS256')
const SPKI = publicKey.export({ type: 'spki', format: 'pem' }) as string
const PKCS1 = publicKey.export({ type: 'pkcs1', format: 'pem' }) as string

async function expectRefusal(secret: string | Uint8Array): Promise<void> {
  for (const [alg, digest] of [
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ] as const) {
    expect(await judge(hmacToken({ alg, kid }, secret, digest), {}, jwk)).toBe('algorithm_not_allowed')
    expect(await judge(hmacToken({ alg }, secret, digest), {}, jwk)).toBe('algorithm_not_allowed')
  }
  expect(await judge(hmacToken({ alg: 'RS256', kid }, secret), {}, jwk)).toBe('signature_invalid')
}

describe('CVE-2015-9235, CVE-2022-23541 (jsonwebtoken), CVE-2016-10555 (jwt-simple), CVE-2016-1000223 (jws), CVE-2020-15084 (express-jwt): the token chose HMAC, and the public key became the secret', () => {
  test.each<[string, string | Uint8Array]>([
    ['PEM', SPKI],
    ['PEM without its last line break', SPKI.trimEnd()],
    ['PEM with Windows line breaks', SPKI.replaceAll('\n', '\r\n')],
    ['DER', publicKey.export({ type: 'spki', format: 'der' })],
    ['JWK', JSON.stringify(jwk)],
    ['its modulus', jwk.n as string],
    ['its modulus in bytes', Buffer.from(jwk.n as string, 'base64url')],
    ['its key id', kid],
  ])('as %s', (_, secret) => expectRefusal(secret))
})

describe('CVE-2023-48223, CVE-2026-34950: fast-jwt told a public key by how its PEM begins', () => {
  test.each([
    ['PKCS #1', PKCS1],
    ['PKCS #1 behind a line break', `\n${PKCS1}`],
    ['PKCS #1 behind a space', ` ${PKCS1}`],
    ['SPKI behind a tab', `\t${SPKI}`],
  ])('%s', (_, secret) => expectRefusal(secret))
})

test('CVE-2026-44351: fast-jwt verified by an empty HMAC secret what came with an unknown key id', async () => {
  for (const unknown of ['unknown', '', undefined]) {
    for (const secret of ['', '\0', 'null', 'undefined']) {
      expect(await judge(hmacToken({ alg: 'HS256', kid: unknown }, secret), {}, jwk)).toBe(
        'algorithm_not_allowed',
      )
    }
  }
})

test('CVE-2025-65945: jws took an HMAC secret that was looked up by what the token says', async () => {
  const symmetric = { kty: 'oct', kid: 'shared', alg: 'HS256', use: 'sig', k: base64url('secret') }
  const token = hmacToken({ alg: 'HS256', kid: 'shared' }, 'secret')
  expect(await judge(token, {}, symmetric, (await signer()).jwk)).toBe('algorithm_not_allowed')
  await expect(judge(token, {}, symmetric)).rejects.toMatchObject({
    name: 'ConfigurationError',
    option: 'jwks',
  })
})

test('CVE-2022-23540, CVE-2015-9235: jsonwebtoken took unsigned tokens, here refused in any casing and form', async () => {
  const payload = base64url(JSON.stringify(CLAIMS))
  const key = await signer()
  for (const alg of ['none', 'None', 'NONE', 'nOnE', ' none', 'none\0', '', 'null']) {
    const header = base64url(JSON.stringify({ alg, kid: key.kid }))
    expect(await judge(`${header}.${payload}.`)).toBe('token_malformed')
    expect(await judge(`${header}.${payload}.AA`)).toBe('algorithm_not_allowed')
    expect(await judge(`${header}.${payload}.${(await tokenOf()).split('.')[2]}`)).toBe(
      'algorithm_not_allowed',
    )
  }
})

test('CVE-2022-23539: jsonwebtoken verified with keys of another type than the algorithm asks for', async () => {
  const rsa = await signer('RS256')
  for (const algorithm of ['ES256', 'ES384', 'EdDSA']) {
    const key = await signer(algorithm)
    const posing = { ...key.jwk, alg: 'RS256' }
    const token = await tokenOf({ key: { ...rsa, kid: key.kid } })
    expect(await judge(token, {}, posing, rsa.jwk)).toBe('key_unknown')
    expect(await judge(await tokenOf({ key }), {}, posing, rsa.jwk)).toBe('key_unknown')
  }
  const dsa = { kty: 'DSA', kid: 'dsa', alg: 'RS256', p: 'AQAB', q: 'AQAB', g: 'AQAB', y: 'AQAB' }
  expect(await judge(await tokenOf({ key: { ...rsa, kid: 'dsa' } }), {}, dsa, rsa.jwk)).toBe('key_unknown')
})

test('CVE-2026-22817, CVE-2026-22818: Hono let the token choose the algorithm for a key that names none', async () => {
  const key = await signer('RS256')
  const { alg: _, ...unmarked } = jwk
  const token = (algorithm: string): Promise<string> => tokenOf({ key: { ...key, algorithm } })

  expect(await judge(await token('RS256'), {}, unmarked)).toBe('accepted')
  for (const algorithm of ['RS384', 'RS512', 'PS256', 'PS384', 'PS512']) {
    expect(await judge(await token(algorithm), {}, unmarked)).toBe('key_unsuitable')
  }
  expect(await judge(hmacToken({ alg: 'HS256', kid }, jwk.n as string), {}, unmarked)).toBe(
    'algorithm_not_allowed',
  )
})
