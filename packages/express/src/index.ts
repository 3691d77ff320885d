/** Express middleware that protects an API with OAuth 2.0 access tokens. */
export * from '@okta-resource-server/core'
export type {
  AdapterOptions as OktaAuthOptions,
  CredentialsOption,
  WithVerifier,
  WithVerifierOptions,
} from '@okta-resource-server/core/adapter'
export { authOf, requireAnyScope, requireAuth, requireClaims, requireScopes } from './guards.ts'
export { protectedResourceMetadata } from './metadata.ts'
export { oktaAuth } from './middleware.ts'
// With a star, because declaration merging does not reach through a named re-export.
export * from './types.ts'
