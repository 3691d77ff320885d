import { createHmac } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { ALL_ALGORITHMS } from '../src/algorithms.ts'
import { keySet, signingKey, without } from './support/keys.ts'
import { base64url, judged, makeToken, makeVerifier, oktaClaims, outcome } from './support/tokens.ts'

const ES256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const ED25519_ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n

const isRsa = (algorithm: string): boolean => /^[RP]S/.test(algorithm)
const supported = await Promise.all(
  [...ALL_ALGORITHMS].map((algorithm) =>
    isRsa(algorithm)
      ? algorithm
      : generateKeyPair(algorithm).then(
          () => algorithm,
          () => '',
        ),
  ),
).then((algorithms) => algorithms.filter((algorithm) => algorithm !== ''))

function withSignature(token: string, signature: Uint8Array): string {
  return `${token.slice(0, token.lastIndexOf('.') + 1)}${base64url(signature)}`
}

function signatureIn(token: string): Buffer {
  return Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
}

const bigEndian = (value: bigint, bytes: number): Buffer =>
  Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')

describe('every asymmetric algorithm', () => {
  it('is supported by this runtime, but for ML-DSA on an older one', () => {
    const classic = [...ALL_ALGORITHMS].filter((algorithm) => !algorithm.startsWith('ML-DSA'))
    expect(supported).toEqual(expect.arrayContaining(classic))
  })

  it.each(supported)('%s is accepted', async (algorithm) => {
    const key = await signingKey(algorithm)
    expect(await judged(await makeToken({ key }), key)).toBe('accepted')
  })

  it.each(supported)('%s as jose signs it is accepted', async (algorithm) => {
    const key = await signingKey(algorithm)
    const header = { alg: algorithm, kid: key.kid }
    const token = await new SignJWT(oktaClaims()).setProtectedHeader(header).sign(key.privateKey)
    expect(await judged(token, key)).toBe('accepted')
  })

  it.each(supported)('%s with one bit of the signature changed is refused', async (algorithm) => {
    const key = await signingKey(algorithm)
    const token = await makeToken({ key })
    const signature = signatureIn(token)
    signature[7] = (signature[7] as number) ^ 1
    expect(await judged(withSignature(token, signature), key)).toBe('signature_invalid')
  })

  it.each(supported.filter((algorithm) => !algorithm.startsWith('ML-DSA') && !isRsa(algorithm)))(
    '%s is what the type of a key without alg implies',
    async (algorithm) => {
      const key = await signingKey(algorithm)
      expect(await judged(await makeToken({ key }), without(key.jwk, 'alg', 'use'))).toBe('accepted')
    },
  )

  it('can be narrowed down by the option algorithms', async () => {
    const [ec, rsa] = await Promise.all([signingKey('ES256'), signingKey('RS256')])
    const verifier = await makeVerifier({ jwks: keySet(ec, rsa), algorithms: ['RS256'] })
    expect(await outcome(async () => verifier.verify(await makeToken({ key: rsa })))).toBe('accepted')
    expect(await outcome(async () => verifier.verify(await makeToken({ key: ec })))).toBe(
      'algorithm_not_allowed',
    )
  })
})

describe('no algorithm at all', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', 'nonE', ' none', 'none\u0000', ''])(
    'is refused: %j',
    async (alg) => {
      const key = await signingKey('RS256')
      const token = await makeToken({ key, header: { alg } })
      expect(await judged(token, key)).toBe('algorithm_not_allowed')
      expect(await judged(withSignature(token, Buffer.alloc(1)), key)).toBe('algorithm_not_allowed')
      expect(await judged(withSignature(token, Buffer.alloc(0)), key)).toBe('token_malformed')
    },
  )

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
  ])('nor is one that is not known: %j', async (alg) => {
    const key = await signingKey('RS256')
    expect(await judged(await makeToken({ key, header: { alg } }), key)).toBe('algorithm_not_allowed')
  })
})

describe('the public key taken for an HMAC secret', () => {
  const forms = async (): Promise<Record<string, string | Buffer>> => {
    const { publicKey, jwk } = await signingKey('RS256')
    const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string
    const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'pem' }) as string
    return {
      'SPKI PEM': spki,
      'SPKI PEM without the line break': spki.trimEnd(),
      'SPKI PEM with CRLF': spki.replaceAll('\n', '\r\n'),
      'SPKI DER': publicKey.export({ type: 'spki', format: 'der' }),
      'PKCS #1 PEM': pkcs1,
      'PKCS #1 DER': publicKey.export({ type: 'pkcs1', format: 'der' }),
      'the JWK as JSON': JSON.stringify(jwk),
      'the JWK Set as JSON': JSON.stringify({ keys: [jwk] }),
      'the modulus as text': jwk.n as string,
      'the modulus': Buffer.from(jwk.n as string, 'base64url'),
      'the key id': jwk.kid as string,
      nothing: '',
    }
  }

  it.each(['HS256', 'HS384', 'HS512', 'hs256', 'RS256'])(
    'is refused in every form with alg %s',
    async (alg) => {
      const key = await signingKey('RS256')
      const input = (await makeToken({ key, header: { alg } })).split('.').slice(0, 2).join('.')
      for (const [form, secret] of Object.entries(await forms())) {
        const hash = `sha${/\d+$/.exec(alg)?.[0]}`
        const token = `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`
        expect(await judged(token, key), form).toBe(
          alg === 'RS256' ? 'signature_invalid' : 'algorithm_not_allowed',
        )
      }
    },
  )

  it('is refused too where the set holds a symmetric key', async () => {
    const key = await signingKey('RS256')
    const k = base64url('a secret of thirty-two characters')
    for (const alg of ['HS256', 'RS256']) {
      const input = (await makeToken({ key, header: { alg, kid: 'sym' } })).split('.').slice(0, 2).join('.')
      const mac = createHmac('sha256', Buffer.from(k, 'base64url')).update(input).digest('base64url')
      for (const own of [{ alg: 'HS256' }, { alg: 'RS256' }, {}]) {
        const code = await judged(`${input}.${mac}`, key, { kty: 'oct', k, kid: 'sym', ...own })
        expect(code).toBe(alg === 'HS256' ? 'algorithm_not_allowed' : 'key_unknown')
      }
    }
  })
})

describe('an ECDSA signature', async () => {
  const key = await signingKey('ES256')
  const token = await makeToken({ key })
  const genuine = signatureIn(token)
  const [r, s] = [genuine.subarray(0, 32), genuine.subarray(32)]
  const zero = Buffer.alloc(32)
  const order = bigEndian(ES256_ORDER, 32)
  const der = (): Buffer => {
    const integer = (bytes: Buffer): Buffer => {
      const positive = (bytes[0] as number) > 127 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
      return Buffer.concat([Buffer.from([2, positive.length]), positive])
    }
    const body = Buffer.concat([integer(r), integer(s)])
    return Buffer.concat([Buffer.from([0x30, body.length]), body])
  }

  it.each([
    ['of zeros (CVE-2022-21449)', Buffer.concat([zero, zero])],
    ['whose r is zero', Buffer.concat([zero, s])],
    ['whose s is zero', Buffer.concat([r, zero])],
    ['of the order of the curve', Buffer.concat([order, order])],
    ['of ones', Buffer.concat([bigEndian(1n, 32), bigEndian(1n, 32)])],
    ['of all bits', Buffer.alloc(64, 0xff)],
    ['truncated by a byte', genuine.subarray(0, 63)],
    ['truncated to half', r],
    ['truncated to a byte', genuine.subarray(0, 1)],
    ['extended by a byte', Buffer.concat([genuine, Buffer.alloc(1)])],
    ['extended before', Buffer.concat([Buffer.alloc(1), genuine])],
    ['with zeros before each half', Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s])],
    ['twice', Buffer.concat([genuine, genuine])],
    ['with its halves exchanged', Buffer.concat([s, r])],
    ['in DER', der()],
  ])('%s is refused', async (_title, signature) => {
    expect(await judged(withSignature(token, signature), key)).toBe('signature_invalid')
  })

  // (r, n − s) is as valid a signature as (r, s) to RFC 7518 §3.4, which has no low-S rule, and signers do make
  // high values of s. Whoever makes the twin needs the token first, and it says nothing that the token does not:
  // same header, same claims, same expiry. Only a list of tokens by their text would be fooled, and there is none:
  // the token cache keeps acceptances, never refusals.
  it('and its malleable twin are both accepted, as one token in all that it says', async () => {
    const twin = Buffer.concat([r, bigEndian(ES256_ORDER - BigInt(`0x${s.toString('hex')}`), 32)])
    const verifier = await makeVerifier({ jwks: keySet(key) })
    const other = withSignature(token, twin)
    expect(other).not.toBe(token)
    expect(await verifier.verify(other)).toEqual(await verifier.verify(token))
  })
})

describe('a signature of another algorithm', () => {
  it('by RSA is refused when zero, one, truncated, extended or raised by the modulus', async () => {
    const key = await signingKey('RS256')
    const token = await makeToken({ key })
    const genuine = signatureIn(token)
    const modulus = BigInt(`0x${Buffer.from(key.jwk.n as string, 'base64url').toString('hex')}`)
    const raised = BigInt(`0x${genuine.toString('hex')}`) + modulus
    for (const signature of [
      Buffer.alloc(256),
      bigEndian(1n, 256),
      bigEndian(modulus - 1n, 256),
      bigEndian(modulus, 256),
      genuine.subarray(0, 255),
      genuine.subarray(1),
      Buffer.concat([genuine, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), genuine]),
      bigEndian(raised, raised >> 2_048n === 0n ? 256 : 257),
      Buffer.alloc(1),
    ]) {
      expect(await judged(withSignature(token, signature), key)).toBe('signature_invalid')
    }
  })

  it('by Ed25519 is refused when zero, truncated, extended or raised by the order (RFC 8032 §5.1.7)', async () => {
    const key = await signingKey('EdDSA')
    const token = await makeToken({ key })
    const genuine = signatureIn(token)
    const scalar = BigInt(`0x${Buffer.from(genuine.subarray(32)).reverse().toString('hex')}`)
    const raised = Buffer.concat([genuine.subarray(0, 32), bigEndian(scalar + ED25519_ORDER, 32).reverse()])
    for (const signature of [
      Buffer.alloc(64),
      genuine.subarray(0, 63),
      Buffer.concat([genuine, Buffer.alloc(1)]),
      raised,
      Buffer.alloc(1),
    ]) {
      expect(await judged(withSignature(token, signature), key)).toBe('signature_invalid')
    }
  })

  it('of another token is refused', async () => {
    const key = await signingKey('ES256')
    const [one, two] = [await makeToken({ key }), await makeToken({ key, claims: { sub: 'admin' } })]
    expect(await judged(withSignature(two, signatureIn(one)), key)).toBe('signature_invalid')
    const [header, , signature] = one.split('.')
    expect(await judged(`${header}.${two.split('.')[1]}.${signature}`, key)).toBe('signature_invalid')
    expect(
      await judged(
        `${base64url(`{"alg":"ES256","kid":"${key.kid}","a":1}`)}.${one.split('.').slice(1).join('.')}`,
        key,
      ),
    ).toBe('signature_invalid')
  })
})
