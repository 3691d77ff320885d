import { checkStrings, invalidOption } from './checks.ts'
import { DEFAULTS, OKTA_PROFILES } from './defaults.ts'
import { isOktaIssuer } from './okta.ts'

const PROFILE_NAMES = ['okta', 'rfc9068', 'generic', 'accept_id_tokens'] as const
/**
 * How an access token is distinguished from an ID token and other JWTs of the same issuer.
 *
 * - `okta`: Okta's custom authorization servers, and Okta for AI Agents
 * - `rfc9068`: tokens whose header has `typ` `at+jwt`
 * - `generic`: tokens whose header does not mark them, unless they have the marks of another token
 * - `accept_id_tokens`: as `generic`, but ID tokens are accepted, too. For servers whose access tokens cannot be
 *   distinguished from ID tokens, such as Dex, authentik and Google. An ID token is issued to a client and passes through
 *   browsers, logs and other services; with this profile, anyone who has one for an accepted audience can call the API.
 */
export type ProfileName = (typeof PROFILE_NAMES)[number]

/** The profiles of an issuer for which none are configured. */
export function defaultProfiles(issuer: string): readonly ProfileName[] {
  return isOktaIssuer(issuer) ? OKTA_PROFILES : DEFAULTS.profile
}

/** @throws {ConfigurationError} a name is not the name of a profile */
export function checkProfiles(option: string, value: unknown): readonly ProfileName[] {
  const list = checkStrings(option, value)
  if (!list.every((name) => (PROFILE_NAMES as readonly string[]).includes(name))) {
    invalidOption(option, `${option} must be one or more of ${PROFILE_NAMES.join(', ')}`)
  }
  return list as readonly ProfileName[]
}
