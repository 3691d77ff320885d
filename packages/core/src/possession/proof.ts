import { type JwtClaims, verifySignature } from '../keys/signature.ts'
import { InvalidProofError, InvalidTokenError } from '../refusal/errors.ts'
import { isRepeated, type RequestLike, requestWithHeaders, sentHeader } from '../request/request.ts'
import type { UsedProof } from '../request/use.ts'
import { decodeUnverified, type UnverifiedToken } from '../token/unverified.ts'
import type { ProofKey, ProofKeys } from './proof-key.ts'

/** Characters. An RSA key of 4,096 bits and its signature take 1,600 of them. */
export const MAX_PROOF_SIZE = 8_192

/**
 * The value of the header DPoP.
 *
 * @throws {InvalidProofError} `proof_missing`, `multiple_proofs`, `proof_too_large`
 */
function proofHeader(wrapped: RequestLike): string {
  const request = requestWithHeaders(wrapped)
  const { rawHeaders } = request
  if (Array.isArray(rawHeaders) && isRepeated(rawHeaders, 'dpop'))
    throw new InvalidProofError('multiple_proofs')
  const sent = sentHeader(request, 'dpop')
  const value = Array.isArray(sent) && sent.length < 2 ? sent[0] : sent
  if (Array.isArray(value)) throw new InvalidProofError('multiple_proofs')
  if (value === undefined || value === null || value === '') throw new InvalidProofError('proof_missing')
  if (typeof value !== 'string') throw new InvalidProofError('proof_malformed')
  if (value.length > MAX_PROOF_SIZE) throw new InvalidProofError('proof_too_large')
  // Node and Fetch join repeated headers with a comma.
  if (value.includes(',')) throw new InvalidProofError('multiple_proofs')
  return value
}

/**
 * Decodes the proof of a request. Nothing of it is verified.
 *
 * @throws {InvalidProofError} `proof_missing`, `multiple_proofs`, `proof_too_large`, `proof_malformed`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-4.3 RFC 9449, section 4.3}
 */
export function readProof(request: RequestLike): UnverifiedToken {
  const text = proofHeader(request)
  try {
    return decodeUnverified(text, MAX_PROOF_SIZE)
  } catch (error) {
    throw error instanceof InvalidTokenError ? new InvalidProofError('proof_malformed') : error
  }
}

/** The claims that every proof for a resource server has. */
export interface ProofClaims extends UsedProof {
  readonly htm: string
  readonly htu: string
  readonly ath: string
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)

/** @throws {InvalidProofError} `proof_claim_malformed`: a claim is missing or of a wrong type */
export function checkClaims(claims: JwtClaims): asserts claims is JwtClaims & ProofClaims {
  const { jti, htm, htu, iat, ath, nonce, exp = iat, nbf = iat } = claims
  const isComplete = [jti, htm, htu, ath].every(isText) && [iat, exp, nbf].every(isTime)
  if (!isComplete || !(nonce === undefined || typeof nonce === 'string')) {
    throw new InvalidProofError('proof_claim_malformed')
  }
}

/**
 * Verifies the signature with the key in the proof, off the main thread.
 *
 * @throws {InvalidProofError} `proof_signature_invalid`, `proof_key_unsuitable`
 */
export async function verifyProofSignature(
  proof: UnverifiedToken,
  key: ProofKey,
  keys: ProofKeys,
): Promise<void> {
  try {
    await verifySignature(proof, [keys.find(key)])
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error
    const isKeyBroken = error.code === 'key_unsuitable'
    throw new InvalidProofError(isKeyBroken ? 'proof_key_unsuitable' : 'proof_signature_invalid')
  }
}
