import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { exportJWK, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { keySet, type SigningKey, signingKey, without } from './support/keys.ts'
import { base64url, judged, makeToken, makeVerifier, outcome } from './support/tokens.ts'

const RFC9068 = { typ: 'at+jwt', kid: undefined }

describe('one key serves one algorithm', () => {
  it.each([
    ['RS256', 'PS256'],
    ['PS256', 'RS256'],
    ['RS256', 'RS512'],
    ['RS256', 'ES256'],
  ])('a key for %s does not verify %s', async (published, used) => {
    const [key, other] = [await signingKey(published), await signingKey(used)]
    const token = await makeToken({ key: { ...other, kid: key.kid } })
    expect(await judged(token, key)).toBe('key_unsuitable')
  })

  it.each([
    ['ES256', 'ES384'],
    ['ES384', 'ES512'],
    ['ES256', 'EdDSA'],
    ['EdDSA', 'ES256'],
  ])('a key of the curve of %s without alg does not verify %s', async (published, used) => {
    const [key, other] = [await signingKey(published), await signingKey(used)]
    const token = await makeToken({ key: { ...other, kid: key.kid } })
    expect(await judged(token, without(key.jwk, 'alg'))).toBe('key_unsuitable')
  })

  it('an RSA key without alg serves the first RSA algorithm that is allowed, and only that', async () => {
    const [rs, ps] = [await signingKey('RS256'), await signingKey('PS256')]
    const jwks = keySet(without(rs.jwk, 'alg', 'kid'))
    const use = async (key: SigningKey, algorithms?: readonly string[]): Promise<string> => {
      const verifier = await makeVerifier({ jwks, ...(algorithms && { algorithms }) })
      return outcome(async () => verifier.verify(await makeToken({ key, header: RFC9068 })))
    }
    expect(await use(rs)).toBe('accepted')
    expect(await use(ps)).toBe('key_unknown')
    expect(await use(ps, ['PS256', 'RS256'])).toBe('accepted')
    expect(await use(rs, ['PS256', 'RS256'])).toBe('key_unknown')
  })

  it('a key published for two algorithms serves the first that is allowed [RFC8725-3.1-one-per-key]', async () => {
    const rs = await signingKey('RS256')
    const ps = { ...rs, algorithm: 'PS256', kid: 'again', jwk: { ...rs.jwk, alg: 'PS256', kid: 'again' } }
    const codes = async (keys: SigningKey[], algorithms?: readonly string[]): Promise<string[]> => {
      const verifier = await makeVerifier({ jwks: keySet(...keys), ...(algorithms && { algorithms }) })
      return Promise.all(
        [rs, ps].map((key) => outcome(async () => verifier.verify(await makeToken({ key })))),
      )
    }
    expect(await codes([rs, ps])).toEqual(['accepted', 'key_unknown'])
    expect(await codes([ps, rs])).toEqual(['key_unknown', 'accepted'])
    expect(await codes([rs, ps], ['PS256'])).toEqual(['algorithm_not_allowed', 'accepted'])
    const same = { ...ps, kid: rs.kid, jwk: { ...ps.jwk, kid: rs.kid } }
    const verifier = await makeVerifier({ jwks: keySet(rs, same) })
    expect(await outcome(async () => verifier.verify(await makeToken({ key: rs })))).toBe('accepted')
    expect(await outcome(async () => verifier.verify(await makeToken({ key: same })))).toBe('key_unsuitable')
  })

  it('but Ed25519 goes by two names with one key', async () => {
    const key = await signingKey('EdDSA')
    for (const published of ['EdDSA', 'Ed25519', undefined]) {
      const jwk = { ...without(key.jwk, 'alg'), ...(published !== undefined && { alg: published }) }
      for (const alg of ['EdDSA', 'Ed25519']) {
        expect(await judged(await makeToken({ key, header: { alg } }), jwk)).toBe('accepted')
      }
    }
  })

  it('a kid that several keys share means the one of the algorithm [RFC7517-4.5-distinct]', async () => {
    const [ec, rsa] = [await signingKey('ES256'), await signingKey('RS256')]
    const keys = [ec, rsa].map(({ jwk }) => ({ ...jwk, kid: 'shared' }))
    for (const key of [ec, rsa]) {
      expect(await judged(await makeToken({ key, header: { kid: 'shared' } }), ...keys)).toBe('accepted')
    }
  })
})

describe('keys that a token brings along', () => {
  it('are ignored and never fetched', async () => {
    const [published, attacker] = [await signingKey('ES256'), await signingKey('ES256', 'attacker')]
    const fetched: string[] = []
    const verifier = await makeVerifier({ jwks: keySet(published) })
    const live = await makeVerifier({
      jwksUri: 'https://example.okta.com/oauth2/default/v1/keys',
      fetch: async (input) => {
        fetched.push(String(input))
        return Response.json(keySet(published))
      },
    })
    const evil = 'https://attacker.example.com'
    for (const parameters of [
      { jwk: attacker.jwk },
      { jwk: { ...attacker.jwk, kid: published.kid } },
      { jku: `${evil}/keys` },
      { x5u: `${evil}/certificate` },
      { x5c: [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
      { x5t: 'abc', 'x5t#S256': 'abc' },
      { iss: evil, jku: 'http://169.254.169.254/latest/meta-data' },
    ]) {
      const forged = await makeToken({ key: attacker, header: { kid: published.kid, ...parameters } })
      const unnamed = await makeToken({ key: attacker, header: { ...RFC9068, ...parameters } })
      const named = await makeToken({ key: attacker, header: parameters })
      const genuine = await makeToken({ key: published, header: parameters })
      for (const [token, expected] of [
        [forged, 'signature_invalid'],
        [unnamed, 'signature_invalid'],
        [named, 'key_unknown'],
        [genuine, 'accepted'],
      ] as const) {
        expect(await outcome(() => verifier.verify(token)), JSON.stringify(parameters)).toBe(expected)
        expect(await outcome(() => live.verify(token)), JSON.stringify(parameters)).toBe(expected)
      }
    }
    live.close()
    expect(new Set(fetched)).toEqual(new Set(['https://example.okta.com/oauth2/default/v1/keys']))
  })
})

describe('a token without kid', async () => {
  const keys = await Promise.all([1, 2, 3, 4].map((number) => signingKey('ES256', `key${number}`)))

  it.each([0, 1, 2])('of RFC 9068 is tried on the compatible keys: key %i', async (index) => {
    const rsa = await signingKey('RS256')
    expect(
      await judged(await makeToken({ key: keys[index] as SigningKey, header: RFC9068 }), rsa, ...keys),
    ).toBe('accepted')
  })

  it('is tried on three keys at most', async () => {
    expect(await judged(await makeToken({ key: keys[3] as SigningKey, header: RFC9068 }), ...keys)).toBe(
      'signature_invalid',
    )
    const other = await signingKey('ES256', 'other')
    expect(await judged(await makeToken({ key: other, header: RFC9068 }), ...keys)).toBe('signature_invalid')
  })

  it('is tried on keys without kid, and on a key named blabla', async () => {
    const [key] = keys as [SigningKey]
    const token = await makeToken({ key, header: RFC9068 })
    expect(await judged(token, without(key.jwk, 'kid'))).toBe('accepted')
    expect(await judged(token, { ...key.jwk, kid: 'blabla' })).toBe('accepted')
  })

  it('is refused where no key is compatible', async () => {
    const token = await makeToken({ header: RFC9068 })
    expect(await judged(token, await signingKey('RS256'))).toBe('key_unknown')
  })

  it('is refused in the profile okta, which demands a kid', async () => {
    for (const typ of [undefined, 'JWT']) {
      expect(
        await judged(await makeToken({ header: { kid: undefined, typ } }), await signingKey('ES256')),
      ).toBe('key_id_missing')
    }
  })

  it('is not tried on anything but the named key once it has a kid', async () => {
    const [key, other] = keys as [SigningKey, SigningKey]
    expect(await judged(await makeToken({ key, header: { kid: other.kid } }), ...keys)).toBe(
      'signature_invalid',
    )
  })

  it.each([
    '',
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
  ])('is not what one with a strange kid is: %j', async (kid) => {
    const key = await signingKey('ES256')
    expect(await judged(await makeToken({ header: { kid } }), key)).toBe('key_unknown')
    expect(await judged(await makeToken({ header: { kid } }), { ...key.jwk, kid })).toBe('accepted')
  })
})

describe('a weak or broken key verifies nothing', () => {
  const published = async (publicKey: KeyObject, own: JWK): Promise<JWK> => ({
    ...(await exportJWK(publicKey)),
    ...own,
  })

  it.each([512, 1_024, 2_047])('RSA of %i bit', async (modulusLength) => {
    const pair = generateKeyPairSync('rsa', { modulusLength })
    const key = { ...(await signingKey('RS256')), ...pair, kid: 'weak' }
    const jwk = await published(pair.publicKey, { kid: 'weak', alg: 'RS256' })
    expect(await judged(await makeToken({ key }), jwk)).toBe('key_unsuitable')
  })

  it('RSA with the exponent 1, to which the padded message itself is a signature', async () => {
    const key = await signingKey('RS256')
    const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')
    const input = (await makeToken({ key })).split('.').slice(0, 2).join('.')
    const digest = createHash('sha256').update(input).digest()
    const padding = Buffer.alloc(256 - 3 - digestInfo.length - digest.length, 0xff)
    const block = Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo, digest])
    const token = `${input}.${base64url(block)}`
    for (const e of ['AQ', 'AAAB', 'AAEB', 'AA', 'Ag', '']) {
      const code = await judged(token, { ...key.jwk, e })
      expect(['key_unsuitable', 'signature_invalid']).toContain(code)
    }
    expect(await judged(token, { ...key.jwk, e: 'AQ' })).toBe('key_unsuitable')
  })

  it.each([
    ['a point off the curve', { y: base64url(Buffer.alloc(32, 1)) }],
    ['the point at zero', { x: base64url(Buffer.alloc(32)), y: base64url(Buffer.alloc(32)) }],
    ['a coordinate beyond the field', { x: base64url(Buffer.alloc(32, 0xff)) }],
    ['a coordinate too short', { x: base64url(Buffer.alloc(31, 1)) }],
    ['a coordinate too long', { x: base64url(Buffer.alloc(33, 1)) }],
    ['no coordinate', { y: undefined }],
    ['a coordinate that is no base64url', { y: '!!!' }],
    ['a coordinate that is empty', { x: '' }],
  ])('EC with %s', async (_title, own) => {
    const key = await signingKey('ES256')
    expect(await judged(await makeToken({ key }), { ...key.jwk, ...own } as JWK)).toBe('key_unsuitable')
  })

  it.each([
    ['no x', { x: undefined }, 'EdDSA'],
    ['an x too short', { x: 'AQ' }, 'EdDSA'],
    ['no modulus', { n: undefined }, 'RS256'],
    ['an empty modulus', { n: '' }, 'RS256'],
    ['a modulus of zeros', { n: base64url(Buffer.alloc(256)) }, 'RS256'],
    ['no exponent', { e: undefined }, 'RS256'],
  ])('%s', async (_title, own, algorithm) => {
    const key = await signingKey(algorithm)
    expect(await judged(await makeToken({ key }), { ...key.jwk, ...own } as JWK)).toBe('key_unsuitable')
  })

  it('not even of a small order, whatever the signature', async () => {
    const key = await signingKey('EdDSA')
    const token = await makeToken({ key })
    for (const x of [Buffer.alloc(32), Buffer.concat([Buffer.from([1]), Buffer.alloc(31)])]) {
      const code = await judged(token, { ...key.jwk, x: base64url(x) })
      expect(['key_unsuitable', 'signature_invalid']).toContain(code)
    }
  })

  it('but a good one of the same kid beside it does', async () => {
    const key = await signingKey('ES256')
    const broken = { ...key.jwk, y: base64url(Buffer.alloc(32, 1)) }
    expect(await judged(await makeToken({ key }), broken, key)).toBe('accepted')
  })
})

describe('members of a key set that are passed over:', () => {
  it.each<[string, (key: SigningKey) => unknown]>([
    ['a private key', ({ privateKey, jwk }) => ({ ...privateKey.export({ format: 'jwk' }), kid: jwk.kid })],
    ['a key for encryption', ({ jwk }) => ({ ...jwk, use: 'enc' })],
    ['a key of another use', ({ jwk }) => ({ ...jwk, use: 1 })],
    ['a key whose operations leave verifying out', ({ jwk }) => ({ ...jwk, key_ops: ['encrypt'] })],
    ['a key of an unknown type', ({ jwk }) => ({ ...jwk, kty: 'PQC' })],
    ['a key of a type in the wrong case', ({ jwk }) => ({ ...jwk, kty: 'ec' })],
    ['a key without a type', ({ jwk }) => without(jwk, 'kty')],
    ['a key of an unknown curve', ({ jwk }) => ({ ...jwk, crv: 'secp256k1' })],
    ['a key of an unknown curve without alg', ({ jwk }) => ({ ...without(jwk, 'alg'), crv: 'secp256k1' })],
    ['a key whose curve is a method of objects', ({ jwk }) => ({ ...without(jwk, 'alg'), crv: 'toString' })],
    ['a key of no curve', ({ jwk }) => without(jwk, 'alg', 'crv')],
    ['a key whose type and curve disagree', ({ jwk }) => ({ ...without(jwk, 'alg'), kty: 'OKP' })],
    ['a key whose alg is not its own', ({ jwk }) => ({ ...jwk, alg: 'RS256' })],
    ['a key whose alg is for encryption', ({ jwk }) => ({ ...jwk, alg: 'ECDH-ES' })],
    ['a key whose alg is symmetric', ({ jwk }) => ({ ...jwk, alg: 'HS256' })],
    ['a key whose alg is none', ({ jwk }) => ({ ...jwk, alg: 'none' })],
    ['a key whose alg is a number', ({ jwk }) => ({ ...jwk, alg: 256 })],
    ['a key whose kid is a number', ({ jwk }) => ({ ...jwk, kid: 1 })],
    ['ML-DSA without alg', ({ jwk }) => ({ kty: 'AKP', pub: 'AA', kid: jwk.kid })],
    ['a coordinate that is a number', ({ jwk }) => ({ ...jwk, y: 1 })],
    ['a coordinate that is a list', ({ jwk }) => ({ ...jwk, x: [jwk.x] })],
    ['null', () => null],
    ['text', () => 'key'],
    ['a list', () => []],
  ])('%s', async (_title, make) => {
    const [key, other] = [await signingKey('ES256'), await signingKey('RS256')]
    const member = make(key) as JWK
    expect(await judged(await makeToken({ key }), member, other)).toBe('key_unknown')
    expect(await judged(await makeToken({ key: other }), member, other)).toBe('accepted')
  })

  it('so a set of nothing else is a wrong configuration', async () => {
    const { privateKey } = await signingKey('ES256')
    const jwks = { keys: [privateKey.export({ format: 'jwk' }) as JWK] }
    await expect(makeVerifier({ jwks })).rejects.toMatchObject({ name: 'ConfigurationError', option: 'jwks' })
  })
})
