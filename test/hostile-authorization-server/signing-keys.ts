import { generateKeyPair, type KeyObject, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'

/** A private key, and its public key in the format that Okta publishes. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly jwk: JWK
}

type Material = Omit<SigningKey, 'kid'>

/** Generating RSA keys is slow, so key material is reused. Each key has a different `kid`. */
const POOL_SIZE = 4
const pool: Promise<Material>[] = []
let taken = 0

async function makeMaterial(modulusLength: number): Promise<Material> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength })
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) as JWK }
}

function named({ privateKey, jwk }: Material, kid: string): SigningKey {
  return { kid, privateKey, jwk: { ...jwk, kid, alg: 'RS256', use: 'sig' } }
}

/** Returns a key with a new `kid`. Four consecutive calls return four different key materials. */
export async function signingKey(kid: string = randomUUID()): Promise<SigningKey> {
  const slot = taken++ % POOL_SIZE
  pool[slot] ??= makeMaterial(2_048)
  return named(await pool[slot], kid)
}

/** Returns a key with the same `kid` but different material. With concurrent tests, the pool may return the same material first. */
export async function replacedKey(before: SigningKey): Promise<SigningKey> {
  const after = await signingKey(before.kid)
  return after.jwk.n === before.jwk.n ? replacedKey(before) : after
}

/**
 * Returns a 1024-bit RSA key, which is shorter than allowed.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.3 RFC 7518, section 3.3}
 */
export async function weakSigningKey(kid: string = randomUUID()): Promise<SigningKey> {
  return named(await makeMaterial(1_024), kid)
}

const JUNK: readonly ((index: number, genuine: JWK) => unknown)[] = [
  (index) => ({ kty: 'LATTICE', kid: `junk-${index}`, q: '12289' }),
  (index) => ({ kty: 'oct', kid: `junk-${index}`, alg: 'HS256', k: 'c2VjcmV0' }),
  (index, { n, e }) => ({ kty: 'RSA', kid: `junk-${index}`, use: 'enc', n: n?.slice(0, 8), e }),
  (index) => ({ kty: 'RSA', kid: `junk-${index}`, alg: 'RS256', n: '%%%', e: {} }),
  (index) => ({ kty: 'EC', kid: `junk-${index}`, crv: 'P-256', x: 'AAAA', y: 'AAAA' }),
  (index) => ({ kid: index, kty: 'RSA' }),
  () => null,
  () => 'key',
  () => [[]],
]

/** Returns entries of a JWK Set that are malformed, symmetric, of an unknown type, or not for signatures. */
export function junkKeys(count: number, genuine: JWK): unknown[] {
  return Array.from({ length: count }, (_, index) => JUNK[index % JUNK.length]?.(index, genuine))
}
