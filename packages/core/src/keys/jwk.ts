import type { webcrypto } from 'node:crypto'
import type { JWK } from 'jose'
import { importJWK } from 'jose/key/import'
import { algorithmsOfKey } from './algorithms.ts'

/** Not the type of jose, because published declarations reach this file. */
type CryptoKey = webcrypto.CryptoKey

/** A published public key. It is imported when first used, once for each algorithm that it is used with. */
export interface VerificationKey {
  readonly kid: string | undefined
  /** The issuer whose tokens the key verifies, if it names one; `{tenantid}` stands for the claim `tid`. */
  readonly issuer: string | undefined
  /** Canonical names. */
  readonly algorithms: ReadonlySet<string>
  /** Identifies key, name, algorithms and issuer: the same `kid` with another public key is another key. */
  readonly fingerprint: string
  /** The key without what is not needed to verify signatures, such as certificates. */
  readonly jwk: object
  /** Becomes `false` when a refresh no longer lists the key. */
  published: boolean
  /** Imports the key for one of its algorithms; `undefined` if it is broken or weak. */
  readonly import: (algorithm: string) => Promise<CryptoKey | undefined>
}

/** Members of private and symmetric keys. */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const
const PUBLIC_MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y', 'pub'] as const

/** RSA keys need 2,048 bits (RFC 7518, section 3.3) and an exponent of at least 3. */
function isWeak(key: CryptoKey): boolean {
  const { modulusLength = 0, publicExponent } = key.algorithm as {
    modulusLength?: number
    publicExponent?: Uint8Array
  }
  if (publicExponent === undefined) return false
  const exponentIsTrivial = publicExponent.every(
    (byte, index) => byte === 0 || (index === publicExponent.length - 1 && byte < 3),
  )
  return modulusLength < 2048 || exponentIsTrivial
}

async function importPublicKey(jwk: JWK, algorithm: string): Promise<CryptoKey | undefined> {
  try {
    const key = await importJWK({ ...jwk, alg: algorithm, ext: true }, algorithm)
    return key instanceof Uint8Array || key.type !== 'public' || isWeak(key) ? undefined : key
  } catch {
    return undefined
  }
}

/** Imports a key once for each algorithm, when it is first used with it. */
function importer(jwk: JWK): VerificationKey['import'] {
  const imported = new Map<string, Promise<CryptoKey | undefined>>()
  return (algorithm) => {
    const key = imported.get(algorithm) ?? importPublicKey(jwk, algorithm)
    imported.set(algorithm, key)
    return key
  }
}

/** The public key of a DPoP proof, with the members that its type requires, for one algorithm. */
export function keyForAlgorithm(
  jwk: Readonly<Record<string, string>>,
  algorithm: string,
  fingerprint: string,
): VerificationKey {
  return {
    kid: undefined,
    issuer: undefined,
    algorithms: new Set([algorithm]),
    fingerprint,
    jwk,
    published: true,
    import: importer(jwk as unknown as JWK),
  }
}

/** Some libraries publish members that they do not use as `null`, or as an empty string or list. */
function isPresent(value: unknown): boolean {
  return value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** The own members of a JWK, without those that have no value. */
function membersOf(jwk: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined
  return Object.fromEntries(Object.entries(jwk).filter(([, value]) => isPresent(value)))
}

function publicMembers(jwk: Readonly<Record<string, unknown>>): JWK | undefined {
  const members: Record<string, string> = {}
  for (const name of PUBLIC_MEMBERS) {
    const value = jwk[name]
    if (value === undefined) continue
    if (typeof value !== 'string') return undefined
    members[name] = value
  }
  return members as unknown as JWK
}

/**
 * The `kid` of a key or of a token, as text. Some authorization servers publish a number.
 *
 * @returns `undefined` if it is absent or empty
 */
export function keyId(kid: unknown): string | undefined {
  if (typeof kid === 'number') return String(kid)
  return typeof kid === 'string' && kid !== '' ? kid : undefined
}

/**
 * Reads one member of a JWK Set.
 *
 * @returns `undefined` for a key that is not understood, not for signatures, symmetric or private
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-4 RFC 7517, section 4}
 */
export function readJwk(jwk: unknown, allowed: ReadonlySet<string>): VerificationKey | undefined {
  const members = membersOf(jwk)
  if (members === undefined) return undefined
  const { kid, use, key_ops: operations, issuer, alg } = members
  if (kid !== undefined && keyId(kid) === undefined) return undefined
  if (use !== undefined && use !== 'sig') return undefined
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return undefined
  if (issuer !== undefined && typeof issuer !== 'string') return undefined
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(members, name))) return undefined
  const algorithms = algorithmsOfKey(members, allowed)
  const key = publicMembers(members)
  if (algorithms.length === 0 || key === undefined) return undefined
  return {
    kid: keyId(kid),
    issuer,
    algorithms: new Set(algorithms),
    fingerprint: JSON.stringify([keyId(kid), algorithms, key, issuer]),
    jwk: { ...key, kid, alg, issuer },
    published: true,
    import: importer(key),
  }
}
