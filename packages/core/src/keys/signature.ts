import type { webcrypto } from 'node:crypto'
import { setImmediate } from 'node:timers'
import { flattenedVerify } from 'jose/jws/flattened/verify'
import { canonicalAlgorithm } from '../options/algorithms.ts'
import { InvalidTokenError } from '../refusal/errors.ts'
import type { VerificationKey } from './jwk.ts'

/** Header of a JWS. */
export type JwsHeader = Readonly<Record<string, unknown>> & {
  readonly alg: string
  readonly kid?: string | number
}
/** Claims Set of a JWT. */
export type JwtClaims = Readonly<Record<string, unknown>>

/** A decoded JWT whose signature has not been verified. */
export interface UnverifiedJwt {
  readonly unverifiedHeader: JwsHeader
  readonly unverifiedClaims: JwtClaims
  /** The three segments of the compact serialization. */
  readonly segments: readonly [protectedHeader: string, payload: string, signature: string]
}

declare const signatureVerified: unique symbol

/** A JWT whose signature has been verified. Only {@link verifySignature} creates it. */
export interface SignedJwt {
  readonly header: JwsHeader
  readonly claims: JwtClaims
  /** The key that verified the signature. */
  readonly key: VerificationKey
  readonly [signatureVerified]: true
}

let turn: Promise<void> | undefined

/**
 * The end of this turn of the event loop. Signatures that wait for it go to the thread pool together: waking the pool
 * for each of them costs the main thread half as much again as the rest of a verification (ADR 10).
 */
function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined
      resolve()
    })
  })
  return turn
}

/**
 * Whether an RSA signature has the length of its modulus (RFC 8017, sections 8.1.2 and 8.2.2). OpenSSL accepts a PSS
 * signature without its leading zero byte.
 */
function hasLengthOfKey(signature: string, { algorithm }: webcrypto.CryptoKey): boolean {
  const { modulusLength } = algorithm as { readonly modulusLength?: number }
  if (modulusLength === undefined) return true
  const bytes = Math.ceil(modulusLength / 8)
  return signature.length === Math.ceil((bytes * 4) / 3)
}

/**
 * Verifies the signature with the first candidate key that fits. This is the only place that does so.
 *
 * @throws {InvalidTokenError} `signature_invalid`, or `key_unsuitable` if no candidate can be imported
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2 RFC 7515, section 5.2}
 */
export async function verifySignature(
  { unverifiedHeader, unverifiedClaims, segments }: UnverifiedJwt,
  candidates: readonly VerificationKey[],
): Promise<SignedJwt> {
  const [protectedHeader, payload, signature] = segments
  const algorithm = canonicalAlgorithm(unverifiedHeader.alg)
  await endOfTurn()
  let tried = 0
  for (const key of candidates) {
    const material = await key.import(algorithm)
    if (material === undefined) continue
    tried++
    if (!hasLengthOfKey(signature, material)) continue
    try {
      await flattenedVerify({ protected: protectedHeader, payload, signature }, material, {
        algorithms: [unverifiedHeader.alg],
      })
      return { header: unverifiedHeader, claims: unverifiedClaims, key } as SignedJwt
    } catch {
      // Another candidate may fit. The error of jose says only that this one does not.
    }
  }
  throw new InvalidTokenError(tried === 0 ? 'key_unsuitable' : 'signature_invalid')
}
