import { constants, sign } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'
import { AUDIENCE, CLIENT_ID, ISSUER, NOW } from './constants.ts'
import { keySet, type SigningKey, signingKey } from './keys.ts'
import { scriptedFetch } from './scripted-fetch.ts'

/** What {@link signToken} signs; everything has a default. */
export interface TokenOptions {
  /** Claims that differ from {@link accessTokenClaims}; `undefined` leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Header parameters that differ from `kid` and `alg` of the key; `undefined` leaves a parameter out. */
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
}

/** The key and the algorithm that make a signature. */
type Signer = Pick<SigningKey, 'privateKey' | 'algorithm'>

/**
 * The claims of an access token of an Okta custom authorization server, valid at {@link NOW}.
 *
 * @param overrides Claims that are added or replaced. One that is `undefined` is not part of the JSON.
 */
export function accessTokenClaims(
  overrides: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    ver: 1,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: ISSUER,
    aud: AUDIENCE,
    iat: NOW - 60,
    exp: NOW + 3_540,
    cid: CLIENT_ID,
    uid: '00uid4BxXw6I6TV4m0g3',
    scp: ['messages:read', 'profile'],
    sub: 'someone@example.com',
    ...overrides,
  }
}

export function base64url(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url')
}

/**
 * The raw signature of RFC 7518 §3 and RFC 8037 §3.1.
 *
 * Made by `node:crypto` rather than jose, which refuses to sign with weak keys or inconsistent headers.
 */
export function signatureOf(input: string, { privateKey, algorithm }: Signer): Buffer {
  const digest = /^(?:RS|PS|ES)/.test(algorithm) ? `sha${algorithm.slice(2)}` : null
  const key = algorithm.startsWith('PS')
    ? {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  return sign(digest, Buffer.from(input), key)
}

/** Signs any header and payload, well-formed or not. */
export function signSegments(header: string | Uint8Array, payload: string | Uint8Array, key: Signer): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${base64url(signatureOf(input, key))}`
}

/**
 * A signed access token.
 *
 * @example
 * ```ts
 * const expired = signToken({ claims: { exp: NOW - 60 } })
 * const forged = signToken({ key: signingKey('ES256', 'attacker') })
 * ```
 */
export function signToken({ claims, header, key = signingKey() }: TokenOptions = {}): string {
  return signSegments(
    JSON.stringify({ kid: key.kid, alg: key.algorithm, ...header }),
    JSON.stringify(accessTokenClaims(claims)),
    key,
  )
}

/** The request headers that carry a token. */
export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

/** Options of a verifier that accepts the tokens of {@link signToken}: static keys, and a clock fixed at {@link NOW}. */
export function verifierOptions(...keys: readonly SigningKey[]): {
  issuer: string
  audience: string
  jwks: JSONWebKeySet
  clock: () => number
} {
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: keySet(...(keys.length > 0 ? keys : [signingKey()])),
    clock: () => NOW * 1_000,
  }
}

/** Options of a verifier whose authorization server is unavailable. */
export function unavailableOptions(): {
  issuer: string
  audience: string
  clock: () => number
  fetch: typeof globalThis.fetch
} {
  const { jwks, ...options } = verifierOptions()
  return { ...options, fetch: scriptedFetch(() => new TypeError('fetch failed')).fetch }
}
