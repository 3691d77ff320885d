import { clientIdFrom, isUntyped, type Profile, scopesFrom } from './profile.ts'

/**
 * Access tokens of Okta's custom authorization servers. Their header does not mark them; only they have `cid` and `scp`.
 *
 * Tokens of the org authorization server, with `typ` `application/okta-internal-at+jwt`, do not match.
 */
export const okta: Profile = {
  matches: (token) => {
    const { cid, scp } = token.unverifiedClaims
    return (
      isUntyped(token) &&
      typeof cid === 'string' &&
      cid !== '' &&
      (Array.isArray(scp) || typeof scp === 'string')
    )
  },
  requiresKid: true,
  clientId: clientIdFrom('cid'),
  scopes: scopesFrom('scp'),
}
