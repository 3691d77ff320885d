import type Provider from 'oidc-provider'
import type { Context } from 'oidc-provider'
import { checkDpopReplay, validateDpop } from 'oidc-provider/lib/helpers/grants.js'
import { chooseLevel } from '../authentication-levels.ts'
import { clientCertificate } from '../client-certificate.ts'
import { REFRESH_TOKEN } from '../clients.ts'
import { OAuthError } from '../oauth-error.ts'
import { resourceServerInfo } from '../resource-server.ts'
import type { ServerState } from '../state.ts'
import type { User } from '../users.ts'

/** How the user was authenticated. oidc-provider's `extraTokenClaims` reads it from the context. */
export interface Authentication {
  amr: string[]
  acr: string | undefined
  /** Seconds since the epoch. */
  authTime: number
}

interface Granted {
  user: User
  scopes: readonly string[]
  amr: string[]
  acrValues: string | undefined
}

/**
 * Lets oidc-provider create and store the tokens, and sets them as the response body.
 *
 * The tokens are opaque at this point. token-response.ts replaces them with JWTs that look like Okta's.
 */
export async function issueTokens(
  provider: Provider,
  state: ServerState,
  ctx: Context,
  granted: Granted,
): Promise<void> {
  const { client } = ctx.oidc
  const { user } = granted
  const scope = granted.scopes.join(' ')
  const proof = await validateDpop(provider, ctx)
  await checkDpopReplay(provider, ctx, proof, client.clientId)
  const authentication: Authentication = {
    amr: granted.amr,
    acr: chooseLevel(granted.acrValues)?.acr,
    authTime: state.clock.seconds(),
  }
  ctx.oidc.entity('Authentication', authentication)

  const grant = new provider.Grant({ accountId: user.id, clientId: client.clientId })
  grant.addOIDCScope(scope)
  grant.addResourceScope(state.audience, scope)
  const common = {
    accountId: user.id,
    client,
    grantId: await grant.save(),
    scope,
    gty: ctx.oidc.params?.grant_type,
  }

  const accessToken = new provider.AccessToken(common)
  accessToken.resourceServer = new provider.ResourceServer(state.audience, resourceServerInfo(state.audience))
  if (proof !== undefined) accessToken.setThumbprint('jkt', proof.thumbprint)
  if (client.tlsClientCertificateBoundAccessTokens) {
    const certificate = clientCertificate(ctx)
    if (!certificate) throw new OAuthError(400, 'invalid_grant', 'The request has no client certificate.')
    accessToken.setThumbprint('x5t', certificate)
  }
  ctx.oidc.entity('AccessToken', accessToken)
  // RFC 9449, section 5: the refresh token of a public client is bound as well.
  const boundTo = client.clientAuthMethod === 'none' ? proof?.thumbprint : undefined
  const offline = granted.scopes.includes('offline_access') && client.grantTypeAllowed(REFRESH_TOKEN)
  ctx.body = {
    token_type: accessToken.tokenType,
    expires_in: accessToken.expiration,
    access_token: await accessToken.save(),
    scope,
    refresh_token: offline
      ? await refreshToken(provider, state, { ...common, jkt: boundTo }, authentication)
      : undefined,
  }
}

function refreshToken(
  provider: Provider,
  state: ServerState,
  common: object,
  authentication: Authentication,
) {
  return new provider.RefreshToken({
    ...common,
    ...authentication,
    resource: state.audience,
    rotations: 0,
  }).save()
}
