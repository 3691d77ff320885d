// The subpath @okta-resource-server/express/no-globals: the whole package, without the type of `req.auth` in Express.
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
