import type { webcrypto } from 'node:crypto'
import type { JWK } from 'jose'
import { importJWK } from 'jose/key/import'
import { algorithmOfKey } from './algorithms.ts'

/** Not the type of jose, because published declarations reach this file. */
type CryptoKey = webcrypto.CryptoKey

/** A published public key. It verifies signatures of one algorithm only, and is imported when first used. */
export interface VerificationKey {
  readonly kid: string | undefined
  /** Canonical name. */
  readonly algorithm: string
  /** The members that make up the public key, as text. */
  readonly publicKey: string
  /** Identifies key, name and algorithm: the same `kid` with another public key is another key. */
  readonly fingerprint: string
  /** Becomes `false` when a refresh no longer lists the key. */
  published: boolean
  /** Imports the key once; `undefined` if it is broken or weak. */
  readonly import: () => Promise<CryptoKey | undefined>
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const
const PUBLIC_MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y', 'pub'] as const

/** RSA keys need 2,048 bits (RFC 7518, section 3.3) and an exponent of at least 3. */
function isWeak(key: CryptoKey): boolean {
  const { modulusLength, publicExponent } = key.algorithm as {
    modulusLength?: number
    publicExponent?: Uint8Array
  }
  if (modulusLength === undefined || publicExponent === undefined) return false
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
 * Reads one member of a JWK Set.
 *
 * @returns `undefined` for a key that is not understood, not for signatures, symmetric or private
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-4 RFC 7517, section 4}
 */
export function readJwk(jwk: unknown, allowed: ReadonlySet<string>): VerificationKey | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined
  const { kid, use, key_ops: operations } = jwk as Readonly<Record<string, unknown>>
  if (kid !== undefined && typeof kid !== 'string') return undefined
  if (use !== undefined && use !== 'sig') return undefined
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return undefined
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return undefined
  const algorithm = algorithmOfKey(jwk, allowed)
  const members = publicMembers(jwk as Readonly<Record<string, unknown>>)
  if (algorithm === undefined || members === undefined) return undefined
  let imported: Promise<CryptoKey | undefined> | undefined
  return {
    kid,
    algorithm,
    publicKey: JSON.stringify(members),
    fingerprint: JSON.stringify([kid, algorithm, members]),
    published: true,
    import: () => {
      imported ??= importPublicKey(members, algorithm)
      return imported
    },
  }
}
