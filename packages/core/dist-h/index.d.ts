export { type AdapterOptions, type AdapterSettings, adapterSettings, type CredentialsOption, type EnvironmentOptions, hasNoCredentials, isOptional, type VerifierOption, type VerifierOptions, } from './adapter-options.ts';
export { bearerToken, type HeadersLike, type RequestLike } from './authorization-header.ts';
export { type ErrorResponse, errorResponse } from './challenge.ts';
export type { DiagnosticsMessages, RefreshReason } from './diagnostics.ts';
export { AuthorizationServerUnavailableError, type ConfigurationCode, ConfigurationError, ERROR_CATALOGUE, type ErrorCode, type InsufficientScopeCode, InsufficientScopeError, type InvalidRequestCode, InvalidRequestError, type InvalidTokenCode, InvalidTokenError, type MissingTokenCode, MissingTokenError, type RemoteDocumentCode, RemoteDocumentError, ResourceServerError, type UnavailableCode, } from './errors.ts';
export { type AuthorizationServerOptions, configurationFromEnvironment } from './issuer-options.ts';
export type { IssuerStatus } from './key-set.ts';
export type { AccessTokenVerifierOptions, TokenCacheOption } from './options.ts';
export type { ProfileName } from './profiles/profile.ts';
export { type ClaimRequirement, checkRequirements, defineRequirements, type Requirements, } from './requirements.ts';
export type { AccessTokenClaims, AccessTokenHeader, VerifiedAccessToken } from './verified-access-token.ts';
export { type AccessTokenVerifier, createAccessTokenVerifier, type VerifierStatus } from './verifier.ts';
//# sourceMappingURL=index.d.ts.map