import type { IssuerConfiguration } from '../options/issuer.ts'
import type { Configuration } from '../options/options.ts'
import { isEntraIssuer } from '../options/providers.ts'
import { profileOfAnswer } from '../profiles/answer.ts'
import { profilesNamed } from '../profiles/index.ts'
import { type WarningSubject, warnOnce } from '../warnings.ts'

const MESSAGE =
  "A route requires a caller, but tokens of the authorization server do not say whether a user or a service calls, and are refused. Require scopes, claims or clientIds instead, or set profile to one whose tokens say so ('okta', or 'generic' for tokens with the claim idtyp). Entra ID adds this optional claim to tokens of users only with its additional property include_user_token."

/** Reports that no token of this issuer says who calls, although a route wants to know. */
export function warnOfUnknownCaller(issuer: WarningSubject): void {
  warnOnce('ORS_CALLER_UNKNOWN', issuer, MESSAGE)
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
export function issuersWithoutCaller({ issuers, tenants }: Configuration): readonly WarningSubject[] {
  const known = [...issuers.values()].filter((issuer) => !mayNameCaller(issuer))
  const { defaults } = tenants ?? {}
  if (defaults?.hasOwnProfiles !== true || mayNameCaller(defaults)) return known
  return [{ issuer: 'found by a function', isFixed: true }]
}
