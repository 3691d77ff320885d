import { describe, expect, it } from 'vitest'
import { algorithmsOfKey } from '../../src/keys/algorithms.ts'
import { ALGORITHMS, canonicalAlgorithm } from '../../src/options/algorithms.ts'

const algorithmsOf = (jwk: object, ...allowed: readonly string[]): readonly string[] =>
  algorithmsOfKey(jwk, allowed.length === 0 ? ALGORITHMS : new Set(allowed))

describe('the supported algorithms', () => {
  it('are all asymmetric', () => {
    const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
    const curves = ['ES256', 'ES384', 'ES512', 'Ed25519']
    expect([...ALGORITHMS]).toEqual([...rsa, ...curves, 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])
  })

  it('include EdDSA as another name of Ed25519', () => {
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
  ])('of type %s and curve %s can only be used with %j', (kty, crv, fitting) => {
    const others = ['EdDSA', 'ML-DSA-99', 'HS256', 'none', 'RSA-OAEP', 'ES256K', 'RS', 1, null]
    for (const alg of [...ALGORITHMS, ...others]) {
      const expected = fitting.includes(alg as string) ? [canonicalAlgorithm(alg as string)] : []
      expect(algorithmsOf({ kty, crv, alg })).toEqual(expected)
    }
  })

  it('has this algorithm even if it is not allowed, so that the token is refused because of its algorithm', () => {
    expect(algorithmsOf({ kty: 'RSA', alg: 'RS256' }, 'ES256')).toEqual(['RS256'])
  })
})

describe('a key without alg', () => {
  it.each([
    [{ kty: 'EC', crv: 'P-256' }, ['ES256']],
    [{ kty: 'EC', crv: 'P-384' }, ['ES384']],
    [{ kty: 'EC', crv: 'P-521' }, ['ES512']],
    [{ kty: 'OKP', crv: 'Ed25519' }, ['Ed25519']],
    [{ kty: 'RSA' }, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    [{ kty: 'OKP', crv: 'P-256' }, []],
    [{ kty: 'EC', crv: 'Ed25519' }, []],
    [{ kty: 'OKP', crv: 'X25519' }, []],
    [{ kty: 'OKP', crv: 'Ed448' }, []],
    [{ kty: 'EC', crv: 'toString' }, []],
    [{ kty: 'EC' }, []],
    [{ kty: 'EC', crv: 1 }, []],
    [{ kty: 'AKP' }, []],
    [{ kty: 'oct' }, []],
    [{ kty: 1 }, []],
    [{}, []],
  ])('%j is used with %j', (jwk, algorithms) => {
    expect(algorithmsOf(jwk)).toEqual(algorithms)
  })

  it('of type RSA is only used with algorithms that are allowed', () => {
    expect(algorithmsOf({ kty: 'RSA' }, 'ES256', 'PS384', 'RS256')).toEqual(['PS384', 'RS256'])
    expect(algorithmsOf({ kty: 'RSA' }, 'ES256')).toEqual([])
  })
})

describe('a key whose crv is a list', () => {
  it.each([{ alg: 'ES256' }, {}])('has no algorithm, although the list prints as a curve: %j', (own) => {
    expect(algorithmsOf({ kty: 'EC', crv: ['P-256'], ...own })).toEqual([])
  })
})
