import { clientIdFrom, isUntyped, type Profile, scopesFrom } from './profile.ts'

/** Claims of ID tokens (OpenID Connect Core, section 2) and of security event tokens (RFC 8417, section 2.2). */
const FOREIGN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 'events'] as const

/** Access tokens of servers that do not mark them, unless they have the marks of another token. */
export const generic: Profile = {
  matches: (token) =>
    isUntyped(token) && !FOREIGN_CLAIMS.some((name) => Object.hasOwn(token.unverifiedClaims, name)),
  requiresKid: false,
  clientId: clientIdFrom('client_id', 'cid', 'azp'),
  scopes: scopesFrom('scope', 'scp'),
}
