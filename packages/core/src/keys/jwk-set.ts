import { canonicalAlgorithm } from '../options/algorithms.ts'
import { readJwk, type VerificationKey } from './jwk.ts'

/** Keys that are tried for a token without `kid`. */
const MAX_CANDIDATES = 3

/** The usable keys of a JWK Set, by `kid`. */
export class JwkSet {
  readonly #byKid = new Map<string | undefined, VerificationKey[]>()
  readonly keys: readonly VerificationKey[]

  constructor(keys: readonly VerificationKey[]) {
    this.keys = keys
    for (const key of keys) {
      const sameKid = this.#byKid.get(key.kid)
      if (sameKid === undefined) this.#byKid.set(key.kid, [key])
      else sameKid.push(key)
    }
  }

  /** Whether at least one key can be imported. Stops at the first. */
  async isUsable(): Promise<boolean> {
    for (const key of this.keys) if ((await key.import()) !== undefined) return true
    return false
  }

  /** Whether a key has this `kid`, for any algorithm. */
  hasKid(kid: string): boolean {
    return this.#byKid.has(kid)
  }

  /** The keys that may have signed a token: those with its `kid`, or at most three if it has none. */
  candidates(kid: string | undefined, algorithm: string): readonly VerificationKey[] {
    const wanted = canonicalAlgorithm(algorithm)
    const named = kid === undefined ? this.keys : (this.#byKid.get(kid) ?? [])
    return named.length === 1 && named[0]?.algorithm === wanted
      ? named
      : named.filter((key) => key.algorithm === wanted).slice(0, MAX_CANDIDATES)
  }
}

/** Keeps the first allowed algorithm of a key that is published for several (RFC 8725, section 3.1). */
function withOneAlgorithm(keys: readonly VerificationKey[], allowed: ReadonlySet<string>): VerificationKey[] {
  const first = new Map<string, string>()
  return keys.filter(({ publicKey, algorithm }) => {
    if (!allowed.has(algorithm)) return true
    if (!first.has(publicKey)) first.set(publicKey, algorithm)
    return first.get(publicKey) === algorithm
  })
}

/**
 * Reads a JWK Set. Keys of `previous` that are published unchanged are kept, so that they are not imported again.
 *
 * @returns `undefined` if it is not a JWK Set
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517, section 5}
 */
export function readJwkSet(
  json: unknown,
  allowed: ReadonlySet<string>,
  previous?: JwkSet,
): JwkSet | undefined {
  const list = typeof json === 'object' && json !== null ? (json as { keys?: unknown }).keys : undefined
  if (!Array.isArray(list)) return undefined
  const known = new Map(previous?.keys.map((key) => [key.fingerprint, key]))
  const keys: VerificationKey[] = []
  for (const jwk of list) {
    const key = readJwk(jwk, allowed)
    if (key !== undefined) keys.push(known.get(key.fingerprint) ?? key)
  }
  return new JwkSet(withOneAlgorithm(keys, allowed))
}
