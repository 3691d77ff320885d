/** Protects an MCP server with OAuth 2.0 access tokens. */
export * from '@okta-resource-server/core'
export type { CredentialsOption, WithVerifier, WithVerifierOptions } from '@okta-resource-server/core/adapter'
export type { AuthInfo } from './auth-info.ts'
export { authOf } from './auth-of.ts'
export { type McpMiddleware, mcpAuth, protectedResourceMetadata } from './middleware.ts'
export type { McpAuthOptions } from './settings.ts'
export {
  type OAuthTokenVerifier,
  type OAuthTokenVerifierOptions,
  oauthTokenVerifier,
  type SdkErrorClass,
} from './token-verifier.ts'
