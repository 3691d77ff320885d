/** Express middleware that protects an API with OAuth 2.0 access tokens. */
export {
  type AccessTokenClaims,
  type AccessTokenVerifierOptions,
  AuthorizationServerUnavailableError,
  type ClaimRequirement,
  ConfigurationError,
  errorResponse,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  ResourceServerError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
export { requireAnyScope, requireClaims, requireScopes } from './guards.ts'
export { oktaAuth } from './middleware.ts'
export type {
  CredentialsOption,
  EnvironmentOptions,
  OktaAuthOptions,
  VerifierOption,
  VerifierOptions,
} from './options.ts'
// With a star, since declaration merging does not reach through a named re-export.
export type * from './types.ts'
