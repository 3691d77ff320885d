/** Express middleware that protects an API with OAuth 2.0 access tokens. */
export {
  type AccessTokenClaims,
  type AccessTokenHeader,
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  type AuthorizationServerOptions,
  AuthorizationServerUnavailableError,
  bearerToken,
  type ClaimRequirement,
  ConfigurationError,
  configurationFromEnvironment,
  createAccessTokenVerifier,
  defineRequirements,
  type ErrorCode,
  type ErrorResponse,
  errorResponse,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  type Requirements,
  ResourceServerError,
  type VerifiedAccessToken,
  type VerifierStatus,
} from '@okta-resource-server/core'
export type {
  AdapterOptions as OktaAuthOptions,
  CredentialsOption,
  WithVerifier,
  WithVerifierOptions,
} from '@okta-resource-server/core/adapter'
export { authOf, requireAnyScope, requireAuth, requireClaims, requireScopes } from './guards.ts'
export { oktaAuth } from './middleware.ts'
// With a star, because declaration merging does not reach through a named re-export.
export type * from './types.ts'
