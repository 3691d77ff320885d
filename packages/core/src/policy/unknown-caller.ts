import type { IssuerConfiguration } from '../options/issuer.ts'
import type { Configuration } from '../options/options.ts'
import { isEntraIssuer } from '../options/providers.ts'
import { profileOfAnswer } from '../profiles/answer.ts'
import { profilesNamed } from '../profiles/index.ts'
import { type WarningSubject, warnOnce } from '../warnings.ts'
import { MAX_NESTING } from './requirement.ts'

/** What has to be known of requirements, whether they are valid or not. */
interface Asking {
  readonly caller?: unknown
  readonly anyOf?: unknown
}

const MESSAGE =
  "A route requires a caller, but tokens of the authorization server do not say whether a user or a service calls, and are refused. Require scopes, claims or clientIds instead, or set profile to one whose tokens say so ('okta', or 'generic' for tokens with the claim idtyp). Entra ID adds this optional claim to tokens of users only with its additional property include_user_token."

/** Reports that no token of this issuer says who calls, although a route wants to know. */
export function warnOfUnknownCaller(issuer: WarningSubject): void {
  warnOnce('ORS_CALLER_UNKNOWN', issuer, MESSAGE)
}

/** Whether a caller is required: directly, or in each alternative. */
function requiresCaller(requirements: unknown, level = 0): boolean {
  const { caller, anyOf } = (requirements ?? {}) as Asking
  if (caller !== undefined) return true
  if (!Array.isArray(anyOf) || anyOf.length === 0 || level > MAX_NESTING) return false
  return anyOf.every((each) => requiresCaller(each, level + 1))
}

/**
 * Whether tokens of an issuer may say who calls, as far as its options tell. The claim of `generic` counts if the issuer is that
 * of Entra ID, or if the profile was chosen: other servers do not have it by themselves.
 */
function mayNameCaller({
  issuer,
  profiles,
  hasOwnProfiles,
  introspection,
}: Pick<IssuerConfiguration, 'issuer' | 'profiles' | 'hasOwnProfiles' | 'introspection'>): boolean {
  const asked = introspection === undefined ? [] : [profileOfAnswer(introspection.isOkta)]
  return [...profilesNamed(profiles), ...asked].some(
    ({ callerClaim }) =>
      callerClaim !== undefined && (callerClaim !== 'idtyp' || hasOwnProfiles || isEntraIssuer(issuer)),
  )
}

/** The issuers whose tokens do not say who calls. If a function finds issuers, only the options that they share are known. */
function issuersWithoutCaller({ issuers, tenants }: Configuration): readonly WarningSubject[] {
  const known = [...issuers.values()].filter((issuer) => !mayNameCaller(issuer))
  const { defaults } = tenants ?? {}
  if (defaults?.hasOwnProfiles !== true || mayNameCaller(defaults)) return known
  return [{ issuer: 'found by a function', isFixed: true }]
}

/** Whether a caller is required by requirements of which it is not known yet which verifier they are for. */
let isRequired = false
/** Verifiers that are not closed. */
let verifiers = 0

/** Requirements are defined for later use. */
export function rememberDefined(requirements: object): void {
  isRequired ||= requiresCaller(requirements)
}

/** Reports for one verifier what its tokens cannot meet, as soon as it is known to be required. */
export class UnknownCaller {
  #issuers: readonly WarningSubject[]
  #isOpen = true

  constructor(configuration: Configuration) {
    this.#issuers = issuersWithoutCaller(configuration)
    verifiers++
  }

  /** These requirements are for the verifier. They need not be valid. */
  note(requirements: unknown): void {
    if (this.#issuers.length > 0 && requiresCaller(requirements)) this.#warn()
  }

  /** The verifier is used from now on: for the requirements that were defined, if there is no other one. */
  begin(): void {
    if (verifiers === 1 && isRequired) this.#warn()
  }

  /** The verifier is closed. */
  close(): void {
    if (this.#isOpen) verifiers--
    this.#isOpen = false
  }

  #warn(): void {
    for (const issuer of this.#issuers) warnOfUnknownCaller(issuer)
    this.#issuers = []
  }
}
