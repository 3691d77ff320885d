import { randomBytes } from 'node:crypto'
import Provider, { type Context } from 'oidc-provider'
import { clientCertificate } from './client-certificate.ts'
import { CLIENT_CREDENTIALS, clientMetadata, MFA_OTP, PASSWORD } from './clients.ts'
import { DPOP_ALGORITHMS } from './discovery.ts'
import type { Authentication } from './grants/issue-tokens.ts'
import { MFA_OTP_PARAMETERS, mfaOtpGrant } from './grants/mfa-otp.ts'
import { checkPolicy, PASSWORD_PARAMETERS, passwordGrant } from './grants/password.ts'
import { OAuthError } from './oauth-error.ts'
import { resourceServerInfo } from './resource-server.ts'
import { checkScopes, parseScope } from './scopes.ts'
import type { ServerState } from './state.ts'
import { formatResponse } from './token-response.ts'

const DAY = 24 * 60 * 60

/**
 * Creates the oidc-provider that serves the token, introspection and revocation endpoints.
 *
 * oidc-provider prints a notice for each default that is unsuitable for production. All of these options are set
 * explicitly, even to their defaults, so that it prints nothing during tests.
 */
export function createProvider(issuer: string, state: ServerState): Provider {
  const provider = new Provider(issuer, configuration(state))
  provider.registerGrantType(PASSWORD, (ctx) => passwordGrant(provider, state, ctx), PASSWORD_PARAMETERS)
  provider.registerGrantType(MFA_OTP, (ctx) => mfaOtpGrant(provider, state, ctx), MFA_OTP_PARAMETERS)
  provider.use(async (ctx, next) => {
    await next()
    await formatResponse(state, ctx)
  })
  // A server error is a bug in this server. The warning makes its cause visible, which a 500 response does not.
  provider.on('server_error', (_ctx, error) => process.emitWarning(error))
  return provider
}

function configuration(state: ServerState): object {
  const { audience, clients, keys, knobs, storage } = state
  return {
    adapter: storage.adapter,
    clients: [...Object.values(clients), ...state.moreClients].map(clientMetadata),
    // Used only for ID tokens that token-response.ts replaces. The published keys are managed by SigningKeys.
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
    enabledJWA: { dPoPSigningAlgValues: DPOP_ALGORITHMS },
    routes: {
      token: '/v1/token',
      introspection: '/v1/introspect',
      revocation: '/v1/revoke',
      jwks: '/v1/keys',
    },
    // 43 characters with 6 bits each, as in Okta's tokens.
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
      dPoP: {
        enabled: true,
        nonceSecret: randomBytes(32),
        requireNonce: () => knobs.dpopNonce,
        allowReplay: false,
      },
      mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate: clientCertificate },
      // A resource server must be able to introspect tokens of other clients. Okta does not document who may do so.
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
          if (resource !== audience)
            throw new OAuthError(400, 'invalid_target', 'The resource does not exist.')
          // The client is already authenticated. oidc-provider would drop unknown scopes silently.
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
