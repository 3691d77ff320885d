import { hash } from 'node:crypto'
import type { StoredPayload } from 'oidc-provider'
import type { JsonObject } from './jwt.ts'
import { base64url } from './random.ts'
import { parseScope } from './scopes.ts'
import type { User } from './users.ts'

/** Lifetime of Okta's ID tokens in seconds; it cannot be changed. */
const ID_TOKEN_LIFETIME = 3600

/** Returns the claims of an access token of a custom authorization server, in the order of Okta's samples. */
export function accessTokenClaims(issuer: string, stored: StoredPayload, user: User | undefined): JsonObject {
  return {
    ver: 1,
    jti: `AT.${stored.jti}`,
    iss: issuer,
    aud: stored.aud,
    iat: stored.iat,
    exp: stored.exp,
    cid: stored.clientId,
    uid: user?.id,
    scp: parseScope(stored.scope),
    auth_time: stored.extra?.auth_time,
    acr: stored.extra?.acr,
    sub: user?.username ?? stored.clientId,
    cnf: confirmation(stored),
  }
}

/**
 * What the token is bound to (RFC 9449, section 6.1; RFC 8705, section 3.1). Okta has no certificate-bound tokens; other
 * servers have this form.
 */
function confirmation({ jkt, 'x5t#S256': x5t }: StoredPayload): JsonObject | undefined {
  if (jkt === undefined && x5t === undefined) return undefined
  return { ...(jkt !== undefined && { jkt }), ...(x5t !== undefined && { 'x5t#S256': x5t }) }
}

/** Returns the claims of the ID token that is issued together with an access token. */
export function idTokenClaims(accessToken: string, access: JsonObject, user: User, amr: unknown): JsonObject {
  const scopes = access.scp as string[]
  return {
    sub: user.id,
    name: scopes.includes('profile') ? user.username.split('@')[0] : undefined,
    email: scopes.includes('email') ? user.username : undefined,
    ver: 1,
    iss: access.iss,
    aud: access.cid,
    iat: access.iat,
    exp: (access.iat as number) + ID_TOKEN_LIFETIME,
    jti: `ID.${base64url(43)}`,
    amr,
    idp: IDENTITY_PROVIDER,
    preferred_username: scopes.includes('profile') ? user.username : undefined,
    auth_time: access.auth_time,
    acr: access.acr,
    at_hash: hash('sha256', accessToken, 'buffer').subarray(0, 16).toString('base64url'),
  }
}

/** The ID of the org, which is the identity provider. */
const IDENTITY_PROVIDER = '00o1testorganisation'
