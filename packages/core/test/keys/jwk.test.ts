import { webcrypto } from 'node:crypto'
import { signingKey } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readJwk, type VerificationKey } from '../../src/keys/jwk.ts'
import { ALGORITHMS } from '../../src/options/algorithms.ts'
import { without } from '../support/published.ts'

afterEach(() => void vi.restoreAllMocks())

const read = (jwk: unknown): VerificationKey | undefined => readJwk(jwk, ALGORITHMS)
const ec = signingKey('ES256')
const rsa = signingKey('RS256')
const ed = signingKey('EdDSA')

describe('readJwk', () => {
  it('returns the key with its kid and algorithm, and marks it as published', () => {
    const members = { kty: 'EC', crv: 'P-256', x: ec.jwk.x, y: ec.jwk.y }
    expect(read(ec.jwk)).toEqual({
      kid: ec.kid,
      issuer: undefined,
      algorithms: new Set(['ES256']),
      fingerprint: JSON.stringify([ec.kid, ['ES256'], members, undefined]),
      jwk: { ...members, kid: ec.kid, alg: 'ES256' },
      published: true,
      import: expect.any(Function),
    })
  })

  it.each<[string, object]>([
    ['use is missing', { use: undefined }],
    ['key_ops contains verify', { key_ops: ['sign', 'verify'] }],
    ['it has certificates', { x5c: ['MII'], x5t: 'abc' }],
    ['it has members of other specifications', { iat: 1, exp: 2, 'x-note': [] }],
    ['alg is missing', { alg: undefined }],
    ['alg is null', { alg: null }],
    ['alg is empty', { alg: '' }],
    ['use is null', { use: null }],
    ['use is empty', { use: '' }],
    ['key_ops is null', { key_ops: null }],
    ['key_ops are empty', { key_ops: [] }],
    ['it has members of other key types without values', { n: null, e: '', pub: [] }],
    ['it has private members without values', { d: null, p: '', oth: [], k: null, priv: '' }],
    ['x5c and x5t are empty', { x5c: [], x5t: '' }],
    ['its issuer is empty', { issuer: '' }],
  ])('returns the same key if %s', (_title, own) => {
    expect(read({ ...ec.jwk, ...own })?.fingerprint).toBe(read(ec.jwk)?.fingerprint)
  })

  it('accepts a key without kid', () => {
    expect(read(without(ec.jwk, 'kid'))).toMatchObject({
      kid: undefined,
      algorithms: new Set(['ES256']),
    })
  })

  it.each([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    [[], undefined],
    [7, '7'],
    [0, '0'],
    ['7', '7'],
  ])('reads the kid %j as %j', (kid, expected) => {
    expect(read({ ...ec.jwk, kid })).toMatchObject({ kid: expected })
  })

  it('distinguishes keys by kid, algorithms, issuer and public key', () => {
    const fingerprints = [
      read(rsa.jwk),
      read({ ...rsa.jwk, kid: 'renamed' }),
      read(without(rsa.jwk, 'kid')),
      read({ ...rsa.jwk, alg: 'PS256' }),
      read(without(rsa.jwk, 'alg')),
      read({ ...rsa.jwk, issuer: 'https://as.example' }),
      read({ ...rsa.jwk, e: 'Aw' }),
      read({ ...rsa.jwk, n: `${rsa.jwk.n}A` }),
    ].map((key) => key?.fingerprint)
    expect(new Set(fingerprints).size).toBe(8)
    expect(fingerprints).not.toContain(undefined)
  })

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'ignores a key with the private member %s',
    (name) => {
      for (const value of ['AQAB', ' ', 1, 0, false, ['AQAB'], {}]) {
        expect(read({ ...rsa.jwk, [name]: value })).toBeUndefined()
      }
    },
  )

  it.each(['kty', 'crv', 'n', 'e', 'x', 'y', 'pub'])('ignores a key whose %s is not a string', (name) => {
    for (const value of [1, true, ['AQAB'], {}]) {
      expect(read({ ...rsa.jwk, [name]: value })).toBeUndefined()
    }
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'key'],
    ['a list', []],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }],
    ['a symmetric key without its value', { kty: 'oct' }],
    ['a key whose kid is a boolean', { ...ec.jwk, kid: true }],
    ['a key whose kid is an object', { ...ec.jwk, kid: { id: ec.kid } }],
    ['a key whose kid is a list', { ...ec.jwk, kid: [ec.kid] }],
    ['a key whose kty is null', { ...ec.jwk, kty: null }],
    ['a key for encryption', { ...ec.jwk, use: 'enc' }],
    ['a key whose use is in upper case', { ...ec.jwk, use: 'SIG' }],
    ['a key whose use is a list', { ...ec.jwk, use: ['sig'] }],
    ['a key whose key_ops do not contain verify', { ...ec.jwk, key_ops: ['encrypt'] }],
    ['a key whose key_ops are a string', { ...ec.jwk, key_ops: 'verify' }],
    ['a key whose alg is a list', { ...ec.jwk, alg: ['ES256'] }],
    ['a key whose issuer is a list', { ...ec.jwk, issuer: ['https://as.example'] }],
  ])('ignores %s', (_title, jwk) => {
    expect(read(jwk)).toBeUndefined()
  })
})

describe('import()', () => {
  it.each([
    ['ES256', ec],
    ['RS256', rsa],
    ['Ed25519', ed],
  ])('imports a key for %s once, when it is first used', async (algorithm, { jwk }) => {
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    const key = read(jwk) as VerificationKey
    expect(importKey).not.toHaveBeenCalled()
    const [one, two] = await Promise.all([key.import(algorithm), key.import(algorithm)])
    expect(one?.type).toBe('public')
    expect(one?.usages).toEqual(['verify'])
    expect(two).toBe(one)
    expect(await key.import(algorithm)).toBe(one)
    expect(importKey).toHaveBeenCalledTimes(1)
  })

  it('imports an RSA key without alg once for each algorithm, and each result is for that one only', async () => {
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    const key = read(without(rsa.jwk, 'alg')) as VerificationKey
    const names = { RS256: 'RSASSA-PKCS1-v1_5', RS512: 'RSASSA-PKCS1-v1_5', PS256: 'RSA-PSS' }
    for (const [algorithm, name] of [...Object.entries(names), ...Object.entries(names)]) {
      const hash = { name: `SHA-${algorithm.slice(2)}` }
      expect((await key.import(algorithm))?.algorithm).toMatchObject({ name, hash })
    }
    expect(importKey).toHaveBeenCalledTimes(3)
  })

  it('uses the public members only', async () => {
    const strange = { ...rsa.jwk, key_ops: ['verify', 'verify'], ext: false, x5c: [1], exp: 'never' }
    expect(await read(strange)?.import('RS256')).toMatchObject({ type: 'public', extractable: true })
  })

  it('returns undefined for a point that is not on the curve', async () => {
    expect(await read({ ...ec.jwk, y: ec.jwk.x })?.import('ES256')).toBeUndefined()
  })

  it.each([
    ['refuses', '1', 'AQ', false],
    ['refuses', '1 with leading zeros', 'AAAB', false],
    ['refuses', '2', 'Ag', false],
    ['refuses', '0', 'AA', false],
    ['accepts', '3', 'Aw', true],
    ['accepts', '65537', 'AQAB', true],
    ['accepts', '257, whose last byte is small', 'AQE', true],
  ])('%s an RSA key with the exponent %s', async (_verb, _title, e, accepted) => {
    expect((await read({ ...rsa.jwk, e })?.import('RS256')) !== undefined).toBe(accepted)
  })

  it.each([
    ['refuses', 2_047, false],
    ['accepts', 2_048, true],
  ])('%s an RSA key of %i bits', async (_verb, bits, accepted) => {
    const modulus = Buffer.alloc(256, 0xff)
    modulus[0] = bits === 2_048 ? 0x80 : 0x7f
    const jwk = { kty: 'RSA', alg: 'RS256', n: modulus.toString('base64url'), e: 'AQAB' }
    expect((await read(jwk)?.import('RS256')) !== undefined).toBe(accepted)
  })
})
