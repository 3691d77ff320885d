import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { base64url, type KeyPair } from '@okta-resource-server/testing'
import type { JSONWebKeySet, JWK } from 'jose'
import { selfSignedCertificate } from '../hostile-authorization-server/index.ts'

/** A key pair that the workshop signs with. What is published of it may differ from its public key. */
export interface WorkshopKey extends KeyPair {
  readonly algorithm: string
  readonly kid: string
  readonly jwk: JWK & Readonly<Record<string, unknown>>
}

/** The keys that the workshop signs with, and the JWK Set that its server publishes. */
export interface Keys {
  readonly signers: ReadonlyMap<string, WorkshopKey>
  readonly jwks: JSONWebKeySet
}

type Jwk = Readonly<Record<string, unknown>>

/** The key under this kid; `differs` changes members of the published JWK. */
function named(
  kid: string,
  algorithm: string,
  { privateKey, publicKey }: KeyPair,
  differs: Jwk = {},
): WorkshopKey {
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig', ...differs }
  return { kid, algorithm, privateKey, publicKey, jwk: JSON.parse(JSON.stringify(jwk)) }
}

const rsaOf = (modulusLength: number): Promise<KeyPair> =>
  promisify(generateKeyPair)('rsa', { modulusLength })
const edwards = (): Promise<KeyPair> => promisify(generateKeyPair)('ed25519')
const ecOf = (namedCurve: string): Promise<KeyPair> => promisify(generateKeyPair)('ec', { namedCurve })

/** A key that is published with its private members. */
function exposed(kid: string, algorithm: string, pair: KeyPair): WorkshopKey {
  return named(kid, algorithm, pair, { ...pair.privateKey.export({ format: 'jwk' }) })
}

/** A certificate as it is written in `x5c` (RFC 7517 section 4.7). */
export const derOf = (pem: string): string => pem.replace(/-----.*-----|\s/g, '')

function certified(): WorkshopKey {
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
/** The neutral element of Ed25519, encoded (RFC 8032 section 5.1.2). */
const NEUTRAL = base64url(Buffer.concat([Buffer.of(1), Buffer.alloc(31)]))
const BEYOND = base64url(Buffer.alloc(32, 0xff))
const LONG = base64url(Buffer.alloc(4_096, 1))

interface Material {
  readonly rsa: KeyPair
  readonly ec: KeyPair
  readonly ed: KeyPair
  readonly p384: KeyPair
  readonly small: KeyPair
  readonly odd: KeyPair
  readonly koblitz: KeyPair
}

/** Published keys that must not verify a token. */
function unfit({ rsa, ec, ed, p384, small, odd, koblitz }: Material): WorkshopKey[] {
  const { x, y } = ec.publicKey.export({ format: 'jwk' }) as { x: string; y: string }
  const wide = p384.publicKey.export({ format: 'jwk' }) as { x: string; y: string }
  const rs = (kid: string, differs: Jwk): WorkshopKey => named(kid, 'RS256', rsa, differs)
  const es = (kid: string, differs: Jwk): WorkshopKey => named(kid, 'ES256', ec, differs)
  return [
    named('rsa of 1024 bits', 'RS256', small),
    named('rsa of 2047 bits', 'RS256', odd),
    rs('exponent 1', { e: 'AQ' }),
    rs('exponent 1 with leading zeros', { e: 'AAAB' }),
    rs('no modulus', { n: undefined }),
    rs('modulus of zeros', { n: base64url(Buffer.alloc(256)) }),
    es('off the curve', { y: flipped(y) }),
    es('coordinates exchanged', { x: y, y: x }),
    es('point at zero', { x: ZERO, y: ZERO }),
    es('x beyond the field', { x: BEYOND }),
    es('x and y beyond the field', { x: BEYOND, y: BEYOND }),
    es('x as y', { y: x }),
    es('coordinates of P-384', { x: wide.x, y: wide.y }),
    es('empty coordinates', { x: '', y: '' }),
    es('x too long', { x: LONG }),
    es('x and y too long', { x: LONG, y: LONG }),
    es('no y coordinate', { y: undefined }),
    named('small order', 'EdDSA', ed, { x: NEUTRAL }),
    exposed('private rsa', 'RS256', rsa),
    exposed('private ec', 'ES256', ec),
    exposed('private ed25519', 'EdDSA', ed),
    rs('symmetric member', { k: base64url('secret') }),
    rs('for encryption', { use: 'enc' }),
    rs('for other operations', { key_ops: ['encrypt'] }),
    rs('symmetric alg', { alg: 'HS256' }),
    rs('alg none', { alg: 'none' }),
    rs('alg of encryption', { alg: 'RSA-OAEP-256' }),
    rs('modulus in an array', { n: [rsa.publicKey.export({ format: 'jwk' }).n] }),
    es('ec with alg RS256', { alg: 'RS256' }),
    es('of another issuer', { issuer: 'https://other.example' }),
    es('of the tenant of another issuer', { issuer: 'https://other.example/{tenantid}' }),
    named('p-384 with alg RS256', 'ES384', p384, { alg: 'RS256' }),
    named('ed25519 with alg RS256', 'EdDSA', ed, { alg: 'RS256' }),
    es('type in lower case', { kty: 'ec' }),
    es('curve of another alg', { crv: 'P-384' }),
    es('curve P-192', { crv: 'P-192' }),
    named('unknown curve', 'ES256', koblitz, { crv: 'secp256k1' }),
  ]
}

/** Members of the JWK Set with which nothing is signed. */
const MEMBERS: readonly unknown[] = [
  { kty: 'oct', kid: 'oct', alg: 'HS256', use: 'sig', k: base64url('secret') },
  { kty: 'oct', kid: 'oct with alg RS256', alg: 'RS256', k: base64url('secret') },
  { kty: 'oct', kid: 'oct without alg', k: base64url('secret') },
  { kty: 'DSA', kid: 'dsa with alg RS256', alg: 'RS256', p: 'AQAB', q: 'AQAB', g: 'AQAB', y: 'AQAB' },
  { kty: 'RSA', kid: 7, alg: 'RS256', n: 'AQAB', e: 'AQAB' },
  null,
  'key',
  [],
]

/** RSA keys take long to generate, so several keys share their material. */
export async function makeKeys(issuer: string): Promise<Keys> {
  const [rsa, pss, otherRsa, small, odd, ec, otherEc, p384, p521, koblitz, ed, otherEd] = await Promise.all([
    ...([rsaOf(2_048), rsaOf(2_048), rsaOf(2_048), rsaOf(1_024), rsaOf(2_047)] as const),
    ...([ecOf('P-256'), ecOf('P-256'), ecOf('P-384'), ecOf('P-521'), ecOf('secp256k1')] as const),
    ...([edwards(), edwards()] as const),
  ])
  const published = [
    named('rs256', 'RS256', rsa),
    named('ps256', 'PS256', pss),
    named('rsa without alg', 'RS256', rsa, { alg: undefined }),
    named('second algorithm', 'PS256', rsa),
    named('es256', 'ES256', ec),
    named('es384', 'ES384', p384),
    named('es512', 'ES512', p521),
    named('ec without alg', 'ES256', ec, { alg: undefined }),
    named('eddsa', 'EdDSA', ed),
    certified(),
    named('17', 'ES256', ec, { kid: 17 }),
    named('with x5t', 'RS256', pss, { x5t: 'thumbprint' }),
    named('with empty members', 'ES256', ec, { alg: '', use: '', key_ops: [], oth: [], x5c: [], n: '' }),
    named('with members that are null', 'ES256', ec, {
      alg: null,
      use: null,
      key_ops: null,
      d: null,
      k: null,
    }),
    named('of the issuer', 'ES256', ec, { issuer }),
    ...unfit({ rsa, ec, ed, p384, small, odd, koblitz }),
  ]
  const unpublished = [
    named('stranger', 'ES256', otherEc),
    named('stranger rs256', 'RS256', otherRsa),
    named('stranger eddsa', 'EdDSA', otherEd),
  ]
  return {
    signers: new Map([...published, ...unpublished].map((key) => [key.kid, key])),
    jwks: { keys: [...MEMBERS, ...published.map(({ jwk }) => jwk)] } as JSONWebKeySet,
  }
}
