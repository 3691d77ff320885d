export type { DiagnosticsMessages, IntrospectionFailure, RefreshReason } from './diagnostics.ts'
export type { IssuerStatus } from './issuer/status.ts'
export type { AuthorizationServerOptions, FetchedJwkSet, JwkSetLike } from './options/authorization-server.ts'
export type { IntrospectionAuthenticationMethod } from './options/client-credentials.ts'
export type { DpopMode, DpopNonceOptions, DpopOptions } from './options/dpop.ts'
export { configurationFromEnvironment } from './options/environment.ts'
export type { IncomingRequest, IntrospectionMode, IntrospectionOption } from './options/introspection.ts'
export type {
  CertificateReader,
  CertificateRequest,
  ClientCertificate,
  MtlsMode,
  MtlsOptions,
} from './options/mtls.ts'
export type { AccessTokenVerifierOptions } from './options/options.ts'
export type { ProfileName } from './options/profile.ts'
export { memoryReplayStore } from './options/replay-store.ts'
export type { ProtectedResourceOption } from './options/resource.ts'
export type { RevocationOption } from './options/revocation.ts'
export type { IssuerCacheOption, IssuerResolver, ResolvedIssuer } from './options/tenants.ts'
export type { TokenCacheOption } from './options/token-cache.ts'
export type { AuthorizationDetailRequirement } from './policy/authorization-details.ts'
export { type AllOf, allOf, type ClaimRequirement } from './policy/claims.ts'
export { responseHeaders } from './policy/decision.ts'
export type { DelegationRequirement, RequiredActor } from './policy/delegation.ts'
export { checkRequirements } from './policy/guard.ts'
export { defineRequirements, type Requirements } from './policy/requirements.ts'
export {
  type AuthenticationRequirement,
  OKTA_ACR,
  type OktaAcr,
} from './policy/step-up.ts'
export {
  type AwsAlbClientCertOptions,
  type AzureClientCertOptions,
  awsAlbClientCert,
  azureClientCert,
  type CertificateHeaderOptions,
  clientCertHeader,
  envoyClientCert,
  type NginxClientCertOptions,
  nginxClientCert,
  traefikClientCert,
} from './possession/certificate-readers.ts'
export type { ProxySecret, TrustedProxy } from './possession/trusted-proxy.ts'
export type { ErrorResponse } from './refusal/challenge.ts'
export {
  type ConfigurationCode,
  ERROR_CATALOGUE,
  type ErrorCode,
  type InsufficientScopeCode,
  type InsufficientUserAuthenticationCode,
  type InvalidProofCode,
  type InvalidRequestCode,
  type InvalidTokenCode,
  type MissingTokenCode,
  type ProofNonceCode,
  type UnavailableCode,
} from './refusal/codes.ts'
export {
  AuthorizationServerUnavailableError,
  ConfigurationError,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidProofError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  ProofNonceError,
  type RequiredAuthentication,
} from './refusal/errors.ts'
export { type RemoteDocumentCode, RemoteDocumentError } from './refusal/remote-document-error.ts'
export { ResourceServerError } from './refusal/resource-server-error.ts'
export { errorResponse } from './refusal/response.ts'
export { StoreError, type StoreErrorCode } from './refusal/store-error.ts'
export { bearerToken } from './request/credentials.ts'
export type { HeadersLike, RequestLike } from './request/request.ts'
export { type MemoryRevocationStoreOptions, memoryRevocationStore } from './stores/memory-revocation-store.ts'
export type { MemoryReplayStoreOptions, ReplayStore, ReplayUse } from './stores/replay-store.ts'
export type { RevocableToken, Revocation } from './stores/revocation.ts'
export {
  createRevocationStore,
  type RevocationEntries,
  type RevocationStore,
  type RevocationStoreOptions,
} from './stores/revocation-store.ts'
export type { Actor } from './token/actor.ts'
export type { Confirmation } from './token/confirmation.ts'
export type { ExplainedCheck, Explanation } from './token/explanation.ts'
export type {
  AccessTokenClaims,
  AccessTokenHeader,
  VerifiedAccessToken,
} from './token/verified-access-token.ts'
export { type AccessTokenVerifier, createAccessTokenVerifier, type VerifierStatus } from './verifier.ts'
