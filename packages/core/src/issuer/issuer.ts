import type { SignedJwt, UnverifiedJwt } from '../keys/signature.ts'
import type { FetchedJwkSet } from '../options/authorization-server.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import type { AuthorizationServerUnavailableError } from '../refusal/errors.ts'
import type { Answer } from './answers.ts'
import type { IssuerStatus } from './status.ts'

/** An authorization server, as the verifier sees it: it verifies tokens that name it as their issuer. */
export interface Issuer {
  readonly configuration: IssuerConfiguration
  /** Whether tokens that were verified before may be accepted without verifying them again. */
  readonly usable: boolean
  /** The same for tokens that no key has verified, but an answer of the authorization server. */
  readonly inUse: boolean
  /** Why the issuer is not usable. */
  unavailable(): AuthorizationServerUnavailableError
  /**
   * Whether nothing is due, and cached tokens may be accepted as far as the issuer decides about that. If not, this has to be found
   * out with {@link refreshWhenDue}, and then {@link usable} or {@link inUse}.
   */
  isUnchanged(wall: number): boolean
  /** Does in the background what is due. `wall` is wall-clock time in milliseconds. Never waits. */
  refreshWhenDue(wall: number): void
  /**
   * Verifies the signature. A refusal that needs no wait is thrown, not returned as a rejected promise.
   *
   * @throws {InvalidTokenError} `key_unknown`, `key_unsuitable`, `signature_invalid`
   * @throws {AuthorizationServerUnavailableError} the keys are unavailable
   */
  verify(token: UnverifiedJwt): Promise<SignedJwt>
  /**
   * Asks about a token. Returns a promise only if there is no answer that is fresh. Only an issuer with the option
   * `introspection` is asked.
   *
   * @throws {InvalidTokenError} `token_inactive`
   * @throws {AuthorizationServerUnavailableError} `introspection_unavailable`
   */
  ask(token: string): Answer | Promise<Answer>
  /**
   * Looks a verified token up in its status list. Only an issuer with the option `statusListHosts` does.
   *
   * @param status - the claim of the token
   * @throws {InvalidTokenError} `token_revoked`, `claim_malformed`, `status_not_supported`
   * @throws {AuthorizationServerUnavailableError} `status_unavailable`
   */
  lookUpStatus(status: object): Promise<Answer>
  /**
   * Whether a key that is known verifies the signature. Fetches keys only if none are known. It is for advice, so an issuer
   * that was found at run time does not have it: nothing is reported about that, and any client could cause the work.
   */
  hasSigned?(token: UnverifiedJwt): Promise<boolean>
  /** The `kid` of each known key that has one. */
  keyIds(): readonly string[]
  /**
   * Resolves once tokens can be verified.
   *
   * @throws {AuthorizationServerUnavailableError} the keys are unavailable now; retries continue in the background
   */
  ready(): Promise<void>
  status(): IssuerStatus
  /** The keys that were fetched last, for the option `initialJwks`; `undefined` if none were. */
  exportJwks(): FetchedJwkSet | undefined
  /**
   * Ends timers and requests. Tokens that this issuer verified are no longer accepted from the cache: they are verified
   * again, by the issuer that has taken its place, or refused because the verifier is closed.
   */
  retire(): void
}
