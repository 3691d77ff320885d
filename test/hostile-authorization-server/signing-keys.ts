import { generateKeyPair, type KeyObject, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'

/** A private key and its public half as Okta publishes it. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly jwk: JWK
}

type Material = Omit<SigningKey, 'kid'>

/** RSA keys take long to make, so the material is reused; each key has an id of its own. */
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

/** A key with an id of its own; four calls in a row give four different key materials. */
export async function signingKey(kid: string = randomUUID()): Promise<SigningKey> {
  const slot = taken++ % POOL_SIZE
  pool[slot] ??= makeMaterial(2_048)
  return named(await pool[slot], kid)
}

/** Other material under the same id; where tests run side by side, the next of the pool may be the very same. */
export async function replacedKey(before: SigningKey): Promise<SigningKey> {
  const after = await signingKey(before.kid)
  return after.jwk.n === before.jwk.n ? replacedKey(before) : after
}

/** RSA of 1024 bit, below what RFC 7518 §3.3 allows. */
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

/** So many members of a JWK Set that are no keys, not for signatures, symmetric, or broken. */
export function junkKeys(count: number, genuine: JWK): unknown[] {
  return Array.from({ length: count }, (_, index) => JUNK[index % JUNK.length]?.(index, genuine))
}
