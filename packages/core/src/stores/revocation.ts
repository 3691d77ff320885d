// What a revocation concerns, and when a token falls under one. Every store uses these rules, so that it only has to keep
// keys and moments.
import type { Clock } from '../clock.ts'
import { sha256 } from '../sha256.ts'

/** Seconds by which the clock of a writer may be behind that of the authorization server. */
const MAX_AHEAD = 300

/** The parts of a `VerifiedAccessToken` that concern its revocation. */
export interface RevocableToken {
  readonly issuer: string
  readonly subject: string | undefined
  readonly clientId: string | undefined
  /** Seconds since the epoch. */
  readonly expiresAt: number
  readonly claims: { readonly [claim: string]: unknown }
}

/** Everything that was issued before a moment. */
interface Before {
  /**
   * Seconds since the epoch, as in `iat`. A token is refused if it was issued at or before this moment, rounded up to the
   * second. Take it from the event that you act on, if there is one. At most 5 minutes in the future.
   *
   * @default now
   */
  readonly before?: number
}

/** What is revoked: one token, or the tokens of one subject, user or client. */
export type Revocation = {
  /** The issuer of the tokens, exactly as in `iss`. */
  readonly issuer: string
} & (
  | {
      /** The claim `jti` of the token. */
      readonly jti: string
    }
  | ({
      /** The claim `sub` of the tokens. */
      readonly subject: string
    } & Before)
  | ({
      /** The claim `uid` of the tokens: with Okta, the id of the user. */
      readonly uid: string
    } & Before)
  | ({
      /** The client that the tokens were issued to. */
      readonly clientId: string
    } & Before)
)

/** An entry of a store. */
export interface RevocationEntry {
  /** Base64url digest. */
  readonly key: string
  /** Seconds since the epoch, an integer. */
  readonly moment: number
}

/** Where a token may have entries, and with what their moments are compared. */
interface Lookup {
  readonly keys: readonly string[]
  /** Whether the first key is that of this very token. */
  readonly hasIdentifier: boolean
  /** Seconds since the epoch; `NaN` if the token does not say. */
  readonly issuedAt: number
}

const KINDS = ['jti', 'subject', 'uid', 'clientId'] as const
type Kind = (typeof KINDS)[number]

/** Each part has its length, so that no two lists of parts have the same text, and issuers may share identifiers. */
function keyOf(issuer: string, kind: Kind, value: string): string {
  const text = [issuer, kind, value].map((part) => `${part.length}:${part}`).join('')
  return sha256(text)
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/**
 * The entry of a revocation.
 *
 * @param now - wall-clock time in seconds
 * @throws {TypeError} the revocation is malformed
 */
export function entryOf(revocation: Revocation, now: number): RevocationEntry {
  const {
    issuer,
    before = now,
    ...rest
  } = revocation as { readonly issuer: string; readonly before?: number }
  const [name, ...others] = Object.keys(rest)
  const kind = KINDS.find((known) => known === name)
  const value = (rest as Readonly<Record<string, unknown>>)[name ?? '']
  if (!isText(issuer) || kind === undefined || others.length > 0 || !isText(value)) {
    throw new TypeError(
      'revoke() needs issuer and one of jti, subject, uid and clientId, each a non-empty string',
    )
  }
  // A moment in milliseconds would lock users out for as long as it is kept.
  if (typeof before !== 'number' || !(before >= 0 && before <= now + MAX_AHEAD)) {
    throw new TypeError('before must be a number of seconds since the epoch, and not in the future')
  }
  return { key: keyOf(issuer, kind, value), moment: Math.ceil(before) }
}

/**
 * When the token was issued, for a revocation: `auth_time` if it has one, since a refresh mints a later `iat` after the user
 * has signed out.
 */
function issuedAt({ auth_time: authTime, iat }: RevocableToken['claims']): number {
  const times = [authTime, iat].filter((time) => time !== undefined)
  if (times.length === 0 || !times.every((time) => typeof time === 'number')) return Number.NaN
  // A sign-in comes before its tokens: a later auth_time is wrong.
  return Math.min(...times)
}

// Cached tokens come with every request, and digests take longer than the rest of a cache hit.
const lookups = new WeakMap<RevocableToken, Lookup>()

/** Where a token may have entries. */
export function lookupOf(token: RevocableToken): Lookup {
  const known = lookups.get(token)
  if (known !== undefined) return known
  const { issuer, subject, clientId } = token
  const { jti, uid } = token.claims
  const values = { jti, subject, uid, clientId }
  const keys = KINDS.flatMap((kind) => (isText(values[kind]) ? [keyOf(issuer, kind, values[kind])] : []))
  const lookup = { keys, hasIdentifier: isText(jti), issuedAt: issuedAt(token.claims) }
  lookups.set(token, lookup)
  return lookup
}

/**
 * Whether a token falls under one of its entries. One without any time does.
 *
 * @param moments - the moments of its keys, in their order; `undefined` where there is no entry
 */
export function isCovered(
  { hasIdentifier, issuedAt }: Lookup,
  moments: readonly (number | undefined)[],
): boolean {
  return moments.some(
    (moment, index) => moment !== undefined && ((hasIdentifier && index === 0) || !(issuedAt > moment)),
  )
}

/**
 * Whether a token is valid for longer than its revocation would be kept. The lifetime of a token without `iat` is counted from
 * now.
 *
 * @param retention - milliseconds
 */
export function outlives(
  { expiresAt, claims }: RevocableToken,
  retention: number,
  { wall }: Pick<Clock, 'wall'>,
): boolean {
  const { iat = wall() / 1_000 } = claims
  return !((expiresAt - Number(iat)) * 1_000 <= retention)
}
