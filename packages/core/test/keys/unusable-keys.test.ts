import { createHash, generateKeyPairSync } from 'node:crypto'
import {
  base64url,
  type SigningKey,
  signingKey,
  signToken,
  toSigningKey,
  verifierOptions,
} from '@okta-resource-server/testing'
import type { JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier } from '../../src/index.ts'
import { outcomeWith, without } from '../support/published.ts'

describe('a weak or broken key verifies nothing', () => {
  it.each([512, 1_024, 2_047])('RSA of %i bits', async (modulusLength) => {
    const key = toSigningKey(generateKeyPairSync('rsa', { modulusLength }), 'RS256', 'weak')
    expect(await outcomeWith(signToken({ key }), key)).toBe('key_unsuitable')
  })

  it('RSA with the exponent 1, for which the padded message is its own signature', async () => {
    const key = signingKey('RS256')
    const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')
    const input = signToken({ key }).split('.').slice(0, 2).join('.')
    const digest = createHash('sha256').update(input).digest()
    const padding = Buffer.alloc(256 - 3 - digestInfo.length - digest.length, 0xff)
    const block = Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo, digest])
    const token = `${input}.${base64url(block)}`
    for (const e of ['AQ', 'AAAB', 'AAEB', 'AA', 'Ag', '']) {
      const outcome = await outcomeWith(token, { ...key.jwk, e })
      expect(['key_unsuitable', 'signature_invalid']).toContain(outcome)
    }
    expect(await outcomeWith(token, { ...key.jwk, e: 'AQ' })).toBe('key_unsuitable')
  })

  it.each([
    ['a point that is not on the curve', { y: base64url(Buffer.alloc(32, 1)) }],
    ['the point at zero', { x: base64url(Buffer.alloc(32)), y: base64url(Buffer.alloc(32)) }],
    ['a coordinate outside of the field', { x: base64url(Buffer.alloc(32, 0xff)) }],
    ['a coordinate that is too short', { x: base64url(Buffer.alloc(31, 1)) }],
    ['a coordinate that is too long', { x: base64url(Buffer.alloc(33, 1)) }],
    ['a missing coordinate', { y: undefined }],
    ['a coordinate that is not base64url', { y: '!!!' }],
    ['an empty coordinate', { x: '' }],
  ])('EC with %s', async (_title, own) => {
    const key = signingKey('ES256')
    expect(await outcomeWith(signToken({ key }), { ...key.jwk, ...own } as JWK)).toBe('key_unsuitable')
  })

  it.each([
    ['Ed25519 without x', { x: undefined }, 'EdDSA'],
    ['Ed25519 with an x that is too short', { x: 'AQ' }, 'EdDSA'],
    ['RSA without modulus', { n: undefined }, 'RS256'],
    ['RSA with an empty modulus', { n: '' }, 'RS256'],
    ['RSA with a modulus of zeros', { n: base64url(Buffer.alloc(256)) }, 'RS256'],
    ['RSA without exponent', { e: undefined }, 'RS256'],
  ])('%s', async (_title, own, algorithm) => {
    const key = signingKey(algorithm)
    expect(await outcomeWith(signToken({ key }), { ...key.jwk, ...own } as JWK)).toBe('key_unsuitable')
  })

  it('Ed25519 of small order', async () => {
    const key = signingKey('EdDSA')
    const token = signToken({ key })
    for (const x of [Buffer.alloc(32), Buffer.concat([Buffer.from([1]), Buffer.alloc(31)])]) {
      const outcome = await outcomeWith(token, { ...key.jwk, x: base64url(x) })
      expect(['key_unsuitable', 'signature_invalid']).toContain(outcome)
    }
  })

  it('and does not prevent a good key with the same kid from verifying', async () => {
    const key = signingKey('ES256')
    const broken = { ...key.jwk, y: base64url(Buffer.alloc(32, 1)) }
    expect(await outcomeWith(signToken({ key }), broken, key)).toBe('accepted')
  })
})

describe('a member of a JWK Set is ignored if it is', () => {
  it.each<[string, (key: SigningKey) => unknown]>([
    ['a private key', ({ privateKey, kid }) => ({ ...privateKey.export({ format: 'jwk' }), kid })],
    ['a key for encryption', ({ jwk }) => ({ ...jwk, use: 'enc' })],
    ['a key with a number as use', ({ jwk }) => ({ ...jwk, use: 1 })],
    ['a key whose key_ops do not contain verify', ({ jwk }) => ({ ...jwk, key_ops: ['encrypt'] })],
    ['a key of an unknown type', ({ jwk }) => ({ ...jwk, kty: 'PQC' })],
    ['a key whose type is in lower case', ({ jwk }) => ({ ...jwk, kty: 'ec' })],
    ['a key without a type', ({ jwk }) => without(jwk, 'kty')],
    ['a key on an unknown curve', ({ jwk }) => ({ ...jwk, crv: 'secp256k1' })],
    ['a key on an unknown curve without alg', ({ jwk }) => ({ ...without(jwk, 'alg'), crv: 'secp256k1' })],
    [
      'a key whose curve is the name of an object method',
      ({ jwk }) => ({ ...without(jwk, 'alg'), crv: 'toString' }),
    ],
    ['a key without a curve', ({ jwk }) => without(jwk, 'alg', 'crv')],
    ['a key whose type and curve do not match', ({ jwk }) => ({ ...without(jwk, 'alg'), kty: 'OKP' })],
    ['a key whose type and alg do not match', ({ jwk }) => ({ ...jwk, alg: 'RS256' })],
    ['a key whose alg is for encryption', ({ jwk }) => ({ ...jwk, alg: 'ECDH-ES' })],
    ['a key whose alg is symmetric', ({ jwk }) => ({ ...jwk, alg: 'HS256' })],
    ['a key whose alg is none', ({ jwk }) => ({ ...jwk, alg: 'none' })],
    ['a key whose alg is a number', ({ jwk }) => ({ ...jwk, alg: 256 })],
    ['a key whose kid is another number', ({ jwk }) => ({ ...jwk, kid: 1 })],
    ['a key whose kid is an object', ({ jwk }) => ({ ...jwk, kid: {} })],
    ['a key of another issuer', ({ jwk }) => ({ ...jwk, kid: 'other', issuer: 'https://other.example' })],
    ['an ML-DSA key without alg', ({ kid }) => ({ kty: 'AKP', pub: 'AA', kid })],
    ['a key with a number as coordinate', ({ jwk }) => ({ ...jwk, y: 1 })],
    ['a key with a list as coordinate', ({ jwk }) => ({ ...jwk, x: [jwk.x] })],
    ['null', () => null],
    ['a string', () => 'key'],
    ['a list', () => []],
  ])('%s', async (_title, memberOf) => {
    const [key, other] = [signingKey('ES256'), signingKey('RS256')]
    const member = memberOf(key) as JWK
    expect(await outcomeWith(signToken({ key }), member, other)).toBe('key_unknown')
    expect(await outcomeWith(signToken({ key: other }), member, other)).toBe('accepted')
  })

  it('so the option jwks with nothing else is a configuration error', () => {
    const jwks = { keys: [signingKey().privateKey.export({ format: 'jwk' }) as JWK] }
    expect(() => createAccessTokenVerifier({ ...verifierOptions(), jwks })).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'option_invalid', option: 'jwks' }),
    )
  })
})
