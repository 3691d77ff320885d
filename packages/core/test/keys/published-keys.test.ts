import {
  ISSUER,
  keySet,
  outcomeOf,
  type SigningKey,
  scriptedFetch,
  signingKey,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier } from '../../src/index.ts'
import { outcomeWith, without } from '../support/published.ts'

/** The header of a token of profile rfc9068 without kid. */
const RFC9068 = { typ: 'at+jwt', kid: undefined }

describe('a key verifies no algorithm but its own', () => {
  it.each([
    ['RS256', 'PS256'],
    ['PS256', 'RS256'],
    ['RS256', 'RS512'],
    ['RS256', 'ES256'],
  ])('a key with alg %s does not verify %s', async (published, used) => {
    const key = signingKey(published)
    const token = signToken({ key: { ...signingKey(used), kid: key.kid } })
    expect(await outcomeWith(token, key)).toBe('key_unsuitable')
  })

  it.each([
    ['ES256', 'ES384'],
    ['ES384', 'ES512'],
    ['ES256', 'EdDSA'],
    ['EdDSA', 'ES256'],
  ])('a key without alg on the curve of %s does not verify %s', async (published, used) => {
    const key = signingKey(published)
    const token = signToken({ key: { ...signingKey(used), kid: key.kid } })
    expect(await outcomeWith(token, without(key.jwk, 'alg'))).toBe('key_unsuitable')
  })

  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])(
    'an RSA key without alg verifies %s, and with the option algorithms only what is allowed',
    async (algorithm) => {
      const key = signingKey(algorithm)
      const jwk = without(key.jwk, 'alg')
      const outcome = (algorithms?: readonly string[]): Promise<string> => {
        const options = { ...verifierOptions(), jwks: keySet(jwk), ...(algorithms && { algorithms }) }
        return outcomeOf(createAccessTokenVerifier(options).verify(signToken({ key })))
      }
      expect(await outcome()).toBe('accepted')
      expect(await outcome([algorithm])).toBe('accepted')
      const others = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].filter((one) => one !== algorithm)
      expect(await outcome(others)).toBe('algorithm_not_allowed')
    },
  )

  it('a signature is verified as what the header says, whatever else the key verifies', async () => {
    const [rs, ps] = [signingKey('RS256'), signingKey('PS256')]
    const jwk = without(rs.jwk, 'alg')
    const mislabelled = signToken({ key: { ...ps, kid: rs.kid }, header: { alg: 'RS256' } })
    expect(await outcomeWith(mislabelled, jwk)).toBe('signature_invalid')
  })

  it('entries of one key that differ in alg are separate keys [RFC8725-3.1-one-per-key]', async () => {
    const rs = signingKey('RS256')
    const entry = (alg: string, kid: string): SigningKey => ({
      ...rs,
      algorithm: alg,
      kid,
      jwk: { ...rs.jwk, alg, kid },
    })
    const outcome = (key: SigningKey, ...published: SigningKey[]): Promise<string> =>
      outcomeWith(signToken({ key }), ...published)
    for (const kids of [
      ['shared', 'shared', 'shared'],
      ['one', 'two', 'three'],
    ] as const) {
      const [first, second, third] = [
        entry('RS256', kids[0]),
        entry('RS512', kids[1]),
        entry('PS256', kids[2]),
      ]
      for (const key of [first, second, third]) {
        expect(await outcome(key, first, second, third)).toBe('accepted')
      }
      expect(await outcome(entry('RS384', kids[0]), first, second, third)).toBe('key_unsuitable')
      expect(await outcome(second, first)).toBe(kids[0] === kids[1] ? 'key_unsuitable' : 'key_unknown')
    }
  })

  it('a kid that several keys share means the key of the algorithm [RFC7517-4.5-distinct]', async () => {
    const [ec, rsa] = [signingKey('ES256'), signingKey('RS256')]
    const keys = [ec, rsa].map(({ jwk }) => ({ ...jwk, kid: 'shared' }))
    for (const key of [ec, rsa]) {
      expect(await outcomeWith(signToken({ key, header: { kid: 'shared' } }), ...keys)).toBe('accepted')
    }
  })
})

describe('keys that a token contains', () => {
  const published = signingKey('ES256')
  const attacker = signingKey('ES256', 'attacker')
  const jwksUri = `${ISSUER}/v1/keys`
  const EVIL = 'https://attacker.example.com'

  it.each([
    { jwk: attacker.jwk },
    { jwk: { ...attacker.jwk, kid: published.kid } },
    { jku: `${EVIL}/keys` },
    { x5u: `${EVIL}/certificate` },
    { x5c: [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
    { x5t: 'abc', 'x5t#S256': 'abc' },
    { iss: EVIL, jku: 'http://169.254.169.254/latest/meta-data' },
  ])('are ignored and never fetched: %j', async (parameters) => {
    const { fetch, requests } = scriptedFetch(() => Response.json(keySet(published)))
    const { jwks, ...options } = verifierOptions(published)
    const fixed = createAccessTokenVerifier({ ...options, jwks })
    const fetching = createAccessTokenVerifier({ ...options, jwksUri, fetch })
    for (const [key, header, expected] of [
      [attacker, { kid: published.kid, ...parameters }, 'signature_invalid'],
      [attacker, { ...RFC9068, ...parameters }, 'signature_invalid'],
      [attacker, parameters, 'key_unknown'],
      [published, parameters, 'accepted'],
    ] as const) {
      const token = signToken({ key, header })
      expect(await outcomeOf(fixed.verify(token))).toBe(expected)
      expect(await outcomeOf(fetching.verify(token))).toBe(expected)
    }
    fetching.close()
    expect(new Set(requests.map(({ url }) => url))).toEqual(new Set([jwksUri]))
  })
})

describe('a token without kid', () => {
  const keys = [1, 2, 3, 4].map((number) => signingKey('ES256', `key${number}`))
  const [first, , , fourth] = keys as [SigningKey, SigningKey, SigningKey, SigningKey]

  it.each([0, 1, 2])('is verified with every key of its algorithm: key %i', async (index) => {
    const token = signToken({ key: keys[index] as SigningKey, header: RFC9068 })
    expect(await outcomeWith(token, signingKey('RS256'), ...keys)).toBe('accepted')
  })

  it('is verified with at most three keys', async () => {
    const outcome = await outcomeWith(signToken({ key: fourth, header: RFC9068 }), ...keys)
    expect(outcome).toBe('signature_invalid')
    const other = signToken({ key: signingKey('ES256', 'other'), header: RFC9068 })
    expect(await outcomeWith(other, ...keys)).toBe('signature_invalid')
  })

  it('is verified with keys with and without kid', async () => {
    const token = signToken({ key: first, header: RFC9068 })
    expect(await outcomeWith(token, without(first.jwk, 'kid'))).toBe('accepted')
    expect(await outcomeWith(token, { ...first.jwk, kid: 'any kid' })).toBe('accepted')
  })

  it('is refused if no key has its algorithm', async () => {
    expect(await outcomeWith(signToken({ header: RFC9068 }), signingKey('RS256'))).toBe('key_unknown')
  })

  it.each([undefined, 'JWT'])('is refused in the profile okta, which requires a kid: typ %s', async (typ) => {
    const token = signToken({ header: { kid: undefined, typ } })
    expect(await outcomeWith(token, signingKey())).toBe('key_id_missing')
  })
})

describe('a token with kid', () => {
  it('is only verified with the key of that kid', async () => {
    const [key, other] = [signingKey('ES256', 'key1'), signingKey('ES256', 'key2')]
    const token = signToken({ key, header: { kid: other.kid } })
    expect(await outcomeWith(token, key, other)).toBe('signature_invalid')
  })

  it('may have a number as kid, which is compared as text', async () => {
    const { jwk } = signingKey()
    const token = signToken({ header: { kid: 7 } })
    for (const kid of ['7', 7] as string[]) expect(await outcomeWith(token, { ...jwk, kid })).toBe('accepted')
    for (const kid of ['07', '7.0', ' 7'])
      expect(await outcomeWith(token, { ...jwk, kid })).toBe('key_unknown')
  })

  it('has none if its kid is empty', async () => {
    const { jwk } = signingKey()
    const header = { typ: 'at+jwt', kid: '' }
    expect(await outcomeWith(signToken({ header }), jwk)).toBe('accepted')
    expect(await outcomeWith(signToken({ header }), { ...jwk, kid: '' })).toBe('accepted')
    expect(await outcomeWith(signToken({ header: { kid: '' } }), { ...jwk, kid: '' })).toBe('key_id_missing')
  })

  it.each([
    ' ',
    'es256-MAIN',
    '../../etc/passwd',
    "' OR '1'='1",
    '$(id)',
    '__proto__',
    'constructor',
    'undefined',
    '\u0000',
    '😀',
    'k'.repeat(9_000),
  ])('is compared literally: %j', async (kid) => {
    const key = signingKey()
    expect(await outcomeWith(signToken({ header: { kid } }), key)).toBe('key_unknown')
    expect(await outcomeWith(signToken({ header: { kid } }), { ...key.jwk, kid })).toBe('accepted')
  })
})
