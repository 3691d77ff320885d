import { generateKeyPair, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { type KeyPair, type SigningKey, toSigningKey } from '@okta-resource-server/testing'
import type { JWK } from 'jose'

/** Generating RSA keys is slow, so key material is reused. Each key has a different `kid`. */
const POOL_SIZE = 4
const pool: Promise<KeyPair>[] = []
let taken = 0

/** Off the main thread, because verifiers with short time limits run meanwhile. */
const keyPair = (modulusLength: number): Promise<KeyPair> =>
  promisify(generateKeyPair)('rsa', { modulusLength })

/** Returns a key with a new `kid`. Four consecutive calls return four different key materials. */
export async function signingKey(kid: string = randomUUID()): Promise<SigningKey> {
  const slot = taken++ % POOL_SIZE
  pool[slot] ??= keyPair(2_048)
  return toSigningKey(await pool[slot], 'RS256', kid)
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
  return toSigningKey(await keyPair(1_024), 'RS256', kid)
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
