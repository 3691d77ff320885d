import { createHmac } from 'node:crypto'
import {
  accessTokenClaims,
  base64url,
  keySet,
  outcomeOf,
  signingKey,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier } from '../../src/index.ts'
import { ALGORITHMS } from '../../src/options/algorithms.ts'
import { outcomeWith, without } from '../support/published.ts'

const isRsa = (algorithm: string): boolean => /^[RP]S/.test(algorithm)
const isMlDsa = (algorithm: string): boolean => algorithm.startsWith('ML-DSA')

async function isSupported(algorithm: string): Promise<boolean> {
  if (!isMlDsa(algorithm)) return true
  return generateKeyPair(algorithm).then(
    () => true,
    () => false,
  )
}
const supported: string[] = []
for (const algorithm of [...ALGORITHMS, 'EdDSA']) if (await isSupported(algorithm)) supported.push(algorithm)

/** The signing input of a token: everything before the signature. */
const inputOf = (token: string): string => token.slice(0, token.lastIndexOf('.'))
const withSignature = (token: string, signature: Uint8Array): string =>
  `${inputOf(token)}.${base64url(signature)}`

describe('every asymmetric algorithm', () => {
  it.each(supported)('%s is accepted', async (algorithm) => {
    const key = signingKey(algorithm)
    expect(await outcomeWith(signToken({ key }), key)).toBe('accepted')
  })

  it.each(supported)('%s is accepted if the token was signed by jose', async (algorithm) => {
    const key = signingKey(algorithm)
    const token = await new SignJWT(accessTokenClaims())
      .setProtectedHeader({ alg: algorithm, kid: key.kid })
      .sign(key.privateKey)
    expect(await outcomeWith(token, key)).toBe('accepted')
  })

  it.each(supported)('%s is refused if one bit of the signature is changed', async (algorithm) => {
    const key = signingKey(algorithm)
    const token = signToken({ key })
    const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
    signature[7] = (signature[7] as number) ^ 1
    expect(await outcomeWith(withSignature(token, signature), key)).toBe('signature_invalid')
  })

  it.each(supported.filter((algorithm) => !isMlDsa(algorithm) && !isRsa(algorithm)))(
    '%s is implied by the type of a key without alg',
    async (algorithm) => {
      const key = signingKey(algorithm)
      expect(await outcomeWith(signToken({ key }), without(key.jwk, 'alg', 'use'))).toBe('accepted')
    },
  )
})

describe('the option algorithms', () => {
  const outcome = (algorithms: readonly string[], token: string, ...keys: object[]): Promise<string> => {
    const options = { ...verifierOptions(), jwks: { keys }, algorithms }
    return outcomeOf(createAccessTokenVerifier(options).verify(token))
  }

  it('refuses algorithms that are not listed', async () => {
    const [ec, rsa] = [signingKey('ES256'), signingKey('RS256')]
    const keys = [ec.jwk, rsa.jwk]
    expect(await outcome(['RS256'], signToken({ key: rsa }), ...keys)).toBe('accepted')
    expect(await outcome(['RS256'], signToken({ key: ec }), ...keys)).toBe('algorithm_not_allowed')
  })

  const key = signingKey('EdDSA')
  const NAMES = ['EdDSA', 'Ed25519']
  const combinations = NAMES.flatMap((option) =>
    NAMES.flatMap((header) => [...NAMES, undefined].map((published) => [option, header, published] as const)),
  )

  it.each(combinations)(
    "['%s'] accepts a token with alg %s and a key with alg %s",
    async (option, alg, published) => {
      const jwk = { ...without(key.jwk, 'alg'), ...(published !== undefined && { alg: published }) }
      expect(await outcome([option], signToken({ key, header: { alg } }), jwk)).toBe('accepted')
    },
  )

  it.each(NAMES)("['%s'] refuses other algorithms", async (option) => {
    const other = signingKey('ES256')
    expect(await outcome([option], signToken({ key: other }), key.jwk, other.jwk)).toBe(
      'algorithm_not_allowed',
    )
  })
})

describe('no algorithm at all', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', 'nonE', ' none', 'none\u0000', ''])(
    'is refused: %j',
    async (alg) => {
      const key = signingKey('RS256')
      const token = signToken({ key, header: { alg } })
      expect(await outcomeWith(token, key)).toBe('algorithm_not_allowed')
      expect(await outcomeWith(withSignature(token, Buffer.alloc(1)), key)).toBe('algorithm_not_allowed')
      expect(await outcomeWith(withSignature(token, Buffer.alloc(0)), key)).toBe('token_malformed')
    },
  )
})

describe('an unknown algorithm', () => {
  it.each([
    'rs256',
    'Rs256',
    'RS256 ',
    'RS1',
    'RS257',
    'ES256K',
    'Ed448',
    'constructor',
    '__proto__',
    'RSA-OAEP',
    'dir',
  ])('is refused: %j', async (alg) => {
    const key = signingKey('RS256')
    expect(await outcomeWith(signToken({ key, header: { alg } }), key)).toBe('algorithm_not_allowed')
  })
})

describe('a public key as an HMAC secret', () => {
  const { publicKey, jwk } = signingKey('RS256')
  const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const secrets: Readonly<Record<string, string | Buffer>> = {
    'SPKI PEM': spki,
    'SPKI PEM without the last line break': spki.trimEnd(),
    'SPKI PEM with CRLF': spki.replaceAll('\n', '\r\n'),
    'SPKI DER': publicKey.export({ type: 'spki', format: 'der' }),
    'PKCS #1 PEM': publicKey.export({ type: 'pkcs1', format: 'pem' }),
    'PKCS #1 DER': publicKey.export({ type: 'pkcs1', format: 'der' }),
    'the JWK as JSON': JSON.stringify(jwk),
    'the JWK Set as JSON': JSON.stringify({ keys: [jwk] }),
    'the modulus as text': jwk.n as string,
    'the modulus': Buffer.from(jwk.n as string, 'base64url'),
    'the kid': jwk.kid,
    'an empty secret': '',
  }
  const hmac = (input: string, hash: string, secret: string | Buffer): string =>
    `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`

  it.each(['HS256', 'HS384', 'HS512', 'hs256', 'RS256'])(
    'is refused in every encoding with alg %s',
    async (alg) => {
      const key = signingKey('RS256')
      const input = inputOf(signToken({ key, header: { alg } }))
      const expected = alg === 'RS256' ? 'signature_invalid' : 'algorithm_not_allowed'
      for (const [encoding, secret] of Object.entries(secrets)) {
        const token = hmac(input, `sha${/\d+$/.exec(alg)?.[0]}`, secret)
        expect(await outcomeWith(token, key), encoding).toBe(expected)
      }
    },
  )

  it('is refused even if the JWK Set contains a symmetric key', async () => {
    const key = signingKey('RS256')
    const k = base64url('a secret of thirty-two characters')
    for (const alg of ['HS256', 'RS256']) {
      const input = inputOf(signToken({ key, header: { alg, kid: 'sym' } }))
      const token = hmac(input, 'sha256', Buffer.from(k, 'base64url'))
      for (const own of [{ alg: 'HS256' }, { alg: 'RS256' }, {}]) {
        const outcome = await outcomeWith(token, ...keySet(key, { kty: 'oct', k, kid: 'sym', ...own }).keys)
        expect(outcome).toBe(alg === 'HS256' ? 'algorithm_not_allowed' : 'key_unknown')
      }
    }
  })
})

// OpenSSL accepts it, which would give one token in 256 a second form.
it.each(['PS256', 'PS384', 'PS512'])(
  'a signature of %s without its leading zero byte is refused',
  async (algorithm) => {
    const key = signingKey(algorithm)
    const signatureIn = (token: string): Buffer =>
      Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
    let token = signToken({ key })
    // A new salt makes each signature another one.
    while (signatureIn(token)[0] !== 0) token = signToken({ key })

    expect(await outcomeWith(token, key)).toBe('accepted')
    expect(await outcomeWith(withSignature(token, signatureIn(token).subarray(1)), key)).toBe(
      'signature_invalid',
    )
  },
)
