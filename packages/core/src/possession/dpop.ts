import { mediaType } from '../keys/media-type.ts'
import type { JwsHeader } from '../keys/signature.ts'
import { canonicalAlgorithm } from '../options/algorithms.ts'
import type { DpopConfiguration } from '../options/dpop.ts'
import { InvalidProofError, InvalidTokenError } from '../refusal/errors.ts'
import { type RequestLike, serverRequest } from '../request/request.ts'
import type { Use, UsedProof } from '../request/use.ts'
import { sha256 } from '../sha256.ts'
import type { VerifiedToken } from '../token/verification.ts'
import { DpopNonces } from './dpop-nonce.ts'
import { isSameUrl, methodOf, requestedUrl } from './htu.ts'
import { checkClaims, type ProofClaims, readProof, verifyProofSignature } from './proof.ts'
import { type ProofKey, ProofKeys, readProofKey } from './proof-key.ts'
import { endOfProof, type ProofTimes } from './proof-time.ts'
import { claimUse } from './replay.ts'

/** What a verifier keeps between proofs. */
interface State {
  readonly keys: ProofKeys
  /** `undefined`: no nonces are asked for. */
  readonly nonces: DpopNonces | undefined
}

const states = new WeakMap<DpopConfiguration, State>()

function stateOf(configuration: DpopConfiguration): State {
  const { nonce } = configuration
  const state = states.get(configuration) ?? { keys: new ProofKeys(), nonces: nonce && new DpopNonces(nonce) }
  states.set(configuration, state)
  return state
}

/** Check 4 of RFC 9449, section 4.3. */
function checkType({ typ }: JwsHeader): void {
  if (mediaType(typ) !== 'dpop+jwt') throw new InvalidProofError('proof_type_invalid')
}

/** Check 5: an asymmetric algorithm that is allowed. */
function checkAlgorithm({ alg }: JwsHeader, { algorithms }: DpopConfiguration): void {
  if (!algorithms.has(canonicalAlgorithm(alg))) throw new InvalidProofError('proof_algorithm_not_allowed')
}

/** Check 8. Methods are case-sensitive (RFC 9110, section 9.1). */
function checkMethod({ htm }: ProofClaims, request: RequestLike): void {
  if (htm !== methodOf(request)) throw new InvalidProofError('proof_method_mismatch')
}

/** Check 9. */
function checkUrl({ htu }: ProofClaims, request: RequestLike, configuration: DpopConfiguration): void {
  if (!isSameUrl(htu, requestedUrl(request, configuration))) throw new InvalidProofError('proof_url_mismatch')
}

/** What all proofs for a token have in common. */
function digestsOf(token: VerifiedToken, use: Use): { readonly ath: string; readonly client: string } {
  const { issuer, clientId } = token.auth
  token.digests ??= { ath: sha256(use.verifiedToken), client: sha256(JSON.stringify([issuer, clientId])) }
  return token.digests
}

/** Check 12, first half: the proof was made for this access token. */
function checkToken({ ath }: ProofClaims, token: VerifiedToken, use: Use): void {
  if (ath !== digestsOf(token, use).ath) throw new InvalidProofError('proof_token_mismatch')
}

/** Check 12, second half: the token is bound to the key of the proof. */
function checkBinding({ thumbprint }: ProofKey, jkt: string): void {
  if (thumbprint !== jkt) throw new InvalidTokenError('proof_key_mismatch')
}

/** Checks 10 and 11 compare with this. */
function timesOf({ issuer }: VerifiedToken, configuration: DpopConfiguration): ProofTimes {
  const { clock, clockTolerance } = issuer.configuration
  return { now: clock.wall() / 1_000, clockTolerance, configuration, nonces: stateOf(configuration).nonces }
}

/**
 * The checks of RFC 9449, section 4.3: cheap ones first, and the signature last. Only a proof with the key that the token is bound
 * to gets as far as its import.
 */
function checkProof(token: VerifiedToken, use: Use, request: RequestLike, jkt: string): Promise<void> {
  const { dpop } = use.configuration
  const proof = readProof(request)
  const { unverifiedHeader: header, unverifiedClaims: claims } = proof
  checkType(header)
  checkAlgorithm(header, dpop)
  const key = readProofKey(header.jwk, header.alg)
  checkClaims(claims)
  checkMethod(claims, request)
  checkUrl(claims, request, dpop)
  checkToken(claims, token, use)
  checkBinding(key, jkt)
  endOfProof(claims, timesOf(token, dpop), use)
  return verifyProofSignature(proof, key, stateOf(dpop).keys).then(() => {
    use.proof = claims
  })
}

/**
 * Checks the binding of a token by DPoP: a bound token needs a valid proof, an unbound one must not claim to be bound.
 *
 * A proof is for one request. Messages on the connection that it has opened need no other one.
 *
 * @throws {InvalidTokenError} `sender_constrained`, `token_not_bound`, `dpop_required`, `proof_key_mismatch`
 * @throws {InvalidProofError} the proof is missing, or not accepted
 * @throws {ProofNonceError} the proof needs a nonce
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-7.1 RFC 9449, section 7.1}
 */
export function checkDpop(token: VerifiedToken, use: Use): void | Promise<void> {
  const { request, scheme, configuration } = use
  const { mode } = configuration.dpop
  const jkt = token.auth.confirmation?.jkt
  if (jkt === undefined) {
    if (scheme === 'DPoP') throw new InvalidTokenError('token_not_bound')
    if (mode === 'required') throw new InvalidTokenError('dpop_required')
    return
  }
  if (mode === 'disabled' || scheme !== 'DPoP' || request === undefined) {
    throw new InvalidTokenError('sender_constrained')
  }
  if (use.opening?.jkt === jkt) return
  return checkProof(token, use, request, jkt)
}

function claimProof(token: VerifiedToken, use: Use, proof: UsedProof, key: string): void | Promise<void> {
  const { dpop } = use.configuration
  const times = timesOf(token, dpop)
  const end = endOfProof(proof, times, use)
  return claimUse(dpop, {
    key,
    client: digestsOf(token, use).client,
    thumbprint: token.auth.confirmation?.jkt as string,
    timeToLive: Math.max(1, Math.ceil((end - times.now) * 1_000)),
  })
}

/** The claim of a proof that is pending or has succeeded. It does not refer to the request, which would stay in memory (ADR 35). */
interface Claim {
  readonly configuration: object
  readonly key: string
  readonly result: void | Promise<void>
}

/** The key is the server's own request. */
const claimsByRequest = new WeakMap<object, Claim>()

/** Decisions about a request that are made at the same time share the claim of its proof: none of them is a replay. */
function claimOnce(token: VerifiedToken, use: Use): void | Promise<void> {
  const { request, proof, configuration } = use
  if (request === undefined || proof === undefined) return
  const carrier = serverRequest(request)
  const key = sha256(`${token.auth.confirmation?.jkt} ${proof.jti}`)
  const known = claimsByRequest.get(carrier)
  if (known?.configuration === configuration && known.key === key) return known.result
  const result = claimProof(token, use, proof, key)
  claimsByRequest.set(carrier, { configuration, key, result })
  result?.catch(() => claimsByRequest.delete(carrier))
  return result
}

/**
 * Starts the claim of a proof while another store is waited for: one round trip instead of two. If the answer of that store refuses
 * the request, the proof is used up, which is no loss: a client makes a new proof for each request.
 */
export function startClaim(token: VerifiedToken, use: Use): void {
  use.claim = (async () => claimOnce(token, use))()
  // It has no other reader if the request is refused meanwhile.
  use.claim.catch(() => {})
}

/**
 * Claims the proof, so that it cannot be used again for as long as it would be accepted. The time is checked once more, since
 * the checks before may have waited.
 *
 * @throws {InvalidProofError} `proof_replayed`, or the proof has become too old
 * @throws {AuthorizationServerUnavailableError} `replay_store_full`, `store_unavailable`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-11.1 RFC 9449, section 11.1}
 */
export function checkNotReplayed(token: VerifiedToken, use: Use): void | Promise<void> {
  if (use.proof === undefined) return
  const claimed = (): void => {
    use.proof = undefined
  }
  const waiting = use.claim ?? claimOnce(token, use)
  return waiting === undefined ? claimed() : waiting.then(claimed)
}
