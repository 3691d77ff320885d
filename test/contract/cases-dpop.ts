import type { ErrorCode } from '@okta-resource-server/core'
import { base64url, NOW } from '@okta-resource-server/testing'
import { acceptsRequest, bearer, citing, type ForgedCase, rejectsRequest } from './case.ts'
import { accepted, DPOP, rejected } from './cases-dpop-proofs.ts'
import { boundTokenAndProof, dpop } from './proofs.ts'

/** The proof of a valid request, and how it is sent. */
const sent = (name: string, outcome: ErrorCode, lines: (proof: string) => readonly string[]): ForgedCase =>
  rejectsRequest(
    name,
    outcome,
    (it) => {
      const { token, proof } = boundTokenAndProof(it)
      return ['Authorization', `DPoP ${token}`, ...lines(proof)]
    },
    { ...DPOP, requirements: ['DPOP-01'] },
  )

const HEADERS: readonly ForgedCase[] = [
  sent('a bound token without a proof', 'proof_missing', () => []),
  sent('an empty DPoP header', 'proof_missing', () => ['DPoP', '']),
  sent('two DPoP headers with one proof each', 'multiple_proofs', (proof) => ['DPoP', proof, 'DPoP', proof]),
  sent('two DPoP headers in other cases', 'multiple_proofs', (proof) => ['dpop', 'a', 'DPOP', proof]),
  sent('two proofs with a comma between them', 'multiple_proofs', (proof) => ['DPoP', `${proof}, ${proof}`]),
  sent('a proof with a comma after it', 'multiple_proofs', (proof) => ['DPoP', `${proof},`]),
  sent('a proof with a space inside', 'proof_malformed', (proof) => ['DPoP', proof.replace('.', ' .')]),
  sent('a proof in quotation marks', 'proof_malformed', (proof) => ['DPoP', `"${proof}"`]),
  sent('a proof with padding', 'proof_malformed', (proof) => ['DPoP', `${proof}=`]),
  sent('a proof of two segments', 'proof_malformed', (proof) => ['DPoP', proof.replace(/\.[^.]*$/, '')]),
  sent('a proof of four segments', 'proof_malformed', (proof) => ['DPoP', `${proof}.a`]),
  sent('a proof of five segments', 'proof_malformed', (proof) => ['DPoP', `${proof}.a.a`]),
  sent('a proof with a header that is no JSON', 'proof_malformed', (proof) => [
    'DPoP',
    proof.replace(/^[^.]*/, base64url('{"alg":')),
  ]),
  sent('a proof with a duplicate member', 'proof_malformed', (proof) => [
    'DPoP',
    proof.replace(/^[^.]*/, base64url('{"alg":"ES256","alg":"ES256"}')),
  ]),
  sent('a proof with another signature', 'proof_signature_invalid', (proof) => [
    'DPoP',
    proof.replace(/[^.]{12}$/, 'AAAAAAAAAAAA'),
  ]),
  sent('a proof of 8,193 characters', 'proof_too_large', (proof) => ['DPoP', proof.padEnd(8_193, 'A')]),
  sent('a proof of 1 MB', 'proof_too_large', (proof) => ['DPoP', proof.padEnd(1_048_576, 'A')]),
  sent('the access token as its proof', 'proof_type_invalid', () => [
    'DPoP',
    `${base64url('{"alg":"ES256"}')}.${base64url('{}')}.AAAA`,
  ]),
  acceptsRequest('the scheme dpop in small letters', (it) => {
    const { token, proof } = boundTokenAndProof(it)
    return ['authorization', `dpop ${token}`, 'dpop', proof]
  }),
  rejectsRequest(
    'a bound token with the scheme Bearer and a proof',
    'sender_constrained',
    (it) => {
      const { token, proof } = boundTokenAndProof(it)
      return [...bearer(token), 'DPoP', proof]
    },
    { requirements: ['DPOP-15'] },
  ),
  rejectsRequest(
    'a bound token in Proxy-Authorization',
    'missing_token',
    (it) => {
      const { token, proof } = boundTokenAndProof(it)
      return ['Proxy-Authorization', `DPoP ${token}`, 'DPoP', proof]
    },
    { requirements: ['DPOP-21'] },
  ),
  rejectsRequest('a bound token in two Authorization headers', 'multiple_authorization_headers', (it) => {
    const { token, proof } = boundTokenAndProof(it)
    return ['Authorization', `DPoP ${token}`, ...bearer(token), 'DPoP', proof]
  }),
  rejectsRequest(
    'an unbound token with the scheme DPoP',
    'token_not_bound',
    (it) => dpop(it, { token: { cnf: undefined } }),
    { ...DPOP, requirements: ['DPOP-22'] },
  ),
  acceptsRequest('an unbound token with the scheme Bearer and a proof, which proves nothing', (it) => {
    const { token, proof } = boundTokenAndProof(it, { token: { cnf: undefined } })
    return [...bearer(token), 'DPoP', proof]
  }),
]

/** For an API under a known URL that says nothing else about DPoP. */
export const DPOP_CASES: readonly ForgedCase[] = [
  accepted('a bound token with a proof', {}, { requirements: ['DPOP-05', 'DPOP-14', 'DPOP-16'] }),
  ...HEADERS,
  rejectsRequest(
    'a bound token without the scope',
    'insufficient_scope',
    (it) => dpop(it, { path: '/admin' }),
    {
      ...DPOP,
      route: '/admin',
      scope: 'messages:admin',
    },
  ),
]

const advertised = { challenges: ['Bearer', 'DPoP'], requirements: ['DPOP-17', 'DPOP-18'] } as const
const onlyDpop = { challenges: ['DPoP'], requirements: ['DPOP-17', 'DPOP-18'] } as const

/** For an API with `dpop: 'allowed'`. */
export const DPOP_ALLOWED_CASES: readonly ForgedCase[] = [
  accepted('a bound token where DPoP is allowed'),
  acceptsRequest('a bearer token where DPoP is allowed', (it) => bearer(it.token())),
  rejectsRequest('no credentials where DPoP is allowed', 'missing_token', () => [], advertised),
  rejectsRequest(
    'an expired bearer token where DPoP is allowed',
    'token_expired',
    (it) => bearer(it.token({ claims: { exp: NOW - 60 } })),
    advertised,
  ),
  rejectsRequest(
    'a proof for another method where DPoP is allowed',
    'proof_method_mismatch',
    (it) => dpop(it, { claims: { htm: 'PUT' } }),
    { ...advertised, ...DPOP },
  ),
]

/** For an API with `dpop: 'required'`. */
export const DPOP_REQUIRED_CASES: readonly ForgedCase[] = [
  accepted('a bound token where DPoP is required'),
  rejectsRequest(
    'a bearer token where DPoP is required',
    'dpop_required',
    (it) => bearer(it.token()),
    onlyDpop,
  ),
  rejectsRequest('no credentials where DPoP is required', 'missing_token', () => [], onlyDpop),
]

/** For an API with `dpop: 'disabled'`. */
export const DPOP_DISABLED_CASES: readonly ForgedCase[] = [
  rejectsRequest('a bound token with a proof where DPoP is disabled', 'unsupported_scheme', (it) => dpop(it)),
  rejectsRequest('a bound token as bearer token where DPoP is disabled', 'sender_constrained', (it) =>
    bearer(boundTokenAndProof(it).token),
  ),
  acceptsRequest('a bearer token where DPoP is disabled', (it) => bearer(it.token())),
]

/** A nonce of the API, once it has been asked. */
export const issuedNonce = { value: '' }

const withNonce = (nonce: () => unknown, claims: Readonly<Record<string, unknown>> = {}) => ({
  get claims() {
    return { ...claims, nonce: nonce() }
  },
})

/** For an API that asks for nonces. */
export const DPOP_NONCE_CASES: readonly ForgedCase[] = citing({ requirements: ['DPOP-10', 'DPOP-19'] }, [
  rejected('a proof without a nonce', 'proof_nonce_missing', {}),
  ...['', 'a', 'A'.repeat(52), 'A'.repeat(4_000)].map((nonce) =>
    rejected(
      `a proof with the nonce ${nonce.slice(0, 10)} of ${nonce.length} characters`,
      'proof_nonce_invalid',
      {
        claims: { nonce },
      },
    ),
  ),
  rejected(
    'a proof with an altered nonce',
    'proof_nonce_invalid',
    withNonce(() => `${issuedNonce.value.slice(0, -1)}${issuedNonce.value.endsWith('A') ? 'B' : 'A'}`),
  ),
  ...[0, -3_600, 3_600].map((offset) =>
    accepted(
      `a proof with a nonce and an iat of ${offset} seconds`,
      withNonce(() => issuedNonce.value, { iat: NOW + offset }),
    ),
  ),
  acceptsRequest('a bearer token where nonces are asked for', (it) => bearer(it.token())),
])

/** `explain()` claims no proof, so it does not see that. */
const UNEXPLAINED = { ...DPOP, explained: 'accepted' } as const

/** For an API whose replay store has seen every proof. */
export const DPOP_REPLAY_CASES: readonly ForgedCase[] = [
  rejectsRequest('a proof that was used before', 'proof_replayed', (it) => dpop(it), {
    ...UNEXPLAINED,
    requirements: ['DPOP-20'],
  }),
]

/** For an API whose replay store fails. */
export const DPOP_STORE_CASES: readonly ForgedCase[] = [
  {
    ...rejectsRequest('a proof while the replay store is unavailable', 'store_unavailable', (it) => dpop(it)),
    ...UNEXPLAINED,
    requirements: ['DPOP-23'],
  },
]

/** For an API whose replay store is full. */
export const DPOP_FULL_CASES: readonly ForgedCase[] = [
  {
    ...rejectsRequest('a proof while the replay store is full', 'replay_store_full', (it) => dpop(it)),
    ...UNEXPLAINED,
  },
]
