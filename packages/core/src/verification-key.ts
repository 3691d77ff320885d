import type { CryptoKey, JWK } from 'jose'
import { importJWK } from 'jose/key/import'
import { algorithmOfKey, canonicalAlgorithm } from './algorithms.ts'

/** One published key; used with one algorithm only, imported when first used. */
export interface VerificationKey {
  readonly kid: string | undefined
  /** `Ed25519` also for `EdDSA`. */
  readonly algorithm: string
  /** Its public members, whatever it is named and used for. */
  readonly publicKey: string
  /** Tells the key material: the same `kid` with other material is another key. */
  readonly fingerprint: string
  /** False once a successful refresh no longer lists it. */
  current: boolean
  /** The imported key; `undefined` for one that is broken or weak. */
  readonly material: () => Promise<CryptoKey | undefined>
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const
/** What makes a public key; certificates and members of other specifications change nothing of it. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y', 'pub'] as const

/** RFC 8725 §3.5 and RFC 7518 §3.3: at least 2048 bit; and an exponent that makes RSA one-way. */
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
 * Makes a key of one member of a JWK Set; `undefined` for what is not understood, not for signatures,
 * symmetric, or private.
 *
 * @see RFC 7517 §4 and §5
 */
export function verificationKey(jwk: unknown, allowed: ReadonlySet<string>): VerificationKey | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined
  const { kid, use, key_ops: operations } = jwk as Readonly<Record<string, unknown>>
  if (kid !== undefined && typeof kid !== 'string') return undefined
  if (use !== undefined && use !== 'sig') return undefined
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return undefined
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return undefined
  const algorithm = algorithmOfKey(jwk as JWK, allowed)
  const members = publicMembers(jwk as Readonly<Record<string, unknown>>)
  if (algorithm === undefined || members === undefined) return undefined
  let material: Promise<CryptoKey | undefined> | undefined
  return {
    kid,
    algorithm,
    publicKey: JSON.stringify(members),
    fingerprint: JSON.stringify([kid, algorithm, members]),
    current: true,
    material: () => {
      material ??= importPublicKey(members, algorithm)
      return material
    },
  }
}

/** The keys of a set by `kid`. */
export class KeyRing {
  readonly #byKid = new Map<string | undefined, VerificationKey[]>()
  readonly all: readonly VerificationKey[]

  constructor(keys: readonly VerificationKey[]) {
    this.all = keys
    for (const key of keys) {
      const sharing = this.#byKid.get(key.kid)
      if (sharing === undefined) this.#byKid.set(key.kid, [key])
      else sharing.push(key)
    }
  }

  /** Whether any key can be imported, which is tried with one after the other up to the first success. */
  async isUsable(): Promise<boolean> {
    for (const key of this.all) if ((await key.material()) !== undefined) return true
    return false
  }

  /** Whether any key goes by this `kid`, for whatever algorithm. */
  knows(kid: string): boolean {
    return this.#byKid.has(kid)
  }

  /** The keys that may have signed: those of the `kid`, or without one the compatible ones; three at the most. */
  candidates(kid: string | undefined, algorithm: string): readonly VerificationKey[] {
    const wanted = canonicalAlgorithm(algorithm)
    const named = kid === undefined ? this.all : (this.#byKid.get(kid) ?? [])
    return named.length === 1 && named[0]?.algorithm === wanted
      ? named
      : named.filter((key) => key.algorithm === wanted).slice(0, 3)
  }
}

/** Of a key that is published for several algorithms, only the first that is allowed counts (RFC 8725 §3.1). */
function withOneAlgorithm(keys: readonly VerificationKey[], allowed: ReadonlySet<string>): VerificationKey[] {
  const served = new Set([...allowed].map(canonicalAlgorithm))
  const first = new Map<string, string>()
  return keys.filter(({ publicKey, algorithm }) => {
    if (!served.has(algorithm)) return true
    if (!first.has(publicKey)) first.set(publicKey, algorithm)
    return first.get(publicKey) === algorithm
  })
}

/** Reads a JWK Set, keeping the imported keys of `previous` that are published unchanged. */
export function readKeys(
  json: unknown,
  allowed: ReadonlySet<string>,
  previous?: KeyRing,
): KeyRing | undefined {
  const list = typeof json === 'object' && json !== null ? (json as { keys?: unknown }).keys : undefined
  if (!Array.isArray(list)) return undefined
  const known = new Map(previous?.all.map((key) => [key.fingerprint, key]))
  const keys: VerificationKey[] = []
  for (const jwk of list) {
    const key = verificationKey(jwk, allowed)
    if (key !== undefined) keys.push(known.get(key.fingerprint) ?? key)
  }
  return new KeyRing(withOneAlgorithm(keys, allowed))
}
