import type { JwtClaims, UnverifiedJwt } from '../keys/signature.ts'
import { hasTokenHash, headerKind } from './kind.ts'
import type { Profile } from './profile.ts'

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
}
