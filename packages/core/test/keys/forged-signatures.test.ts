import { base64url, signingKey, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier } from '../../src/index.ts'
import { outcomeWith } from '../support/published.ts'

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const ED25519_ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n

const bigEndian = (value: bigint, bytes: number): Buffer =>
  Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')
const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`)
const signatureIn = (token: string): Buffer =>
  Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
const withSignature = (token: string, signature: Uint8Array): string =>
  `${token.slice(0, token.lastIndexOf('.') + 1)}${base64url(signature)}`

describe('an ECDSA signature', () => {
  const key = signingKey('ES256')
  const token = signToken({ key })
  const genuine = signatureIn(token)
  const [r, s] = [genuine.subarray(0, 32), genuine.subarray(32)]
  const zero = Buffer.alloc(32)
  const order = bigEndian(P256_ORDER, 32)

  function der(): Buffer {
    const integer = (bytes: Buffer): Buffer => {
      const positive = (bytes[0] as number) > 127 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
      return Buffer.concat([Buffer.from([2, positive.length]), positive])
    }
    const body = Buffer.concat([integer(r), integer(s)])
    return Buffer.concat([Buffer.from([0x30, body.length]), body])
  }

  it.each([
    ['all zeros (CVE-2022-21449)', Buffer.concat([zero, zero])],
    ['zero as r', Buffer.concat([zero, s])],
    ['zero as s', Buffer.concat([r, zero])],
    ['the order of the curve as r and s', Buffer.concat([order, order])],
    ['one as r and s', Buffer.concat([bigEndian(1n, 32), bigEndian(1n, 32)])],
    ['all bits set', Buffer.alloc(64, 0xff)],
    ['one byte too few', genuine.subarray(0, 63)],
    ['only the first half', r],
    ['only one byte', genuine.subarray(0, 1)],
    ['one byte too many', Buffer.concat([genuine, Buffer.alloc(1)])],
    ['a leading zero', Buffer.concat([Buffer.alloc(1), genuine])],
    ['a leading zero before each half', Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s])],
    ['the signature twice', Buffer.concat([genuine, genuine])],
    ['exchanged halves', Buffer.concat([s, r])],
    ['DER encoding', der()],
  ])('with %s is refused', async (_title, signature) => {
    expect(await outcomeWith(withSignature(token, signature), key)).toBe('signature_invalid')
  })

  // RFC 7518, section 3.4 has no low-S rule, and signers do create high values of s, so (r, n - s) is as valid as (r, s).
  // Creating the second form requires the token, and both forms contain the same header and claims. It would only
  // matter for a list of refused tokens by their text, and there is none: the cache contains accepted tokens only.
  it('can be converted into a second valid form, which contains the same token', async () => {
    const other = withSignature(token, Buffer.concat([r, bigEndian(P256_ORDER - numberOf(s), 32)]))
    const verifier = createAccessTokenVerifier(verifierOptions(key))
    expect(other).not.toBe(token)
    expect(await verifier.verify(other)).toEqual(await verifier.verify(token))
  })
})

describe('an RSA signature', () => {
  const key = signingKey('RS256')
  const token = signToken({ key })
  const genuine = signatureIn(token)
  const modulus = numberOf(Buffer.from(key.jwk.n as string, 'base64url'))
  const raised = numberOf(genuine) + modulus

  it.each([
    ['zero', Buffer.alloc(256)],
    ['one', bigEndian(1n, 256)],
    ['the modulus minus one', bigEndian(modulus - 1n, 256)],
    ['the modulus', bigEndian(modulus, 256)],
    ['a signature without its last byte', genuine.subarray(0, 255)],
    ['a signature without its first byte', genuine.subarray(1)],
    ['a signature and another byte', Buffer.concat([genuine, Buffer.alloc(1)])],
    ['a signature with a leading zero', Buffer.concat([Buffer.alloc(1), genuine])],
    ['a signature plus the modulus', bigEndian(raised, raised >> 2_048n === 0n ? 256 : 257)],
    ['one byte', Buffer.alloc(1)],
  ])('that is %s is refused', async (_title, signature) => {
    expect(await outcomeWith(withSignature(token, signature), key)).toBe('signature_invalid')
  })
})

describe('an Ed25519 signature', () => {
  const key = signingKey('EdDSA')
  const token = signToken({ key })
  const genuine = signatureIn(token)
  const scalar = numberOf(Buffer.from(genuine.subarray(32)).reverse())

  it.each([
    ['zero', Buffer.alloc(64)],
    ['a signature without its last byte', genuine.subarray(0, 63)],
    ['a signature and another byte', Buffer.concat([genuine, Buffer.alloc(1)])],
    [
      'a signature whose scalar is not reduced (RFC 8032, section 5.1.7)',
      Buffer.concat([genuine.subarray(0, 32), bigEndian(scalar + ED25519_ORDER, 32).reverse()]),
    ],
    ['one byte', Buffer.alloc(1)],
  ])('that is %s is refused', async (_title, signature) => {
    expect(await outcomeWith(withSignature(token, signature), key)).toBe('signature_invalid')
  })
})

describe('the signature of another token', () => {
  const key = signingKey('ES256')
  const one = signToken({ key })
  const two = signToken({ key, claims: { sub: 'admin' } })
  const [header, payload, signature] = one.split('.') as [string, string, string]
  const changedHeader = base64url(`{"alg":"ES256","kid":"${key.kid}","a":1}`)

  it.each([
    ['another header and payload', withSignature(two, signatureIn(one))],
    ['another payload', `${header}.${two.split('.')[1]}.${signature}`],
    ['another header', `${changedHeader}.${payload}.${signature}`],
  ])('is refused with %s', async (_title, token) => {
    expect(await outcomeWith(token, key)).toBe('signature_invalid')
  })
})
