import Provider, { type Context } from 'oidc-provider'
import { CLIENT_CREDENTIALS, clientMetadata, MFA_OTP, PASSWORD } from './clients.ts'
import type { Authentication } from './grants/issue-tokens.ts'
import { MFA_OTP_PARAMETERS, mfaOtpGrant } from './grants/mfa-otp.ts'
import { checkPolicy, PASSWORD_PARAMETERS, passwordGrant } from './grants/password.ts'
import { OAuthError } from './oauth-error.ts'
import { resourceServerInfo } from './resource-server.ts'
import { checkScopes, parseScope } from './scopes.ts'
import type { ServerState } from './state.ts'
import { dressResponse } from './token-response.ts'

const DAY = 24 * 60 * 60

/**
 * The oidc-provider behind the endpoints token, introspect and revoke.
 *
 * It prints a notice for each default it uses that production should not. Every such default is set here, also where
 * the value is the default's own, so that a test run stays silent without a hand on the console.
 */
export function createProvider(issuer: string, state: ServerState): Provider {
  const provider = new Provider(issuer, configuration(state))
  provider.registerGrantType(PASSWORD, (ctx) => passwordGrant(provider, state, ctx), PASSWORD_PARAMETERS)
  provider.registerGrantType(MFA_OTP, (ctx) => mfaOtpGrant(provider, state, ctx), MFA_OTP_PARAMETERS)
  provider.use(async (ctx, next) => {
    await next()
    await dressResponse(state, ctx)
  })
  // Such an answer is a defect of this server; nobody should have to guess it from a 500.
  provider.on('server_error', (_ctx, error) => process.emitWarning(error))
  return provider
}

function configuration(state: ServerState): object {
  const { audience, clients, keys, knobs, storage } = state
  return {
    adapter: storage.adapter,
    clients: [...Object.values(clients), ...state.moreClients].map(clientMetadata),
    // Signs only ID tokens that token-response.ts replaces; the published keys are rotated apart from it.
    jwks: { keys: [{ ...keys.active.privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    clientAuthMethods: [
      'none',
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
    ],
    routes: {
      token: '/v1/token',
      introspection: '/v1/introspect',
      revocation: '/v1/revoke',
      jwks: '/v1/keys',
    },
    // 43 characters, like Okta's: 6 bits each.
    formats: { bitsOfOpaqueRandomness: 258 },
    ttl: {
      AccessToken: () => knobs.tokenLife,
      ClientCredentials: () => knobs.tokenLife,
      IdToken: () => 3600,
      RefreshToken: () => 7 * DAY,
      Grant: () => 365 * DAY,
    },
    issueRefreshToken: () => false,
    rotateRefreshToken: false,
    clientBasedCORS: () => true,
    findAccount: (_ctx: Context, id: string) => {
      const user = state.users.byId(id)
      return user && { accountId: user.id, claims: () => ({ sub: user.id }) }
    },
    extraTokenClaims: (ctx: Context, token: { accountId?: string }) =>
      token.accountId ? authentication(ctx) : undefined,
    renderError: (ctx: Context, out: object) => {
      ctx.body = out
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      // Whether one client may ask about another's tokens is not documented; a resource server must be able to.
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx: Context, client: { clientId: string }, token: { clientId: string }) =>
          client.clientId === token.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx: Context, resource: string) => {
          if (resource !== audience) throw new OAuthError(400, 'invalid_target', 'There is no such resource.')
          // The client is authenticated by now, and oidc-provider would drop unknown scopes silently.
          if (ctx.oidc.params?.grant_type === CLIENT_CREDENTIALS) checkServiceRequest(state, ctx)
          return resourceServerInfo(audience)
        },
      },
    },
  }
}

function checkServiceRequest(state: ServerState, ctx: Context): void {
  checkScopes(parseScope(ctx.oidc.params?.scope), { forUser: false, denied: state.knobs.deniedScopes })
  checkPolicy(state)
}

function authentication({ oidc: { entities } }: Context): object {
  const { amr, acr, authTime } = (entities.RefreshToken ?? entities.Authentication) as Authentication
  return { amr, acr, auth_time: authTime }
}
