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
      algorithm: 'ES256',
      publicKey: JSON.stringify(members),
      fingerprint: JSON.stringify([ec.kid, 'ES256', members]),
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
  ])('returns the same key if %s', (_title, own) => {
    expect(read({ ...ec.jwk, ...own })?.fingerprint).toBe(read(ec.jwk)?.fingerprint)
  })

  it('accepts a key without kid', () => {
    expect(read(without(ec.jwk, 'kid'))).toMatchObject({ kid: undefined, algorithm: 'ES256' })
  })

  it('distinguishes keys by kid, algorithm and public key', () => {
    const fingerprints = [
      read(rsa.jwk),
      read({ ...rsa.jwk, kid: 'renamed' }),
      read(without(rsa.jwk, 'kid')),
      read({ ...rsa.jwk, alg: 'PS256' }),
      read({ ...rsa.jwk, e: 'Aw' }),
      read({ ...rsa.jwk, n: `${rsa.jwk.n}A` }),
    ].map((key) => key?.fingerprint)
    expect(new Set(fingerprints).size).toBe(6)
    expect(fingerprints).not.toContain(undefined)
  })

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'ignores a key with the private member %s',
    (name) => {
      for (const value of ['AQAB', '', null, 1, []]) {
        expect(read({ ...rsa.jwk, [name]: value })).toBeUndefined()
      }
    },
  )

  it.each(['kty', 'crv', 'n', 'e', 'x', 'y', 'pub'])('ignores a key whose %s is not a string', (name) => {
    for (const value of [1, null, true, ['AQAB'], {}]) {
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
    ['a key whose kid is a number', { ...ec.jwk, kid: 1 }],
    ['a key whose kid is null', { ...ec.jwk, kid: null }],
    ['a key whose kid is a list', { ...ec.jwk, kid: [ec.kid] }],
    ['a key for encryption', { ...ec.jwk, use: 'enc' }],
    ['a key whose use is in upper case', { ...ec.jwk, use: 'SIG' }],
    ['a key whose use is null', { ...ec.jwk, use: null }],
    ['a key whose key_ops do not contain verify', { ...ec.jwk, key_ops: ['encrypt'] }],
    ['a key whose key_ops are empty', { ...ec.jwk, key_ops: [] }],
    ['a key whose key_ops are a string', { ...ec.jwk, key_ops: 'verify' }],
    ['a key whose key_ops are null', { ...ec.jwk, key_ops: null }],
  ])('ignores %s', (_title, jwk) => {
    expect(read(jwk)).toBeUndefined()
  })
})

describe('import()', () => {
  it.each([
    ['ES256', ec],
    ['RS256', rsa],
    ['Ed25519', ed],
  ])('imports a key for %s once, when it is first used', async (_algorithm, { jwk }) => {
    const importKey = vi.spyOn(webcrypto.subtle, 'importKey')
    const key = read(jwk) as VerificationKey
    expect(importKey).not.toHaveBeenCalled()
    const [one, two] = await Promise.all([key.import(), key.import()])
    expect(one?.type).toBe('public')
    expect(one?.usages).toEqual(['verify'])
    expect(two).toBe(one)
    expect(await key.import()).toBe(one)
    expect(importKey).toHaveBeenCalledTimes(1)
  })

  it('uses the public members only', async () => {
    const strange = { ...rsa.jwk, key_ops: ['verify', 'verify'], ext: false, x5c: [1], exp: 'never' }
    expect(await read(strange)?.import()).toMatchObject({ type: 'public', extractable: true })
  })

  it('returns undefined for a point that is not on the curve', async () => {
    expect(await read({ ...ec.jwk, y: ec.jwk.x })?.import()).toBeUndefined()
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
    expect((await read({ ...rsa.jwk, e })?.import()) !== undefined).toBe(accepted)
  })

  it.each([
    ['refuses', 2_047, false],
    ['accepts', 2_048, true],
  ])('%s an RSA key of %i bits', async (_verb, bits, accepted) => {
    const modulus = Buffer.alloc(256, 0xff)
    modulus[0] = bits === 2_048 ? 0x80 : 0x7f
    const jwk = { kty: 'RSA', alg: 'RS256', n: modulus.toString('base64url'), e: 'AQAB' }
    expect((await read(jwk)?.import()) !== undefined).toBe(accepted)
  })
})
