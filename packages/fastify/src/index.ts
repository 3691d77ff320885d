/** Fastify plugin that protects an API with OAuth 2.0 access tokens. */
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
  type Requirements,
  ResourceServerError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
export type {
  CredentialsOption,
  EnvironmentOptions,
  GlobalOption,
  OktaAuthOptions,
  VerifierOption,
  VerifierOptions,
} from './options.ts'
export { oktaAuth, oktaAuth as default } from './plugin.ts'
// With a star, since declaration merging does not reach through a named re-export.
export type * from './types.ts'
