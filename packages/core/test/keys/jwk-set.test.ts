import { webcrypto } from 'node:crypto'
import { keySet, type SigningKey, signingKey } from '@okta-resource-server/testing'
import type { JWK } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { VerificationKey } from '../../src/keys/jwk.ts'
import { JwkSet, readJwkSet } from '../../src/keys/jwk-set.ts'
import type { JwsHeader } from '../../src/keys/signature.ts'
import { ALGORITHMS } from '../../src/options/algorithms.ts'
import { without } from '../support/published.ts'

afterEach(() => void vi.restoreAllMocks())

const read = (...keys: readonly (SigningKey | JWK)[]): JwkSet =>
  readJwkSet(keySet(...keys), ALGORITHMS) as JwkSet
/** The candidates for a token with this header and these claims. */
const candidates = (set: JwkSet, header: JwsHeader, claims: object = {}): readonly VerificationKey[] =>
  set.candidates({
    unverifiedHeader: header,
    unverifiedClaims: claims as Readonly<Record<string, unknown>>,
    segments: ['', '', ''],
  })
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

  it('uses RSA keys without alg for each RSA algorithm that is allowed', () => {
    const json = keySet(without(rsa.jwk, 'alg'))
    const [key] = readJwkSet(json, new Set(['ES256', 'PS512', 'RS256']))?.keys ?? []
    expect(key?.algorithms).toEqual(new Set(['PS512', 'RS256']))
    expect(readJwkSet(json, new Set(['ES256']))?.keys).toEqual([])
  })

  it('reads entries of one key that differ in alg as separate keys', () => {
    const entries = ['RS256', 'RS512', 'PS256'].map((alg) => ({ ...rsa.jwk, alg }))
    const { keys } = read(...entries)
    expect(keys.map(({ algorithms }) => [...algorithms])).toEqual([['RS256'], ['RS512'], ['PS256']])
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
    expect(candidates(set, { kid: ec.kid, alg: 'ES256' })).toEqual([set.keys[1]])
    expect(candidates(set, { kid: ec.kid, alg: 'RS256' })).toEqual([])
    expect(candidates(set, { kid: rsa.kid, alg: 'RS256' })).toEqual([set.keys[0]])
    expect(candidates(set, { kid: rsa.kid, alg: 'PS256' })).toEqual([])
    expect(candidates(set, { kid: 'unknown', alg: 'ES256' })).toEqual([])
  })

  it('returns an RSA key without alg for every RSA algorithm', () => {
    const set = read(without(rsa.jwk, 'alg'), ec)
    for (const alg of ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']) {
      expect(candidates(set, { kid: rsa.kid, alg })).toEqual([set.keys[0]])
    }
    for (const alg of ['HS256', 'none', 'ES256', 'RSA-OAEP', 'RS1', 'rs256']) {
      expect(candidates(set, { kid: rsa.kid, alg })).toEqual([])
    }
  })

  it('returns the entry of the algorithm if one key is listed for several, under one kid or under several', () => {
    const entries = ['RS256', 'RS512', 'RS384'].map((alg) => ({ ...rsa.jwk, alg }))
    const shared = read(...entries)
    const distinct = read(...entries.map((jwk) => ({ ...jwk, kid: `kid of ${jwk.alg}` })))
    for (const [index, { alg }] of entries.entries()) {
      expect(candidates(shared, { kid: rsa.kid, alg })).toEqual([shared.keys[index]])
      expect(candidates(distinct, { kid: `kid of ${alg}`, alg })).toEqual([distinct.keys[index]])
      expect(candidates(distinct, { kid: `kid of ${alg}`, alg: 'PS256' })).toEqual([])
    }
  })

  it.each([
    [7, '7'],
    ['7', 7],
    [7, 7],
  ])('compares a kid that is a number as text: %j with %j', (published, used) => {
    const set = read({ ...ec.jwk, kid: published } as unknown as JWK, other)
    expect(candidates(set, { kid: used, alg: 'ES256' })).toEqual([set.keys[0]])
    expect(candidates(set, { kid: '07', alg: 'ES256' })).toEqual([])
  })

  it('treats an empty kid as an absent one', () => {
    const set = read({ ...ec.jwk, kid: '' }, other)
    expect(set.keys[0]?.kid).toBeUndefined()
    expect(set.hasKid('')).toBe(false)
    expect(candidates(set, { kid: '', alg: 'ES256' })).toEqual(set.keys)
  })

  it('returns an Ed25519 key for both names of its algorithm', () => {
    const set = read(ec, ed)
    for (const name of ['EdDSA', 'Ed25519']) {
      expect(candidates(set, { kid: ed.kid, alg: name })).toEqual([set.keys[1]])
      expect(candidates(set, { alg: name })).toEqual([set.keys[1]])
    }
  })

  it('returns the keys of the algorithm if several keys share a kid', () => {
    const set = read(...[ec, rsa, other].map(({ jwk }) => ({ ...jwk, kid: 'shared' })))
    expect(candidates(set, { kid: 'shared', alg: 'ES256' })).toEqual([set.keys[0], set.keys[2]])
    expect(candidates(set, { kid: 'shared', alg: 'RS256' })).toEqual([set.keys[1]])
    expect(candidates(set, { kid: 'shared', alg: 'ES384' })).toEqual([])
  })

  it('returns at most the first three keys', () => {
    const five = [1, 2, 3, 4, 5].map((number) => ({ ...ec.jwk, kid: `key${number}` }))
    const distinct = read(rsa, ...five)
    expect(candidates(distinct, { alg: 'ES256' })).toEqual(distinct.keys.slice(1, 4))
    const shared = read(rsa, ...five.map((jwk) => ({ ...jwk, kid: 'shared' })))
    expect(candidates(shared, { kid: 'shared', alg: 'ES256' })).toEqual(shared.keys.slice(1, 4))
  })

  it('returns keys with and without kid for a token without kid', () => {
    const set = read(ec, without(other.jwk, 'kid'), rsa)
    expect(candidates(set, { alg: 'ES256' })).toEqual([set.keys[0], set.keys[1]])
    expect(candidates(read(without(ec.jwk, 'kid')), { alg: 'RS256' })).toEqual([])
  })

  it('returns the keys with the x5t of a token without kid, beyond the first three', () => {
    const keys = [1, 2, 3, 4, 5].map((number) => ({ ...ec.jwk, kid: `key${number}`, x5t: `print${number}` }))
    const set = read(...keys)
    expect(candidates(set, { x5t: 'print5', alg: 'ES256' })).toEqual([set.keys[4]])
    expect(candidates(set, { x5t: 'print5', alg: 'RS256' })).toEqual([])
    expect(candidates(set, { kid: '', x5t: 'print5', alg: 'ES256' })).toEqual([set.keys[4]])
  })

  it('returns all keys for a token without kid whose x5t no key has', () => {
    const set = read({ ...ec.jwk, x5t: 'print' }, without(other.jwk, 'kid'))
    for (const x5t of ['unknown', '', 1, null, ['print'], undefined]) {
      expect(candidates(set, { x5t, alg: 'ES256' })).toEqual(set.keys)
    }
  })

  it('does not use the x5t of a token that has a kid', () => {
    const set = read({ ...ec.jwk, x5t: 'print' }, other)
    expect(candidates(set, { kid: other.kid, x5t: 'print', alg: 'ES256' })).toEqual([set.keys[1]])
    expect(candidates(set, { kid: 'unknown', x5t: 'print', alg: 'ES256' })).toEqual([])
  })

  it('finds an unchanged key by its new x5t', () => {
    const previous = read({ ...ec.jwk, x5t: 'old' }, other)
    const json = keySet({ ...ec.jwk, x5t: 'new' } as JWK, other)
    const next = readJwkSet(json, ALGORITHMS, previous) as JwkSet
    expect(candidates(next, { x5t: 'new', alg: 'ES256' })).toEqual([previous.keys[0]])
    expect(candidates(next, { x5t: 'old', alg: 'ES256' })).toEqual(next.keys)
  })

  it('is usable if one of its keys can be imported, and stops importing at the first that can', async () => {
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    expect(await read(broken, ec, other).isUsable()).toBe(true)
    expect(importKey).toHaveBeenCalledTimes(2)
    expect(await read(broken).isUsable()).toBe(false)
    expect(await new JwkSet([]).isUsable()).toBe(false)
  })
})

describe('a key that names an issuer', () => {
  const ONE = 'https://login.example.com/one/v2.0'
  const TEMPLATE = 'https://login.example.com/{tenantid}/v2.0'
  const issuedBy = (issuer: unknown): JwkSet => read({ ...ec.jwk, issuer } as unknown as JWK)
  const isCandidate = (set: JwkSet, claims: object): boolean =>
    [{ kid: ec.kid }, { x5t: 'print' }, {}].every(
      (name) => candidates(set, { ...name, alg: 'ES256' }, claims).length > 0,
    )

  it('verifies only tokens of this issuer', () => {
    expect(isCandidate(issuedBy(ONE), { iss: ONE })).toBe(true)
    for (const iss of [`${ONE}/`, ONE.toUpperCase(), 'https://login.example.com', undefined, [ONE]]) {
      expect(candidates(issuedBy(ONE), { kid: ec.kid, alg: 'ES256' }, { iss })).toEqual([])
      expect(candidates(issuedBy(ONE), { alg: 'ES256' }, { iss })).toEqual([])
    }
  })

  it.each<[string, object, boolean]>([
    ['the tenant in iss', { iss: ONE, tid: 'one' }, true],
    ['another tenant', { iss: ONE, tid: 'two' }, false],
    ['absent', { iss: ONE }, false],
    ['empty', { iss: 'https://login.example.com//v2.0', tid: '' }, false],
    ['a list', { iss: ONE, tid: ['one'] }, false],
    ['a replacement pattern', { iss: TEMPLATE, tid: '$&' }, false],
  ])('with {tenantid}, for a token whose tid is %s, %j: %s', (_title, claims, expected) => {
    expect(isCandidate(issuedBy(TEMPLATE), claims)).toBe(expected)
  })

  it('is another key than the same one of another issuer', () => {
    const previous = issuedBy(ONE)
    const next = readJwkSet(keySet({ ...ec.jwk, issuer: TEMPLATE } as JWK), ALGORITHMS, previous)
    expect(next?.keys[0]).not.toBe(previous.keys[0])
  })

  it.each([null, '', []])('verifies every token if the name is empty: %j', (issuer) => {
    expect(isCandidate(issuedBy(issuer), { iss: ONE })).toBe(true)
  })

  it.each([1, true, [ONE], { name: ONE }])('is ignored if the name is no string: %j', (issuer) => {
    expect(issuedBy(issuer).keys).toEqual([])
  })
})
