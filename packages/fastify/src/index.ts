/** Fastify plugin that protects an API with OAuth 2.0 access tokens. */
export * from '@okta-resource-server/core'
export type { CredentialsOption, WithVerifier, WithVerifierOptions } from '@okta-resource-server/core/adapter'
export { authOf } from './auth-of.ts'
export { protectedResourceMetadata } from './metadata.ts'
export type { OktaAuthOptions, PluginOptions } from './options.ts'
export { oktaAuth, oktaAuth as default } from './plugin.ts'
// With a star, because declaration merging does not reach through a named re-export.
export * from './types.ts'
