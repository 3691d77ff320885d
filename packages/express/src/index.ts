/** Express middleware that protects an API with OAuth 2.0 access tokens. */
export {
  type AccessTokenClaims,
  type AccessTokenVerifierOptions,
  type AdapterOptions as OktaAuthOptions,
  AuthorizationServerUnavailableError,
  type ClaimRequirement,
  ConfigurationError,
  type CredentialsOption,
  type EnvironmentOptions,
  errorResponse,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  ResourceServerError,
  type VerifiedAccessToken,
  type VerifierOption,
  type VerifierOptions,
} from '@okta-resource-server/core'
export { requireAnyScope, requireClaims, requireScopes } from './guards.ts'
export { oktaAuth } from './middleware.ts'
// With a star, since declaration merging does not reach through a named re-export.
export type * from './types.ts'
