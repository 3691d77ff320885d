import type { IssuerConfiguration } from '../options/issuer.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import { type Issuer, JwtIssuer } from './issuer.ts'
import type { IssuerStatus } from './status.ts'

/** Finds the issuer that verifies a token. A token never chooses keys other than its issuer's. */
export class IssuerRegistry {
  readonly #issuers: ReadonlyMap<string, Issuer>
  #closed = false

  /** @throws {ConfigurationError} an issuer has no usable key */
  constructor(configurations: Iterable<IssuerConfiguration>) {
    this.#issuers = new Map(Array.from(configurations, (own) => [own.issuer, new JwtIssuer(own)]))
  }

  /**
   * The issuer with exactly this identifier.
   *
   * @param iss - the unverified claim `iss`
   * @throws {InvalidTokenError} `issuer_missing`, `issuer_not_allowed`
   * @throws {AuthorizationServerUnavailableError} `verifier_closed`
   */
  find(iss: unknown): Issuer {
    if (this.#closed) throw new AuthorizationServerUnavailableError('verifier_closed', 1)
    if (iss === undefined) throw new InvalidTokenError('issuer_missing')
    const issuer = typeof iss === 'string' ? this.#issuers.get(iss) : undefined
    if (issuer === undefined) throw new InvalidTokenError('issuer_not_allowed')
    return issuer
  }

  /** The identifiers of the issuers that are known. */
  identifiers(): readonly string[] {
    return [...this.#issuers.keys()]
  }

  /** The configured issuer from which this identifier differs only by a slash at the end. */
  withOtherEnd(iss: unknown): Issuer | undefined {
    if (typeof iss !== 'string') return undefined
    return this.#issuers.get(iss.endsWith('/') ? iss.slice(0, -1) : `${iss}/`)
  }

  /** Resolves once tokens of every issuer can be verified. */
  async ready(): Promise<void> {
    await Promise.all(Array.from(this.#issuers.values(), (issuer) => issuer.ready()))
  }

  status(): readonly IssuerStatus[] {
    return Array.from(this.#issuers.values(), (issuer) => issuer.status())
  }

  close(): void {
    this.#closed = true
    for (const issuer of this.#issuers.values()) issuer.retire()
  }
}
