import type { JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { ALL_ALGORITHMS, algorithmOfKey, canonicalAlgorithm } from '../src/algorithms.ts'

const of = (jwk: object, ...allowed: readonly string[]): string | undefined =>
  algorithmOfKey(jwk as JWK, allowed.length === 0 ? ALL_ALGORITHMS : new Set(allowed))

describe('the algorithms', () => {
  it('are asymmetric, all of them', () => {
    const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
    const curves = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
    expect([...ALL_ALGORITHMS]).toEqual([...rsa, ...curves, 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])
  })

  it('know two names of Ed25519', () => {
    expect(canonicalAlgorithm('EdDSA')).toBe('Ed25519')
    expect(canonicalAlgorithm('Ed25519')).toBe('Ed25519')
    expect(canonicalAlgorithm('ES256')).toBe('ES256')
  })
})

describe('a key with alg', () => {
  it.each<[string, string | undefined, readonly string[]]>([
    ['RSA', undefined, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['EC', 'P-256', ['ES256']],
    ['EC', 'P-384', ['ES384']],
    ['EC', 'P-521', ['ES512']],
    ['OKP', 'Ed25519', ['EdDSA', 'Ed25519']],
    ['AKP', undefined, ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']],
  ])('of type %s and curve %s serves %j and nothing else', (kty, crv, fitting) => {
    for (const alg of [
      ...ALL_ALGORITHMS,
      'ML-DSA-99',
      'HS256',
      'none',
      'RSA-OAEP',
      'ES256K',
      'RS',
      1,
      null,
    ]) {
      const expected = fitting.includes(alg as string) ? canonicalAlgorithm(alg as string) : undefined
      expect(of({ kty, crv, alg })).toBe(expected)
    }
  })

  it('serves it even where it is not allowed, so that the token is refused for its algorithm', () => {
    expect(of({ kty: 'RSA', alg: 'RS256' }, 'ES256')).toBe('RS256')
  })
})

describe('a key without alg', () => {
  it.each([
    [{ kty: 'EC', crv: 'P-256' }, 'ES256'],
    [{ kty: 'EC', crv: 'P-384' }, 'ES384'],
    [{ kty: 'EC', crv: 'P-521' }, 'ES512'],
    [{ kty: 'OKP', crv: 'Ed25519' }, 'Ed25519'],
    [{ kty: 'RSA' }, 'RS256'],
    [{ kty: 'OKP', crv: 'P-256' }, undefined],
    [{ kty: 'EC', crv: 'Ed25519' }, undefined],
    [{ kty: 'OKP', crv: 'X25519' }, undefined],
    [{ kty: 'OKP', crv: 'Ed448' }, undefined],
    [{ kty: 'EC' }, undefined],
    [{ kty: 'EC', crv: 1 }, undefined],
    [{ kty: 'AKP' }, undefined],
    [{ kty: 'oct' }, undefined],
    [{ kty: 1 }, undefined],
    [{}, undefined],
  ])('%o serves %s', (jwk, algorithm) => {
    expect(of(jwk)).toBe(algorithm)
  })

  it('of RSA serves the first RSA algorithm that is allowed', () => {
    expect(of({ kty: 'RSA' }, 'ES256', 'PS384', 'RS256')).toBe('PS384')
    expect(of({ kty: 'RSA' }, 'ES256')).toBeUndefined()
  })
})
