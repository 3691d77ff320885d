/** Fastify plugin that protects an API with OAuth 2.0 access tokens. */
export {
  type AccessTokenClaims,
  type AccessTokenVerifierOptions,
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
  type Requirements,
  ResourceServerError,
  type VerifiedAccessToken,
  type VerifierOption,
  type VerifierOptions,
} from '@okta-resource-server/core'
export type { GlobalOption, OktaAuthOptions } from './options.ts'
export { oktaAuth, oktaAuth as default } from './plugin.ts'
// With a star, since declaration merging does not reach through a named re-export.
export type * from './types.ts'
