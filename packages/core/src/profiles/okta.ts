import type { JwtClaims, UnverifiedJwt } from '../keys/signature.ts'
import { hasTokenHash, headerKind } from './kind.ts'
import type { Caller, Profile } from './profile.ts'

/** Claims that Okta's ID tokens have and its access tokens do not. */
const hasIdTokenMarks = (claims: JwtClaims): boolean =>
  hasTokenHash(claims) || claims.nonce !== undefined || claims.amr !== undefined || claims.idp !== undefined

const isUnmarked = ({ unverifiedHeader, unverifiedClaims }: UnverifiedJwt): boolean =>
  headerKind(unverifiedHeader) === 'jwt' && !hasIdTokenMarks(unverifiedClaims)

/**
 * Access tokens of Okta's custom authorization servers. Their header does not mark them; only they have `cid`.
 *
 * Tokens of the org authorization server, with `typ` `application/okta-internal-at+jwt`, do not match.
 */
export const okta: Profile = {
  matches: (token) => {
    const { cid } = token.unverifiedClaims
    return typeof cid === 'string' && cid !== '' && isUnmarked(token)
  },
  requiresKid: true,
  clientClaims: ['cid'],
  scopeClaims: ['scp'],
  callerClaim: 'uid',
  // Okta adds `uid` if there is a user, also where a service acts on behalf of one.
  caller: ({ uid }) => {
    if (uid === undefined) return 'service'
    return typeof uid === 'string' && uid !== '' ? 'user' : undefined
  },
}

/** Entity profiles of subjects that are no users, in lower case. */
const SERVICES: readonly string[] = ['service', 'ai_agent']

/**
 * What the entity profiles of a subject say about it: a list with spaces, in any case. Profiles that are not known say
 * nothing, and neither do those that contradict each other.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-mora-oauth-entity-profiles/ OAuth 2.0 Entity Profiles}
 */
function callerOf(profiles: string): Caller | undefined {
  const names = profiles.toLowerCase().split(' ')
  const isUser = names.includes('user')
  const isService = names.some((name) => SERVICES.includes(name))
  if (isUser === isService) return undefined
  return isUser ? 'user' : 'service'
}

/**
 * Access tokens of Okta for AI Agents: with `sub_profile`, and their scopes in `scope`. Neither `act` nor `scope` alone is
 * a mark, since ID-JAGs have them, too.
 */
export const oktaAgent: Profile = {
  matches: (token) => {
    const { sub_profile: profile, scope } = token.unverifiedClaims
    return typeof profile === 'string' && profile !== '' && typeof scope === 'string' && isUnmarked(token)
  },
  requiresKid: true,
  clientClaims: ['cid', 'client_id'],
  scopeClaims: ['scope'],
  callerClaim: 'sub_profile',
  caller: ({ sub_profile: profile }) => (typeof profile === 'string' ? callerOf(profile) : undefined),
}
