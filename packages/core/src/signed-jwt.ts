// JWTs of an issuer that are no access tokens, such as Security Event Tokens. Their signatures are verified with the same keys,
// which are refreshed in the same way.
import type { Clock } from './clock.ts'
import { JwtIssuer } from './issuer/jwt-issuer.ts'
import type { IssuerStatus } from './issuer/status.ts'
import type { JwtClaims, UnverifiedJwt } from './keys/signature.ts'
import { canonicalAlgorithm } from './options/algorithms.ts'
import type { AuthorizationServerOptions } from './options/authorization-server.ts'
import { issuerConfiguration } from './options/issuer.ts'
import { InvalidTokenError } from './refusal/errors.ts'
import { decodeUnverified } from './token/unverified.ts'

/** The options of an issuer that concern its keys, and what its JWTs are compared with. */
export type SignedJwtOptions = Pick<
  AuthorizationServerOptions,
  | 'issuer'
  | 'algorithms'
  | 'clockTolerance'
  | 'metadataUri'
  | 'jwksHosts'
  | 'jwksUri'
  | 'jwks'
  | 'initialJwks'
  | 'cacheMaxAge'
  | 'cooldownDuration'
  | 'timeoutDuration'
  | 'staleIfError'
  | 'allowInsecureHttp'
  | 'fetch'
  | 'clock'
> & { readonly audience: string | readonly string[] }

/** Verifies the signatures of one issuer's JWTs. Type and claims are **not** checked: that is up to the caller. */
export interface SignedJwtVerifier {
  /** What the claim `iss` has to be. */
  readonly issuer: string
  /** What the claim `aud` has to contain one of. */
  readonly audience: readonly string[]
  /** Seconds. */
  readonly clockTolerance: number
  readonly clock: Clock
  /**
   * Decodes a JWT, so that its type can be checked before its signature.
   *
   * @param maxSize - characters
   * @throws {InvalidTokenError} `token_too_large`, `token_malformed`, `token_encrypted`, `unsupported_header_parameter`
   */
  decode(jwt: string, maxSize: number): UnverifiedJwt
  /**
   * Verifies the signature.
   *
   * @returns the claims
   * @throws {InvalidTokenError} `algorithm_not_allowed`, `key_unknown`, `key_unsuitable`, `signature_invalid`
   * @throws {AuthorizationServerUnavailableError} the keys are unavailable
   */
  verify(jwt: UnverifiedJwt): Promise<JwtClaims>
  /** @throws {AuthorizationServerUnavailableError} the keys are unavailable now */
  ready(): Promise<void>
  status(): IssuerStatus
  close(): void
}

/**
 * Creates a verifier for JWTs that are no access tokens. The issuer may be Okta's org authorization server.
 *
 * @throws {ConfigurationError} an option is missing or invalid
 */
export function createSignedJwtVerifier(options: SignedJwtOptions): SignedJwtVerifier {
  const configuration = issuerConfiguration(options, 'issuer', true, true)
  const issuer = new JwtIssuer(configuration)
  return Object.freeze({
    issuer: configuration.issuer,
    audience: configuration.audience ?? [],
    clockTolerance: configuration.clockTolerance,
    clock: configuration.clock,
    decode: decodeUnverified,
    async verify(jwt: UnverifiedJwt): Promise<JwtClaims> {
      if (!configuration.algorithms.has(canonicalAlgorithm(jwt.unverifiedHeader.alg))) {
        throw new InvalidTokenError('algorithm_not_allowed')
      }
      return (await issuer.verify(jwt)).claims
    },
    ready: () => issuer.ready(),
    status: () => issuer.status(),
    close: () => issuer.retire(),
  })
}
