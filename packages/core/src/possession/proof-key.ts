import { LRUCache } from 'lru-cache'
import { algorithmsOfKey } from '../keys/algorithms.ts'
import { keyForAlgorithm, PRIVATE_MEMBERS, type VerificationKey } from '../keys/jwk.ts'
import { canonicalAlgorithm } from '../options/algorithms.ts'
import { isObject } from '../options/checks.ts'
import { InvalidProofError } from '../refusal/errors.ts'
import { sha256 } from '../sha256.ts'

type Members = Readonly<Record<string, unknown>>

/** The required members of each key type, in the order of the thumbprint (RFC 7638, section 3.2). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = Object.freeze({
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
})
const BASE64URL = /^[A-Za-z0-9_-]+$/
/** Characters of a modulus of 2,048 and of 4,096 bits. */
const MODULUS = { min: 342, max: 683 } as const
/** Characters of an exponent of 64 bits: a longer one makes a verification as slow as a signature. */
const MAX_EXPONENT = 11
/** Characters of a coordinate. */
const COORDINATE: Readonly<Record<string, number>> = { 'P-256': 43, 'P-384': 64, 'P-521': 88, Ed25519: 43 }

const unsuitable = (): InvalidProofError => new InvalidProofError('proof_key_unsuitable')

function isSized(name: string, value: string, crv: unknown): boolean {
  if (name === 'kty' || name === 'crv') return true
  if (!BASE64URL.test(value)) return false
  if (name === 'n') return value.length >= MODULUS.min && value.length <= MODULUS.max
  return name === 'e' ? value.length <= MAX_EXPONENT : value.length === COORDINATE[String(crv)]
}

/** The public key of a proof, which anyone could have made. */
export interface ProofKey {
  readonly jwk: Readonly<Record<string, string>>
  /** Canonical name. */
  readonly algorithm: string
  /** SHA-256 thumbprint (RFC 7638). */
  readonly thumbprint: string
}

/**
 * Reads the header parameter `jwk` without importing the key.
 *
 * @param algorithm - the `alg` of the proof
 * @throws {InvalidProofError} `proof_key_private`, or `proof_key_unsuitable`: not of this algorithm, malformed, too weak or
 * too large
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-4.3 RFC 9449, section 4.3}
 */
export function readProofKey(jwk: unknown, algorithm: string): ProofKey {
  if (!isObject(jwk)) throw unsuitable()
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name)))
    throw new InvalidProofError('proof_key_private')
  const { kty, crv } = jwk as Members
  const names = typeof kty === 'string' && Object.hasOwn(REQUIRED, kty) ? REQUIRED[kty] : undefined
  const canonical = canonicalAlgorithm(algorithm)
  if (names === undefined || !algorithmsOfKey(jwk, new Set([canonical])).includes(canonical))
    throw unsuitable()
  const members: Record<string, string> = {}
  for (const name of names) {
    const value = (jwk as Members)[name]
    if (typeof value !== 'string' || !isSized(name, value, crv)) throw unsuitable()
    members[name] = value
  }
  const thumbprint = sha256(JSON.stringify(members))
  return { jwk: members, algorithm: canonical, thumbprint }
}

const MAX_KEYS = 1_000

/** Imported proof keys. Only keys that a verified token is bound to get here. */
export class ProofKeys {
  readonly #keys = new LRUCache<string, VerificationKey>({ max: MAX_KEYS })

  /** The key in the form in which signatures are verified. It is imported when it is first used. */
  find({ jwk, algorithm, thumbprint }: ProofKey): VerificationKey {
    const id = `${algorithm} ${thumbprint}`
    const known = this.#keys.get(id)
    if (known !== undefined) return known
    const key = keyForAlgorithm(jwk, algorithm, id)
    this.#keys.set(id, key)
    return key
  }
}
