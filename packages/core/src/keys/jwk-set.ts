import { canonicalAlgorithm } from '../options/algorithms.ts'
import { keyId, readJwk, type VerificationKey } from './jwk.ts'
import type { JwtClaims, UnverifiedJwt } from './signature.ts'

/** Keys that are tried for a token without `kid`. */
const MAX_CANDIDATES = 3

/** Whether the key may verify tokens with these claims. A key of Entra ID names the issuer that it belongs to. */
function isForIssuer({ issuer }: VerificationKey, { iss, tid }: JwtClaims): boolean {
  if (issuer === undefined) return true
  if (!issuer.includes('{tenantid}')) return issuer === iss
  return typeof tid === 'string' && tid !== '' && issuer.split('{tenantid}').join(tid) === iss
}

/** A key, and the thumbprint of its certificate as it is published. */
interface Member {
  readonly key: VerificationKey
  readonly x5t?: unknown
}

function add<K>(index: Map<K, VerificationKey[]>, name: K, key: VerificationKey): void {
  const sameName = index.get(name)
  if (sameName === undefined) index.set(name, [key])
  else sameName.push(key)
}

/** The usable keys of a JWK Set, by `kid` and by `x5t`. */
export class JwkSet {
  readonly #byKid = new Map<string | undefined, VerificationKey[]>()
  readonly #byThumbprint = new Map<unknown, VerificationKey[]>()
  readonly keys: readonly VerificationKey[]
  readonly #members: readonly Member[]

  constructor(members: readonly Member[]) {
    this.#members = members
    this.keys = members.map(({ key }) => key)
    for (const { key, x5t } of members) {
      add(this.#byKid, key.kid, key)
      if (typeof x5t === 'string') add(this.#byThumbprint, x5t, key)
    }
  }

  /** Whether at least one key can be imported. Stops at the first. */
  async isUsable(): Promise<boolean> {
    for (const key of this.keys) {
      const [algorithm] = key.algorithms
      if (algorithm !== undefined && (await key.import(algorithm)) !== undefined) return true
    }
    return false
  }

  /** New JWKs of the keys, with everything that {@link readJwkSet} needs. */
  export(): readonly object[] {
    return JSON.parse(JSON.stringify(this.#members.map(({ key, x5t }) => ({ ...key.jwk, x5t }))))
  }

  /** Whether a key has this `kid`, for any algorithm and issuer. */
  hasKid(kid: string): boolean {
    return this.#byKid.has(kid)
  }

  /**
   * The keys that may have signed a token, at most three: those with its `kid`; if it has none, those with its `x5t`; if
   * there are none, all. They are limited to those for the algorithm and the issuer of the token.
   */
  candidates({ unverifiedHeader, unverifiedClaims }: UnverifiedJwt): readonly VerificationKey[] {
    const algorithm = canonicalAlgorithm(unverifiedHeader.alg)
    const fits = (key: VerificationKey): boolean =>
      key.algorithms.has(algorithm) && isForIssuer(key, unverifiedClaims)
    const kid = keyId(unverifiedHeader.kid)
    const named =
      kid === undefined
        ? (this.#byThumbprint.get(unverifiedHeader.x5t) ?? this.keys)
        : (this.#byKid.get(kid) ?? [])
    const [only] = named
    return named.length === 1 && only !== undefined && fits(only)
      ? named
      : named.filter(fits).slice(0, MAX_CANDIDATES)
  }
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
  const members: Member[] = []
  for (const jwk of list) {
    const key = readJwk(jwk, allowed)
    if (key !== undefined) members.push({ key: known.get(key.fingerprint) ?? key, x5t: jwk.x5t })
  }
  return new JwkSet(members)
}
