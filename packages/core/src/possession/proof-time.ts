import type { DpopConfiguration, NonceConfiguration } from '../options/dpop.ts'
import { InvalidProofError, ProofNonceError } from '../refusal/errors.ts'
import type { UsedProof } from '../request/use.ts'
import type { DpopNonces } from './dpop-nonce.ts'

/** Seconds by which the clock of a client may be ahead, besides the tolerance (ADR 22). */
const MAX_AHEAD = 10

/** What the time of a proof is compared with. */
export interface ProofTimes {
  /** Wall-clock time in seconds. */
  readonly now: number
  /** Seconds. */
  readonly clockTolerance: number
  readonly configuration: DpopConfiguration
  readonly nonces: DpopNonces | undefined
}

/** Where the next nonce for the client is left. */
interface NextNonce {
  newNonce: string | undefined
}

/**
 * Compares `iat`, and `exp` and `nbf` if there are any, with the clock.
 *
 * @returns the wall-clock time in seconds from which on the proof is refused
 */
function endByIat(
  { iat, exp = Number.POSITIVE_INFINITY, nbf = iat }: UsedProof,
  { now, clockTolerance, configuration }: ProofTimes,
): number {
  const end = Math.min(iat + configuration.maxAge, exp) + clockTolerance
  // Negated so that a clock that returns NaN refuses every proof.
  if (!(now < end)) throw new InvalidProofError('proof_too_old')
  if (Math.max(iat, nbf) > now + MAX_AHEAD + clockTolerance)
    throw new InvalidProofError('proof_issued_in_future')
  return end
}

/**
 * Compares the time in a nonce of ours with the clock. `iat` plays no part then: the clock of the client may be wrong.
 *
 * @param next - gets a new nonce if this one is not accepted, or is past half of its life
 */
function endByNonce(
  nonce: string | undefined,
  nonces: DpopNonces,
  { now, clockTolerance, configuration }: ProofTimes,
  next: NextNonce,
): number {
  const { maxAge } = configuration.nonce as NonceConfiguration
  const time = nonce === undefined ? undefined : nonces.timeOf(nonce)
  if (time === undefined || !(now < time + maxAge + clockTolerance) || time > now + clockTolerance) {
    next.newNonce = nonces.create(now)
    throw new ProofNonceError(nonce === undefined ? 'proof_nonce_missing' : 'proof_nonce_invalid')
  }
  if (now >= time + maxAge / 2) next.newNonce = nonces.create(now)
  return time + maxAge + clockTolerance
}

/**
 * Checks that the proof was made a short time ago: by its nonce if nonces are asked for, else by its `iat`.
 *
 * @returns the wall-clock time in seconds from which on the proof is refused
 * @throws {InvalidProofError} `proof_too_old`, `proof_issued_in_future`
 * @throws {ProofNonceError} `proof_nonce_missing`, `proof_nonce_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-11.1 RFC 9449, section 11.1}
 */
export function endOfProof(proof: UsedProof, times: ProofTimes, next: NextNonce): number {
  const { nonces } = times
  return nonces === undefined ? endByIat(proof, times) : endByNonce(proof.nonce, nonces, times, next)
}
