// Key sets that users of other libraries have reported in public threads, and what happens to them here. Those that are
// ignored are in docs/tokens.md, with the reason.
import { generateKeyPairSync } from 'node:crypto'
import { createAccessTokenVerifier } from '@okta-resource-server/core'
import {
  keySet,
  NOW,
  outcomeOf,
  type SigningKey,
  scriptedFetch,
  signingKey,
  signToken,
  toSigningKey,
  verifierOptions,
} from '@okta-resource-server/testing'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'

const RSA = signingKey('RS256')
const EC = signingKey('ES256')
type Members = Readonly<Record<string, unknown>>

/** The outcome for a token of this key, if the authorization server publishes these keys. */
async function outcome(key: SigningKey, keys: readonly Members[], header: Members = {}): Promise<string> {
  const { jwks: _, ...options } = verifierOptions()
  const { fetch } = scriptedFetch((url) =>
    url.includes('.well-known')
      ? Response.json({ issuer: options.issuer, jwks_uri: `${options.issuer}/v1/keys` })
      : Response.json({ keys }),
  )
  const verifier = createAccessTokenVerifier({
    ...options,
    profile: 'generic',
    fetch,
    clock: () => NOW * 1_000,
  })
  try {
    return await outcomeOf(verifier.verify(signToken({ key, header })))
  } finally {
    verifier.close()
  }
}
const jwkOf = ({ jwk }: SigningKey, members: Members = {}): Members => ({ ...jwk, ...members })
const bytes = (value: unknown): Buffer => Buffer.from(value as string, 'base64url')

describe('members without a value', () => {
  test.each<Members>([
    { key_ops: [], oth: [], x5c: [] },
    { oth: null, d: null, p: null, k: null },
    { use: null },
    { use: '' },
    { alg: null },
    { alg: '', key_ops: null, x5t: '', x5u: null },
    { issuer: null },
  ])('count as absent: %j', async (members) => {
    expect(await outcome(RSA, [jwkOf(RSA, members)])).toBe('accepted')
    expect(await outcome(EC, [jwkOf(EC, members)])).toBe('accepted')
  })

  test.each<Members>([{ d: 'AQAB' }, { k: 'AQAB' }, { use: 'enc' }, { key_ops: ['sign'] }])(
    'are not those that say that a key is for something else: %j',
    async (members) => {
      expect(await outcome(EC, [jwkOf(EC, members), jwkOf(RSA)])).toBe('key_unknown')
    },
  )
})

describe('algorithms', () => {
  const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

  test.each(ALGORITHMS)('an RSA key without alg verifies %s', async (algorithm) => {
    const key = signingKey(algorithm)
    expect(await outcome(key, [jwkOf(key, { alg: undefined })])).toBe('accepted')
    for (const other of ALGORITHMS.filter((name) => name !== algorithm)) {
      expect(await outcome(key, [jwkOf(key, { alg: other })])).toBe('key_unsuitable')
    }
  })

  test.each(['RS256', 'RS384', 'RS512'])(
    'one certificate is published with several entries of one kid, and the token is %s',
    async (algorithm) => {
      const entries = ['RS256', 'RS512', 'RS384'].map((alg) => jwkOf(RSA, { kid: '2Rx+=/a', alg }))
      const key = { ...signingKey(algorithm), kid: '2Rx+=/a' }
      expect(await outcome(key, entries)).toBe('accepted')
    },
  )

  test('different keys share one kid', async () => {
    const keys = [jwkOf(RSA, { kid: 'a' }), jwkOf(EC, { kid: 'a' })]
    for (const key of [RSA, EC]) expect(await outcome({ ...key, kid: 'a' }, keys)).toBe('accepted')
  })

  test.each(['ES256', 'ES384', 'ES512', 'EdDSA'])('%s, without use', async (algorithm) => {
    const key = signingKey(algorithm)
    expect(await outcome(key, [jwkOf(key, { use: undefined, alg: undefined })])).toBe('accepted')
  })

  test('a key for encryption has the kid, too', async () => {
    const [sig, enc] = [jwkOf(RSA), jwkOf(RSA, { use: 'enc', alg: 'RSA-OAEP' })]
    expect(await outcome(RSA, [enc, sig])).toBe('accepted')
    expect(await outcome(RSA, [sig, enc])).toBe('accepted')
  })
})

describe('names', () => {
  test.each<[string, unknown, unknown, string]>([
    ['no kid in either', undefined, undefined, 'accepted'],
    ['a kid in the key set only', 'a', undefined, 'accepted'],
    ['a kid in the token only', undefined, 'a', 'key_unknown'],
    ['an empty kid', '', '', 'accepted'],
    ['numbers', 17, 17, 'accepted'],
    ['a number and text', 17, '17', 'accepted'],
    ['plus, slash and equals signs', 'a+/b==', 'a+/b==', 'accepted'],
    ['letters that are not ASCII', 'clé-ключ', 'clé-ключ', 'accepted'],
    ['600 characters', 'k'.repeat(600), 'k'.repeat(600), 'accepted'],
    ['another case', 'KEY', 'key', 'key_unknown'],
  ])('%s', async (_title, published, used, expected) => {
    expect(await outcome(RSA, [jwkOf(RSA, { kid: published })], { kid: used })).toBe(expected)
  })

  test('x5t in place of a kid', async () => {
    const x5t = 'nOo3ZDrODXEK1jKWhXslHR_KXEg'
    const others = ['a', 'b', 'c', 'd'].map((name) => jwkOf(signingKey('RS256', name), { x5t: name }))
    const header = { kid: undefined, x5t }
    expect(await outcome(RSA, [...others, jwkOf(RSA, { x5t })], header)).toBe('accepted')
  })

  test('the issuer of Entra ID', async () => {
    const { issuer } = verifierOptions()
    expect(await outcome(RSA, [jwkOf(RSA, { issuer })])).toBe('accepted')
    expect(await outcome(RSA, [jwkOf(RSA, { issuer: 'https://sts.windows.net/t/' }), jwkOf(EC)])).not.toBe(
      'accepted',
    )
  })
})

describe('encodings', () => {
  const [n, x] = [RSA.jwk.n as string, EC.jwk.x as string]
  const withZero = (value: string): string =>
    Buffer.concat([Buffer.alloc(1), bytes(value)]).toString('base64url')

  test('a modulus with a leading zero byte', async () => {
    expect(await outcome(RSA, [jwkOf(RSA, { n: withZero(n) })])).toBe('accepted')
  })

  test('a modulus in base64, with padding and without', async () => {
    const base64 = bytes(n).toString('base64')
    for (const modulus of [base64, base64.replaceAll('=', '')]) {
      expect(await outcome(RSA, [jwkOf(RSA, { n: modulus })])).toBe('accepted')
    }
  })

  test('a coordinate that lacks its leading zero byte', async () => {
    const isShort = ({ jwk }: SigningKey): boolean => bytes(jwk.x)[0] === 0
    let key = EC
    for (let count = 0; count < 10_000 && !isShort(key); count++) {
      key = toSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256', 'short')
    }
    const x = bytes(key.jwk.x).subarray(1).toString('base64url')
    expect(await outcome(key, [jwkOf(key, { x })])).toBe('accepted')
  })

  test('a coordinate that is a byte too long', async () => {
    expect(await outcome(EC, [jwkOf(EC, { x: withZero(x) })])).toBe('accepted')
  })
})

test.each<[string, Members, string]>([
  ['a certificate only', jwkOf(RSA, { n: undefined, e: undefined, x5c: ['MIIC'] }), 'key_unknown'],
  ['jwt-svid', jwkOf(RSA, { use: 'jwt-svid' }), 'key_unknown'],
])('a key with %s is ignored', async (_title, key, expected) => {
  expect(['key_unsuitable', expected]).toContain(await outcome(RSA, [key, jwkOf(EC)]))
})

test('unknown and broken keys beside a good one', async () => {
  const others = [
    null,
    1,
    'x',
    {},
    { kty: 'NEW', x: 1 },
    { kty: 'RSA', n: '!', e: 1 },
    { kty: 'OKP', crv: 'Ed448' },
  ]
  expect(
    await outcome(RSA, [...(others as Members[]), jwkOf(RSA, { n: 'AQAB', kid: 'weak' }), jwkOf(RSA)]),
  ).toBe('accepted')
})

test('the same key set as an option', async () => {
  const jwks = keySet(jwkOf(RSA, { alg: null, oth: null, kid: 17 }) as JWK)
  const verifier = createAccessTokenVerifier({ ...verifierOptions(), profile: 'generic', jwks })
  expect(await outcomeOf(verifier.verify(signToken({ key: RSA, header: { kid: '17' } })))).toBe('accepted')
})
