import type { JwtClaims, UnverifiedJwt } from '../keys/signature.ts'
import { hasScopes } from './claims.ts'
import { hasTokenHash, headerKind, payloadKind } from './kind.ts'
import type { Caller, Profile } from './profile.ts'

/** The header says only that this is a JWT or a JWS, and the payload does not name a kind that is unknown. */
function isUnmarked({ unverifiedHeader, unverifiedClaims }: UnverifiedJwt): boolean {
  const kind = headerKind(unverifiedHeader)
  return (kind === 'jwt' || kind === 'jws') && payloadKind(unverifiedClaims) !== 'unknown'
}

/** Microsoft Entra ID, if the optional claim `idtyp` is configured. A token without it may be of either kind. */
function caller({ idtyp }: JwtClaims): Caller | undefined {
  if (idtyp === 'user') return 'user'
  return idtyp === 'app' ? 'service' : undefined
}

const COMMON = {
  requiresKid: false,
  clientClaims: ['client_id', 'cid', 'azp', 'appid'],
  scopeClaims: ['scope', 'scp'],
  callerClaim: 'idtyp',
  caller,
} as const

/**
 * Access tokens of servers whose header does not mark them, unless they have the marks of an ID token.
 *
 * A `nonce` marks an ID token, except beside scopes (Azure AD B2C) or a claim that names the token an access token
 * (Keycloak before 25). A client in `azp`, `client_id` or `appid` proves nothing, since ID tokens have it, too.
 */
export const generic: Profile = {
  matches: (token) => {
    const claims = token.unverifiedClaims
    return (
      isUnmarked(token) &&
      !hasTokenHash(claims) &&
      (claims.nonce === undefined || hasScopes(claims) || payloadKind(claims) === 'access_token')
    )
  },
  ...COMMON,
}

/** Tokens of `generic`, and ID tokens: for servers whose access tokens cannot be distinguished from ID tokens. */
export const acceptIdTokens: Profile = { matches: isUnmarked, ...COMMON }
