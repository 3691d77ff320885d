import { ERROR_CATALOGUE } from '@okta-resource-server/core'
import type { Case, ForgedCase, IssuedCase, Outcome } from './case.ts'
import { ALGORITHM_CASES } from './cases-algorithms.ts'
import { CALLER_CASES } from './cases-callers.ts'
import { CERTIFICATE_CASES } from './cases-certificates.ts'
import { CLAIM_CASES } from './cases-claims.ts'
import { CONFUSION_CASES } from './cases-confusion.ts'
import {
  DPOP_ALLOWED_CASES,
  DPOP_CASES,
  DPOP_DISABLED_CASES,
  DPOP_FULL_CASES,
  DPOP_NONCE_CASES,
  DPOP_REPLAY_CASES,
  DPOP_REQUIRED_CASES,
  DPOP_STORE_CASES,
} from './cases-dpop.ts'
import { PROOF_KEY_CASES } from './cases-dpop-keys.ts'
import { PROOF_CASES } from './cases-dpop-proofs.ts'
import { EMBEDDED_KEY_CASES } from './cases-embedded-keys.ts'
import { HEADER_CASES } from './cases-header.ts'
import { type AskedCase, INTROSPECTION_CASES, NO_INTROSPECTION_CASES } from './cases-introspection.ts'
import { ISSUED_TOKEN_CASES } from './cases-issued.ts'
import { JSON_CASES } from './cases-json.ts'
import { KEY_CASES } from './cases-keys.ts'
import { KIND_CASES } from './cases-kinds.ts'
import { NARROW_CASES, RFC9068_CASES } from './cases-options.ts'
import { PARTY_CASES } from './cases-parties.ts'
import { REQUEST_CASES } from './cases-requests.ts'
import { REQUIRED_CLAIM_CASES } from './cases-required-claims.ts'
import { REQUIREMENT_CASES } from './cases-requirements.ts'
import { REVOCATION_CASES } from './cases-revocation.ts'
import { SIGNATURE_CASES } from './cases-signatures.ts'
import { SIZE_CASES } from './cases-sizes.ts'
import { TOKEN_FORM_CASES } from './cases-token-form.ts'
import {
  CLOSED_CASES,
  NO_KEYS_CASES,
  NO_METADATA_CASES,
  STATUS_CASES,
  TENANT_CASES,
} from './cases-unavailable.ts'

/** A case of the contract, with what follows from its place among the others. */
export type Gathered<C> = C & {
  /** Where it is written. */
  readonly file: string
  /** It runs over every adapter: it is about request handling, or it is the first case with its outcome. */
  readonly onAdapters: boolean
}

type ErrorName = keyof typeof ERROR_CATALOGUE

export function errorNameOf(outcome: Outcome): ErrorName | undefined {
  const names = Object.keys(ERROR_CATALOGUE) as ErrorName[]
  return names.find((name) => Object.hasOwn(ERROR_CATALOGUE[name], outcome))
}

/** What the first case of each code proves for all refusals of its class, since each answer is checked in full. */
const OF_EVERY_REFUSAL: Readonly<Partial<Record<ErrorName, readonly string[]>>> = {
  MissingTokenError: ['RFC6750-3-challenge', 'RFC6750-3-scheme', 'RFC6750-3-parameter'],
  InvalidRequestError: ['RFC6750-3.1-invalid-request', 'RFC6750-3-scheme'],
  InvalidTokenError: [
    ...['RFC6750-3-challenge', 'RFC6750-3-error', 'RFC6750-3.1-invalid-token'],
    ...['RFC7519-7.2-reject', 'RFC9068-4-errors'],
  ],
  InsufficientScopeError: ['RFC6750-3.1-insufficient-scope', 'RFC6750-3-scheme'],
  InsufficientUserAuthenticationError: ['STEP-01', 'RFC6750-3-scheme'],
  AuthorizationServerUnavailableError: ['OKTA-keys-outage'],
}

const seen = new Set<Outcome>()

function gather<C extends Case<never>>(file: string, cases: readonly C[]): readonly Gathered<C>[] {
  return cases.map((each) => {
    const isFirst = !seen.has(each.outcome)
    seen.add(each.outcome)
    const name = errorNameOf(each.outcome)
    const common = (isFirst && name !== undefined && OF_EVERY_REFUSAL[name]) || []
    return {
      ...each,
      file,
      onAdapters: isFirst || each.requestHandling === true,
      requirements: [...new Set([...(each.requirements ?? []), ...common])],
    }
  })
}

/** Tokens that any authorization server can issue, and requests that are judged by more than their token. */
export const ISSUED: readonly Gathered<IssuedCase>[] = [
  ...gather('cases-requests.ts', REQUEST_CASES),
  ...gather('cases-requirements.ts', REQUIREMENT_CASES),
  ...gather('cases-required-claims.ts', REQUIRED_CLAIM_CASES),
  ...gather('cases-callers.ts', CALLER_CASES),
  ...gather('cases-issued.ts', ISSUED_TOKEN_CASES),
]

/** What depends on the published keys, whether they are fetched or configured. */
export const OF_PUBLISHED_KEYS: readonly Gathered<ForgedCase>[] = [
  ...gather('cases-keys.ts', KEY_CASES),
  ...gather('cases-embedded-keys.ts', EMBEDDED_KEY_CASES),
]

/** Tokens that only a forger makes. */
export const FORGED: readonly Gathered<ForgedCase>[] = [
  ...OF_PUBLISHED_KEYS,
  ...gather('cases-algorithms.ts', ALGORITHM_CASES),
  ...gather('cases-confusion.ts', CONFUSION_CASES),
  ...gather('cases-signatures.ts', SIGNATURE_CASES),
  ...gather('cases-token-form.ts', TOKEN_FORM_CASES),
  ...gather('cases-json.ts', JSON_CASES),
  ...gather('cases-header.ts', HEADER_CASES),
  ...gather('cases-claims.ts', CLAIM_CASES),
  ...gather('cases-kinds.ts', KIND_CASES),
  ...gather('cases-parties.ts', PARTY_CASES),
  ...gather('cases-sizes.ts', SIZE_CASES),
]

export const FOR_ONE_CLIENT: readonly Gathered<ForgedCase>[] = gather('cases-options.ts', NARROW_CASES)
export const FOR_RFC9068: readonly Gathered<ForgedCase>[] = gather('cases-options.ts', RFC9068_CASES)
export const OF_CERTIFICATES: readonly Gathered<ForgedCase>[] = gather(
  'cases-certificates.ts',
  CERTIFICATE_CASES,
)
export const WITHOUT_METADATA: readonly Gathered<ForgedCase>[] = gather(
  'cases-unavailable.ts',
  NO_METADATA_CASES,
)
export const WITHOUT_KEYS: readonly Gathered<ForgedCase>[] = gather('cases-unavailable.ts', NO_KEYS_CASES)
export const OF_TENANTS: readonly Gathered<ForgedCase>[] = gather('cases-unavailable.ts', TENANT_CASES)
export const WITHOUT_STATUS_LISTS: readonly Gathered<ForgedCase>[] = gather(
  'cases-unavailable.ts',
  STATUS_CASES,
)
export const REVOKED: readonly Gathered<ForgedCase>[] = gather('cases-revocation.ts', REVOCATION_CASES)
export const CLOSED: readonly Gathered<ForgedCase>[] = gather('cases-unavailable.ts', CLOSED_CASES)
export const OF_OPAQUE_TOKENS: readonly Gathered<AskedCase>[] = gather(
  'cases-introspection.ts',
  INTROSPECTION_CASES,
)
export const WITHOUT_INTROSPECTION: readonly Gathered<AskedCase>[] = gather(
  'cases-introspection.ts',
  NO_INTROSPECTION_CASES,
)

/** Cases about DPoP, by what is special about the API. */
export const OF_DPOP = {
  unset: [
    ...gather('cases-dpop.ts', DPOP_CASES),
    ...gather('cases-dpop-keys.ts', PROOF_KEY_CASES),
    ...gather('cases-dpop-proofs.ts', PROOF_CASES),
  ],
  allowed: gather('cases-dpop.ts', DPOP_ALLOWED_CASES),
  required: gather('cases-dpop.ts', DPOP_REQUIRED_CASES),
  disabled: gather('cases-dpop.ts', DPOP_DISABLED_CASES),
  nonces: gather('cases-dpop.ts', DPOP_NONCE_CASES),
  replay: gather('cases-dpop.ts', DPOP_REPLAY_CASES),
  unavailable: gather('cases-dpop.ts', DPOP_STORE_CASES),
  full: gather('cases-dpop.ts', DPOP_FULL_CASES),
}

/** Every case, once. */
export const CASES: readonly Gathered<Case<never>>[] = [
  ...ISSUED,
  ...FORGED,
  ...FOR_ONE_CLIENT,
  ...FOR_RFC9068,
  ...OF_CERTIFICATES,
  ...WITHOUT_METADATA,
  ...WITHOUT_KEYS,
  ...OF_TENANTS,
  ...WITHOUT_STATUS_LISTS,
  ...REVOKED,
  ...CLOSED,
  ...Object.values(OF_DPOP).flat(),
  ...OF_OPAQUE_TOKENS,
  ...WITHOUT_INTROSPECTION,
]
