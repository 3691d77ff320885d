import { generateKeyPairSync, KeyObject, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { base64url, judge, type Signer, signer, tokenOf } from './signed-tokens.ts'

const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

test('tokens of each asymmetric algorithm are accepted, RS256 and ES256 among them [RFC7519-8-recommended] [RFC9068-2.1-rs256] [RFC8725-3.2-agility]', async () => {
  for (const algorithm of ASYMMETRIC) {
    const key = await signer(algorithm)
    expect([algorithm, await judge(await tokenOf({ key }), {}, key.jwk)]).toEqual([algorithm, 'accepted'])
  }
})

test('where algorithms are listed, a good signature of another one is refused [RFC7515-5.2-acceptable] [RFC7519-7.2-acceptable] [RFC8725-3.1-caller] [RFC8725-3.1-no-other]', async () => {
  const [rs256, es256] = [await signer('RS256'), await signer('ES256')]
  const options = { algorithms: ['RS256'] }

  expect(await judge(await tokenOf({ key: rs256 }), options, rs256.jwk, es256.jwk)).toBe('accepted')
  expect(await judge(await tokenOf({ key: es256 }), options, rs256.jwk, es256.jwk)).toBe(
    'algorithm_not_allowed',
  )
})

test('no symmetric algorithm and not none can be listed [RFC8725-3.2-none] [RFC8725-3.2-current] [RFC8725-3.2-rsa1_5] [RFC8725-3.5-passwords]', async () => {
  for (const algorithm of ['none', 'HS256', 'HS384', 'HS512', 'dir', 'A128KW', 'RS1', 'RSA1_5', 'es256']) {
    await expect(judge(await tokenOf(), { algorithms: [algorithm] })).rejects.toMatchObject({
      name: 'ConfigurationError',
      option: 'algorithms',
    })
  }
})

test('a key is used with its own algorithm alone, though its type would serve others [RFC8725-3.1-one-per-key]', async () => {
  const key = await signer('RS256')
  for (const algorithm of ['PS256', 'RS384', 'RS512', 'PS512']) {
    const token = await tokenOf({ key: { ...key, algorithm } })
    expect(await judge(token, {}, key.jwk)).toBe('key_unsuitable')
  }
  const { alg: _, ...unmarked } = key.jwk
  expect(await judge(await tokenOf({ key }), {}, unmarked)).toBe('accepted')
  expect(await judge(await tokenOf({ key: { ...key, algorithm: 'PS256' } }), {}, unmarked)).toBe(
    'key_unsuitable',
  )
})

test('a signature over another digest than the alg names is refused [RFC7515-10.6-digest] [RFC8725-3.1-same]', async () => {
  const key = await signer('RS256')
  const [header, payload] = (await tokenOf({ key })).split('.')
  for (const digest of ['sha1', 'sha384', 'sha512']) {
    const signature = base64url(sign(digest, Buffer.from(`${header}.${payload}`), key.privateKey))
    expect(await judge(`${header}.${payload}.${signature}`, {}, key.jwk)).toBe('signature_invalid')
  }
})

test('points off the curve, at infinity and of another curve are no keys [RFC8725-3.4-inputs]', async () => {
  const { jwk, ...key } = await signer('ES256')
  const coordinate = base64url(Buffer.alloc(32, 1))
  const zero = base64url(Buffer.alloc(32))
  const p384 = (await signer('ES384')).jwk
  for (const point of [
    { x: coordinate, y: coordinate },
    { x: zero, y: zero },
    { x: jwk.x, y: jwk.x },
    { x: p384.x, y: p384.y },
    { x: '', y: '' },
    { crv: 'P-384' },
    { crv: 'P-192' },
    { y: undefined },
  ]) {
    const token = await tokenOf({ key: { jwk, ...key } })
    const sound = (await signer('RS256')).jwk
    expect(['key_unsuitable', 'key_unknown']).toContain(await judge(token, {}, { ...jwk, ...point }, sound))
  }
})

async function rsaSigner(modulusLength: number, publicExponent = 65_537): Promise<Signer> {
  const pair = generateKeyPairSync('rsa', { modulusLength, publicExponent })
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256', use: 'sig' }
  return { algorithm: 'RS256', kid: 'weak', ...pair, jwk } as Signer
}

test('RSA keys below 2048 bit are not used [RFC8725-3.5-entropy]', async () => {
  const sound = (await signer('RS256')).jwk
  for (const bits of [1_024, 2_040]) {
    const weak = await rsaSigner(bits)
    expect(await judge(await tokenOf({ key: weak }), {}, weak.jwk, sound)).toBe('key_unsuitable')
  }
})

test('an RSA key with the exponent 1, under which anybody signs, is not used [RFC8725-3.5-entropy]', async () => {
  const sound = await signer('RS256')
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), e: 'AQ', kid: 'trivial', alg: 'RS256', use: 'sig' }
  expect(publicKey).toBeInstanceOf(KeyObject)
  const token = await tokenOf({ key: { ...sound, kid: 'trivial' } })
  expect(await judge(token, {}, jwk, sound.jwk)).toBe('key_unsuitable')
})

test('a kid of any content is looked up as text and nothing more [RFC8725-3.10-kid]', async () => {
  for (const kid of [
    '__proto__',
    'constructor',
    'toString',
    '../../dev/null',
    "' OR 1=1 --",
    '*)(uid=*',
    '\0',
    '$(id)',
    'https://attacker.example/key',
    '',
    'k'.repeat(8_000),
  ]) {
    expect(await judge(await tokenOf({ header: { kid } }))).toBe('key_unknown')
  }
})
