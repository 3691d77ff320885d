import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { JSONWebKeySet } from 'jose'
import { selfSignedCertificate } from '../hostile-authorization-server/index.ts'
import { base64url, type Signer, signer } from '../specification/signed-tokens.ts'

/** What the workshop signs with, and what its server publishes. */
export interface Keys {
  readonly signers: ReadonlyMap<string, Signer>
  readonly jwks: JSONWebKeySet
}

type Jwk = Readonly<Record<string, unknown>>

interface Pair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The key under a name of its own, published with what differs. */
function named(kid: string, algorithm: string, { privateKey, publicKey }: Pair, differs: Jwk = {}): Signer {
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig', ...differs }
  return { kid, algorithm, privateKey, publicKey, jwk: JSON.parse(JSON.stringify(jwk)) }
}

const rsaOf = (modulusLength: number): Promise<Pair> => promisify(generateKeyPair)('rsa', { modulusLength })
const ecOf = (namedCurve: string): Promise<Pair> => promisify(generateKeyPair)('ec', { namedCurve })

/** The whole key, as nobody should publish it. */
function opened(kid: string, algorithm: string, pair: Pair): Signer {
  return named(kid, algorithm, pair, { ...pair.privateKey.export({ format: 'jwk' }) })
}

/** The first certificate of a chain, as it stands in `x5c` (RFC 7517 §4.7). */
export const derOf = (pem: string): string => pem.replace(/-----.*-----|\s/g, '')

function certified(): Signer {
  const { cert, key } = selfSignedCertificate()
  const pair = { privateKey: createPrivateKey(key), publicKey: createPublicKey(cert) }
  return named('certified', 'ES256', pair, { x5c: [derOf(cert)] })
}

function flipped(coordinate: string): string {
  const bytes = Buffer.from(coordinate, 'base64url')
  bytes[31] = (bytes[31] as number) ^ 1
  return base64url(bytes)
}

const ZERO = base64url(Buffer.alloc(32))
/** The neutral element of Ed25519, encoded (RFC 8032 §5.1.2). */
const NEUTRAL = base64url(Buffer.concat([Buffer.of(1), Buffer.alloc(31)]))
const BEYOND = base64url(Buffer.alloc(32, 0xff))

/** Keys that are not what they seem, but for their names like the sound ones. */
function unfit(rsa: Pair, ec: Pair, ed: Pair, small: Pair, odd: Pair, koblitz: Pair): Signer[] {
  const { x, y } = ec.publicKey.export({ format: 'jwk' }) as { x: string; y: string }
  const rs = (kid: string, differs: Jwk): Signer => named(kid, 'RS256', rsa, differs)
  const es = (kid: string, differs: Jwk): Signer => named(kid, 'ES256', ec, differs)
  return [
    named('rsa of 1024 bit', 'RS256', small),
    named('rsa of 2047 bit', 'RS256', odd),
    rs('exponent 1', { e: 'AQ' }),
    rs('exponent 1 behind zeros', { e: 'AAAB' }),
    rs('no modulus', { n: undefined }),
    rs('modulus of zeros', { n: base64url(Buffer.alloc(256)) }),
    es('off the curve', { y: flipped(y) }),
    es('coordinates exchanged', { x: y, y: x }),
    es('point at zero', { x: ZERO, y: ZERO }),
    es('beyond the field', { x: BEYOND }),
    es('coordinate too long', { x: base64url(Buffer.alloc(4_096, 1)) }),
    es('no coordinate', { y: undefined }),
    named('small order', 'EdDSA', ed, { x: NEUTRAL }),
    opened('private rsa', 'RS256', rsa),
    opened('private ec', 'ES256', ec),
    opened('private ed25519', 'EdDSA', ed),
    rs('symmetric member', { k: base64url('secret') }),
    rs('for encryption', { use: 'enc' }),
    rs('for other operations', { key_ops: ['encrypt'] }),
    rs('symmetric alg', { alg: 'HS256' }),
    rs('alg none', { alg: 'none' }),
    rs('alg of encryption', { alg: 'RSA-OAEP-256' }),
    rs('modulus in a list', { n: [rsa.publicKey.export({ format: 'jwk' }).n] }),
    es('alg of another type', { alg: 'RS256' }),
    es('type in lower case', { kty: 'ec' }),
    es('curve of another alg', { crv: 'P-384' }),
    named('unknown curve', 'ES256', koblitz, { crv: 'secp256k1' }),
  ]
}

/** Members of the key set with which nobody signs. */
const MEMBERS: readonly unknown[] = [
  { kty: 'oct', kid: 'oct', alg: 'HS256', use: 'sig', k: base64url('secret') },
  { kty: 'oct', kid: 'oct as rsa', alg: 'RS256', k: base64url('secret') },
  { kty: 'oct', kid: 'oct without alg', k: base64url('secret') },
  { kty: 'RSA', kid: 7, alg: 'RS256', n: 'AQAB', e: 'AQAB' },
  null,
  'key',
  [],
]

/** RSA keys take long to make, so that some share their material. */
export async function makeKeys(): Promise<Keys> {
  const [rsa, pss, ec, ed, small, odd, koblitz, stranger, p384] = await Promise.all([
    signer('RS256', 'workshop'),
    signer('PS256', 'workshop'),
    signer('ES256', 'workshop'),
    signer('EdDSA', 'workshop'),
    rsaOf(1_024),
    rsaOf(2_047),
    ecOf('secp256k1'),
    ecOf('P-256'),
    ecOf('P-384'),
  ])
  const published = [
    named('rs256', 'RS256', rsa),
    named('ps256', 'PS256', pss),
    named('rsa without alg', 'RS256', rsa, { alg: undefined }),
    named('second algorithm', 'PS256', rsa),
    named('es256', 'ES256', ec),
    named('es384', 'ES384', p384),
    named('ec without alg', 'ES256', ec, { alg: undefined }),
    named('eddsa', 'EdDSA', ed),
    certified(),
    ...unfit(rsa, ec, ed, small, odd, koblitz),
  ]
  const signers = [...published, named('stranger', 'ES256', stranger)]
  return {
    signers: new Map(signers.map((key) => [key.kid, key])),
    jwks: { keys: [...MEMBERS, ...published.map(({ jwk }) => jwk)] } as JSONWebKeySet,
  }
}
