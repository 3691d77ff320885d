import { webcrypto } from 'node:crypto'
import type { JWK } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ALL_ALGORITHMS, algorithmOfKey } from '../src/algorithms.ts'
import { fetchJwkSet, type JwkSet } from '../src/jwk-set.ts'
import { KeyRing, readKeys, type VerificationKey, verificationKey } from '../src/verification-key.ts'
import { keySet, type SigningKey, signingKey, without } from './support/keys.ts'
import { exchangeOptions, remoteFailure, scriptedFetch } from './support/remote.ts'

const ADDRESS = 'https://as.example/keys'

afterEach(() => void vi.restoreAllMocks())

const madeOf = (jwk: unknown): VerificationKey | undefined => verificationKey(jwk, ALL_ALGORITHMS)
const ringOf = (...keys: readonly (SigningKey | JWK)[]): KeyRing =>
  readKeys(keySet(...keys), ALL_ALGORITHMS) as KeyRing
const [ec, other, rsa, ed] = await Promise.all([
  signingKey('ES256'),
  signingKey('ES256', 'other'),
  signingKey('RS256'),
  signingKey('EdDSA'),
])
/** Of the right form, but not on the curve. */
const broken = { ...ec.jwk, kid: 'broken', y: ec.jwk.x as string }

describe('a member of a JWK Set becomes a key', () => {
  it('with its kid and algorithm, current, and told apart by its material', () => {
    expect(madeOf(ec.jwk)).toEqual({
      kid: ec.kid,
      algorithm: 'ES256',
      publicKey: JSON.stringify({ kty: 'EC', crv: 'P-256', x: ec.jwk.x, y: ec.jwk.y }),
      fingerprint: JSON.stringify([ec.kid, 'ES256', { kty: 'EC', crv: 'P-256', x: ec.jwk.x, y: ec.jwk.y }]),
      current: true,
      material: expect.any(Function),
    })
  })

  it.each<[string, object]>([
    ['without use', { use: undefined }],
    ['with key_ops that hold verify', { key_ops: ['sign', 'verify'] }],
    ['with certificates', { x5c: ['MII'], x5t: 'abc' }],
    ['with members of other specifications', { iat: 1, exp: 2, 'x-note': [] }],
    ['without alg', { alg: undefined }],
  ])('%s just the same', (_title, own) => {
    expect(madeOf({ ...ec.jwk, ...own })?.fingerprint).toBe(madeOf(ec.jwk)?.fingerprint)
  })

  it('without kid', () => {
    expect(madeOf(without(ec.jwk, 'kid'))).toMatchObject({ kid: undefined, algorithm: 'ES256' })
  })

  it('that is another key with another kid, algorithm or material', () => {
    const prints = [
      madeOf(rsa.jwk),
      madeOf({ ...rsa.jwk, kid: 'renamed' }),
      madeOf(without(rsa.jwk, 'kid')),
      madeOf({ ...rsa.jwk, alg: 'PS256' }),
      madeOf({ ...rsa.jwk, e: 'Aw' }),
      madeOf({ ...rsa.jwk, n: `${rsa.jwk.n}A` }),
    ].map((key) => key?.fingerprint)
    expect(new Set(prints).size).toBe(6)
    expect(prints).not.toContain(undefined)
  })

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'unless it holds the private member %s',
    (name) => {
      for (const value of ['AQAB', '', null, 1, []]) {
        expect(madeOf({ ...rsa.jwk, [name]: value })).toBeUndefined()
      }
    },
  )

  it.each(['kty', 'crv', 'n', 'e', 'x', 'y', 'pub'])('unless its member %s is anything but text', (name) => {
    for (const value of [1, null, true, ['AQAB'], {}]) {
      expect(madeOf({ ...rsa.jwk, [name]: value })).toBeUndefined()
    }
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['text', 'key'],
    ['a list', []],
    ['symmetric', { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }],
    ['symmetric without its secret', { kty: 'oct' }],
    ['named by a number', { ...ec.jwk, kid: 1 }],
    ['named by null', { ...ec.jwk, kid: null }],
    ['named by a list', { ...ec.jwk, kid: [ec.kid] }],
    ['for encryption', { ...ec.jwk, use: 'enc' }],
    ['of a use in another case', { ...ec.jwk, use: 'SIG' }],
    ['of no use', { ...ec.jwk, use: null }],
    ['for operations without verify', { ...ec.jwk, key_ops: ['encrypt'] }],
    ['for no operations', { ...ec.jwk, key_ops: [] }],
    ['for operations that are text', { ...ec.jwk, key_ops: 'verify' }],
    ['for operations that are null', { ...ec.jwk, key_ops: null }],
  ])('unless it is %s', (_title, jwk) => {
    expect(madeOf(jwk)).toBeUndefined()
  })
})

describe('a curve that is a list', () => {
  it.each([{ alg: 'ES256' }, {}])('implies no algorithm, though its text names a curve: %j', (own) => {
    const jwk = { kty: 'EC', crv: ['P-256'], ...own } as unknown as JWK
    expect(algorithmOfKey(jwk, ALL_ALGORITHMS)).toBeUndefined()
  })
})

describe('the material of a key', () => {
  it.each([
    ['ES256', ec],
    ['RS256', rsa],
    ['Ed25519', ed],
  ])('of %s is imported when first used, and only once', async (_algorithm, { jwk }) => {
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    const key = madeOf(jwk) as VerificationKey
    expect(importKey).not.toHaveBeenCalled()
    const [one, two] = await Promise.all([key.material(), key.material()])
    expect(one?.type).toBe('public')
    expect(one?.usages).toEqual(['verify'])
    expect(two).toBe(one)
    expect(await key.material()).toBe(one)
    expect(importKey).toHaveBeenCalledTimes(1)
  })

  it('is imported from the public members alone', async () => {
    const strange = { ...rsa.jwk, key_ops: ['verify', 'verify'], ext: false, x5c: [1], exp: 'never' }
    expect(await madeOf(strange)?.material()).toMatchObject({ type: 'public', extractable: true })
  })

  it('is none where the key is broken', async () => {
    expect(await madeOf(broken)?.material()).toBeUndefined()
  })

  it.each([
    ['1', 'AQ', true],
    ['1 with leading zeros', 'AAAB', true],
    ['2', 'Ag', true],
    ['0', 'AA', true],
    ['3', 'Aw', false],
    ['65537', 'AQAB', false],
    ['257, whose last byte is small', 'AQE', false],
  ])('of RSA with the exponent %s is none: %s is %s', async (_title, e, refused) => {
    const material = await madeOf({ ...rsa.jwk, e })?.material()
    expect(material === undefined).toBe(refused)
  })

  it.each([
    [2_047, true],
    [2_048, false],
  ])('of RSA with %i bit is none: %s', async (bits, refused) => {
    const modulus = Buffer.alloc(256, 0xff)
    modulus[0] = bits === 2_048 ? 0x80 : 0x7f
    const material = await madeOf({
      kty: 'RSA',
      alg: 'RS256',
      n: modulus.toString('base64url'),
      e: 'AQAB',
    })?.material()
    expect(material === undefined).toBe(refused)
  })
})

describe('a ring of keys', () => {
  it('holds the keys in the order published', () => {
    const ring = ringOf(rsa, ec, other)
    expect(ring.all.map(({ kid }) => kid)).toEqual([rsa.kid, ec.kid, other.kid])
  })

  it('knows what is published under a name, for whatever algorithm', () => {
    const ring = ringOf(rsa, ec)
    expect(ring.knows(rsa.kid)).toBe(true)
    expect(ring.knows(ec.kid)).toBe(true)
    expect(ring.knows(other.kid)).toBe(false)
    expect(ring.knows('')).toBe(false)
  })

  it('gives the named key for its algorithm, and nothing for another', () => {
    const ring = ringOf(rsa, ec)
    expect(ring.candidates(ec.kid, 'ES256')).toEqual([ring.all[1]])
    expect(ring.candidates(ec.kid, 'RS256')).toEqual([])
    expect(ring.candidates(rsa.kid, 'RS256')).toEqual([ring.all[0]])
    expect(ring.candidates(rsa.kid, 'PS256')).toEqual([])
    expect(ring.candidates('unknown', 'ES256')).toEqual([])
  })

  it('gives an Ed25519 key by both names of the algorithm', () => {
    const ring = ringOf(ec, ed)
    for (const name of ['EdDSA', 'Ed25519']) {
      expect(ring.candidates(ed.kid, name)).toEqual([ring.all[1]])
      expect(ring.candidates(undefined, name)).toEqual([ring.all[1]])
    }
  })

  it('gives of several keys under one name those of the algorithm', () => {
    const ring = ringOf(...[ec, rsa, other].map(({ jwk }) => ({ ...jwk, kid: 'shared' })))
    expect(ring.candidates('shared', 'ES256')).toEqual([ring.all[0], ring.all[2]])
    expect(ring.candidates('shared', 'RS256')).toEqual([ring.all[1]])
    expect(ring.candidates('shared', 'ES384')).toEqual([])
  })

  it('gives three keys at the most, the first published', () => {
    const five = [1, 2, 3, 4, 5].map((number) => ({ ...ec.jwk, kid: `key${number}` }))
    const unnamed = ringOf(rsa, ...five)
    expect(unnamed.candidates(undefined, 'ES256')).toEqual(unnamed.all.slice(1, 4))
    const shared = ringOf(rsa, ...five.map((jwk) => ({ ...jwk, kid: 'shared' })))
    expect(shared.candidates('shared', 'ES256')).toEqual(shared.all.slice(1, 4))
  })

  it('gives without a name those with and without one', () => {
    const ring = ringOf(ec, without(other.jwk, 'kid'), rsa)
    expect(ring.candidates(undefined, 'ES256')).toEqual([ring.all[0], ring.all[1]])
    expect(ringOf(without(ec.jwk, 'kid')).candidates(undefined, 'RS256')).toEqual([])
  })

  it('is usable once one of its keys is, which is tried up to the first success', async () => {
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    expect(await ringOf(broken, ec, other).isUsable()).toBe(true)
    expect(importKey).toHaveBeenCalledTimes(2)
    expect(await ringOf(broken).isUsable()).toBe(false)
    expect(await new KeyRing([]).isUsable()).toBe(false)
  })
})

describe('reading a JWK Set', () => {
  it.each([null, undefined, 1, 'keys', [], {}, { keys: null }, { keys: {} }, { keys: 'keys' }])(
    'fails for what is none: %j',
    (json) => {
      expect(readKeys(json, ALL_ALGORITHMS)).toBeUndefined()
    },
  )

  it('passes over what it does not understand', () => {
    const ring = readKeys({ keys: [null, { kty: 'oct' }, ec.jwk, 'key'] }, ALL_ALGORITHMS)
    expect(ring?.all.map(({ kid }) => kid)).toEqual([ec.kid])
    expect(readKeys({ keys: [] }, ALL_ALGORITHMS)?.all).toEqual([])
  })

  it('lets RSA keys without alg serve the first RSA algorithm allowed', () => {
    const json = keySet(without(rsa.jwk, 'alg'))
    expect(readKeys(json, new Set(['ES256', 'PS512', 'RS256']))?.all[0]?.algorithm).toBe('PS512')
    expect(readKeys(json, new Set(['ES256']))?.all).toEqual([])
  })

  it('keeps the imported keys that are published unchanged', () => {
    const previous = ringOf(ec, rsa)
    const next = readKeys(keySet(other, { ...rsa.jwk, x5t: 'new' }), ALL_ALGORITHMS, previous)
    expect(next?.all[1]).toBe(previous.all[1])
    expect(next?.all[0]?.kid).toBe(other.kid)
    expect(previous.all).not.toContain(next?.all[0])
  })

  it('makes another key of other material under the same kid', () => {
    const previous = ringOf(ec)
    const next = readKeys(keySet({ ...other.jwk, kid: ec.kid }), ALL_ALGORITHMS, previous)
    expect(next?.all[0]).not.toBe(previous.all[0])
  })
})

describe('a JWK Set', () => {
  const get = (
    answer: unknown,
    previous?: KeyRing,
    headers: Record<string, string> = {},
  ): Promise<JwkSet> => {
    const { fetch } = scriptedFetch(() => Response.json(answer, { headers }))
    return fetchJwkSet(ADDRESS, exchangeOptions(fetch), ALL_ALGORITHMS, previous)
  }
  const unusable = {
    code: 'no_usable_key',
    url: ADDRESS,
    message: `${ADDRESS}: the JWK Set has no key that can be used`,
  }

  it('is fetched with what was said about its freshness', async () => {
    const { ring, maxAge } = await get(keySet(ec, rsa), undefined, { 'cache-control': 'max-age=600' })
    expect(ring.all.map(({ kid }) => kid)).toEqual([ec.kid, rsa.kid])
    expect(maxAge).toBe(600)
  })

  it.each([[[]], [{}], [null], [{ keys: 1 }]])('is refused where it is none: %j', async (answer) => {
    expect(await remoteFailure(get(answer))).toMatchObject({
      code: 'wrong_shape',
      url: ADDRESS,
      message: `${ADDRESS}: not a JWK Set (RFC 7517 section 5)`,
    })
  })

  it.each([[[]], [[{ kty: 'oct', k: 'c2VjcmV0' }]], [[{ ...ec.jwk, use: 'enc' }]]])(
    'is refused where it holds no key to verify with, known keys or not: %j',
    async (keys) => {
      expect(await remoteFailure(get({ keys }))).toMatchObject(unusable)
      expect(await remoteFailure(get({ keys }, ringOf(ec)))).toMatchObject(unusable)
    },
  )

  it('is refused where all its keys are broken and good ones would give way', async () => {
    expect(await remoteFailure(get(keySet(broken), ringOf(ec)))).toMatchObject(unusable)
    expect((await get(keySet(broken, ec), ringOf(ec))).ring.all).toHaveLength(2)
  })

  it('has no key imported on a cold start, which is left to the first token', async () => {
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    expect((await get(keySet(broken))).ring.all).toHaveLength(1)
    expect(importKey).not.toHaveBeenCalled()
  })

  it('keeps the keys of the previous one that are published unchanged', async () => {
    const previous = ringOf(ec)
    expect((await get(keySet(other, ec), previous)).ring.all[1]).toBe(previous.all[0])
  })
})
