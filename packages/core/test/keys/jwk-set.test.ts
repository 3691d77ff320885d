import { webcrypto } from 'node:crypto'
import { keySet, type SigningKey, signingKey } from '@okta-resource-server/testing'
import type { JWK } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { JwkSet, readJwkSet } from '../../src/keys/jwk-set.ts'
import { ALGORITHMS } from '../../src/options/algorithms.ts'
import { without } from '../support/published.ts'

afterEach(() => void vi.restoreAllMocks())

const read = (...keys: readonly (SigningKey | JWK)[]): JwkSet =>
  readJwkSet(keySet(...keys), ALGORITHMS) as JwkSet
const ec = signingKey('ES256')
const other = signingKey('ES256', 'other')
const rsa = signingKey('RS256')
const ed = signingKey('EdDSA')
/** Well-formed, but not a point on the curve. */
const broken = { ...ec.jwk, kid: 'broken', y: ec.jwk.x as string }

describe('readJwkSet', () => {
  it.each([null, undefined, 1, 'keys', [], {}, { keys: null }, { keys: {} }, { keys: 'keys' }])(
    'returns undefined for something that is not a JWK Set: %j',
    (json) => {
      expect(readJwkSet(json, ALGORITHMS)).toBeUndefined()
    },
  )

  it('ignores members that it does not understand', () => {
    const set = readJwkSet({ keys: [null, { kty: 'oct' }, ec.jwk, 'key'] }, ALGORITHMS)
    expect(set?.keys.map(({ kid }) => kid)).toEqual([ec.kid])
    expect(readJwkSet({ keys: [] }, ALGORITHMS)?.keys).toEqual([])
  })

  it('keeps the order of the keys', () => {
    expect(read(rsa, ec, other).keys.map(({ kid }) => kid)).toEqual([rsa.kid, ec.kid, other.kid])
  })

  it('uses RSA keys without alg for the first RSA algorithm that is allowed', () => {
    const json = keySet(without(rsa.jwk, 'alg'))
    expect(readJwkSet(json, new Set(['ES256', 'PS512', 'RS256']))?.keys[0]?.algorithm).toBe('PS512')
    expect(readJwkSet(json, new Set(['ES256']))?.keys).toEqual([])
  })

  it('keeps keys of the previous set that are published unchanged', () => {
    const previous = read(ec, rsa)
    const next = readJwkSet(keySet(other, { ...rsa.jwk, x5t: 'new' }), ALGORITHMS, previous)
    expect(next?.keys[1]).toBe(previous.keys[1])
    expect(next?.keys[0]?.kid).toBe(other.kid)
    expect(previous.keys).not.toContain(next?.keys[0])
  })

  it('returns a new key if the kid is the same and the public key is not', () => {
    const previous = read(ec)
    const next = readJwkSet(keySet({ ...other.jwk, kid: ec.kid }), ALGORITHMS, previous)
    expect(next?.keys[0]).not.toBe(previous.keys[0])
  })
})

describe('a JWK Set', () => {
  it('says whether a key has a kid, for any algorithm', () => {
    const set = read(rsa, ec)
    expect(set.hasKid(rsa.kid)).toBe(true)
    expect(set.hasKid(ec.kid)).toBe(true)
    expect(set.hasKid(other.kid)).toBe(false)
    expect(set.hasKid('')).toBe(false)
  })

  it('returns the key with the kid for its algorithm, and none for another algorithm', () => {
    const set = read(rsa, ec)
    expect(set.candidates(ec.kid, 'ES256')).toEqual([set.keys[1]])
    expect(set.candidates(ec.kid, 'RS256')).toEqual([])
    expect(set.candidates(rsa.kid, 'RS256')).toEqual([set.keys[0]])
    expect(set.candidates(rsa.kid, 'PS256')).toEqual([])
    expect(set.candidates('unknown', 'ES256')).toEqual([])
  })

  it('returns an Ed25519 key for both names of its algorithm', () => {
    const set = read(ec, ed)
    for (const name of ['EdDSA', 'Ed25519']) {
      expect(set.candidates(ed.kid, name)).toEqual([set.keys[1]])
      expect(set.candidates(undefined, name)).toEqual([set.keys[1]])
    }
  })

  it('returns the keys of the algorithm if several keys share a kid', () => {
    const set = read(...[ec, rsa, other].map(({ jwk }) => ({ ...jwk, kid: 'shared' })))
    expect(set.candidates('shared', 'ES256')).toEqual([set.keys[0], set.keys[2]])
    expect(set.candidates('shared', 'RS256')).toEqual([set.keys[1]])
    expect(set.candidates('shared', 'ES384')).toEqual([])
  })

  it('returns at most the first three keys', () => {
    const five = [1, 2, 3, 4, 5].map((number) => ({ ...ec.jwk, kid: `key${number}` }))
    const distinct = read(rsa, ...five)
    expect(distinct.candidates(undefined, 'ES256')).toEqual(distinct.keys.slice(1, 4))
    const shared = read(rsa, ...five.map((jwk) => ({ ...jwk, kid: 'shared' })))
    expect(shared.candidates('shared', 'ES256')).toEqual(shared.keys.slice(1, 4))
  })

  it('returns keys with and without kid for a token without kid', () => {
    const set = read(ec, without(other.jwk, 'kid'), rsa)
    expect(set.candidates(undefined, 'ES256')).toEqual([set.keys[0], set.keys[1]])
    expect(read(without(ec.jwk, 'kid')).candidates(undefined, 'RS256')).toEqual([])
  })

  it('is usable if one of its keys can be imported, and stops importing at the first that can', async () => {
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    expect(await read(broken, ec, other).isUsable()).toBe(true)
    expect(importKey).toHaveBeenCalledTimes(2)
    expect(await read(broken).isUsable()).toBe(false)
    expect(await new JwkSet([]).isUsable()).toBe(false)
  })
})
