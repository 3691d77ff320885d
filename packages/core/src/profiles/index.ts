import type { UnverifiedJwt } from '../keys/signature.ts'
import type { ProfileName } from '../options/profile.ts'
import { InvalidTokenError } from '../refusal/errors.ts'
import { hasScopes } from './claims.ts'
import { acceptIdTokens, generic } from './generic.ts'
import { hasTokenHash, headerKind, otherKind } from './kind.ts'
import { okta, oktaAgent } from './okta.ts'
import type { Profile } from './profile.ts'
import { rfc9068 } from './rfc9068.ts'

const PROFILES: Readonly<Record<ProfileName, readonly Profile[]>> = Object.freeze({
  okta: [oktaAgent, okta],
  rfc9068: [rfc9068],
  generic: [generic],
  accept_id_tokens: [acceptIdTokens],
})

/** The profiles behind these names. */
export function profilesNamed(names: readonly ProfileName[]): readonly Profile[] {
  return names.flatMap((name) => PROFILES[name])
}

/**
 * The first of the accepted profiles that the token matches.
 *
 * @throws {InvalidTokenError} `id_token`, or `not_an_access_token` if it is not known what the token is
 */
export function findProfile(token: UnverifiedJwt, accepted: readonly ProfileName[]): Profile {
  for (const name of accepted) {
    for (const profile of PROFILES[name]) if (profile.matches(token)) return profile
  }
  const { unverifiedHeader: header, unverifiedClaims: claims } = token
  const isIdToken = headerKind(header) !== 'unknown' && (hasTokenHash(claims) || claims.nonce !== undefined)
  throw new InvalidTokenError(isIdToken ? 'id_token' : 'not_an_access_token')
}

/** The profiles whose access tokens look like this one. Tokens that may be ID tokens match none. */
export function profilesThatMatch(token: UnverifiedJwt): readonly ProfileName[] {
  if (otherKind(token) !== undefined || !hasScopes(token.unverifiedClaims)) return []
  return (['okta', 'rfc9068', 'generic'] as const).filter((name) =>
    PROFILES[name].some((profile) => profile.matches(token)),
  )
}
