import type { Context, StoredPayload } from 'oidc-provider'
import { formRequest } from './form-request.ts'
import { type JsonObject, signJwt } from './jwt.ts'
import { OAuthError } from './oauth-error.ts'
import { parseScope } from './scopes.ts'
import type { ServerState } from './state.ts'
import { accessTokenClaims, idTokenClaims } from './token-claims.ts'

/** Changes the responses of oidc-provider so that they look like Okta's. */
export async function formatResponse(state: ServerState, ctx: Context): Promise<void> {
  ctx.set('Cache-Control', 'no-cache, no-store')
  ctx.set('Pragma', 'no-cache')
  const body = ctx.body as JsonObject | undefined
  if (typeof body !== 'object') return
  if (body.error !== undefined) return formatError(ctx, body)
  if (typeof body.access_token === 'string') ctx.body = await tokens(state, ctx, body, body.access_token)
  if (body.active === true) ctx.body = introspection(state, ctx)
}

/** Okta responds with `unauthorized_client` if an authenticated client may not use the grant. */
function formatError(ctx: Context, body: JsonObject): void {
  const { client, params } = ctx.oidc
  const grantType = params?.grant_type
  if (body.error !== 'invalid_request' || !client || !grantType || ctx.oidc.route !== 'token') return
  if (client.grantTypeAllowed(grantType)) return
  const granted = client.grantTypes.join(', ')
  ctx.body = new OAuthError(
    400,
    'unauthorized_client',
    `The client may use only these grants: ${granted}.`,
  ).toJSON()
}

/** Replaces the opaque tokens of the response with signed JWTs. */
async function tokens(state: ServerState, ctx: Context, body: JsonObject, id: string): Promise<JsonObject> {
  const { keys, storage, users } = state
  const stored = storage.peek('AccessToken', id) ?? storage.peek('ClientCredentials', id)
  if (!stored) throw new Error('The issued token was not stored.')
  const user = users.byId(stored.accountId ?? '')
  const claims = accessTokenClaims(formRequest(ctx).target.issuer, stored, user)
  const key = keys.active
  const header = { kid: key.kid, alg: 'RS256' }
  const accessToken = await signJwt(header, claims, key)
  storage.remember(accessToken, { id, claims })
  const openid = user && (claims.scp as string[]).includes('openid')
  const idToken = openid ? idTokenClaims(accessToken, claims, user, stored.extra?.amr) : undefined
  return {
    token_type: stored.jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: body.expires_in,
    access_token: accessToken,
    scope: body.scope,
    refresh_token: body.refresh_token,
    id_token: idToken && (await signJwt(header, idToken, key)),
  }
}

function introspection(state: ServerState, ctx: Context): JsonObject {
  const { target } = formRequest(ctx)
  const { AccessToken, ClientCredentials, RefreshToken } = ctx.oidc.entities
  const entity = AccessToken ?? ClientCredentials ?? RefreshToken
  const model = AccessToken ? 'AccessToken' : ClientCredentials ? 'ClientCredentials' : 'RefreshToken'
  const stored: StoredPayload = state.storage.peek(model, entity?.jti ?? '') ?? {}
  const user = state.users.byId(stored.accountId ?? '')
  const common = {
    active: true,
    token_type: RefreshToken ? undefined : stored.jkt === undefined ? 'Bearer' : 'DPoP',
    scope: parseScope(stored.scope).join(' '),
    client_id: stored.clientId,
    username: user?.username,
    exp: stored.exp,
    iat: stored.iat,
    sub: user?.username ?? stored.clientId,
    uid: user?.id,
    iss: target.issuer,
  }
  if (RefreshToken) return common
  return { ...accessTokenClaims(target.issuer, stored, user), ...common, scp: undefined }
}
