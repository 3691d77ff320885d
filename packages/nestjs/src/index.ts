/** NestJS module that protects an API with OAuth 2.0 access tokens. */
export * from '@okta-resource-server/core'
export type {
  AdapterOptions as OktaAuthOptions,
  CredentialsOption,
  WithVerifier,
  WithVerifierOptions,
} from '@okta-resource-server/core/adapter'
export { authOf } from './auth-of.ts'
export {
  Auth,
  type AuthDecorator,
  Public,
  RequireAuth,
  type RequireAuthOptions,
  RequireScopes,
} from './decorators.ts'
export { OktaAuthGuard } from './guard.ts'
export { ACCESS_TOKEN_VERIFIER, type OktaAuthAsyncOptions, OktaAuthModule } from './module.ts'
