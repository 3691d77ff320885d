import type { JwsHeader } from '../keys/signature.ts'
import type { FetchedJwkSet } from '../options/authorization-server.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'
import type { TenantsConfiguration } from '../options/tenants.ts'
import { AuthorizationServerUnavailableError, InvalidTokenError } from '../refusal/errors.ts'
import type { Issuer } from './issuer.ts'
import { JwtIssuer } from './jwt-issuer.ts'
import type { IssuerStatus } from './status.ts'
import { Tenants } from './tenants.ts'

function takesOpaqueTokens({ configuration: { introspection } }: Issuer): boolean {
  return introspection !== undefined && !introspection.isOkta
}

function checkTakesOpaqueTokens(issuer: Issuer): Issuer {
  if (!takesOpaqueTokens(issuer)) throw new InvalidTokenError('token_malformed')
  return issuer
}

/** Finds the issuer that verifies a token. A token never chooses keys other than its issuer's. */
export class IssuerRegistry {
  readonly #issuers: ReadonlyMap<string, Issuer>
  readonly #tenants: Tenants | undefined
  /** Issuers that can be asked about an opaque token. There is one, unless a function chooses. */
  readonly #asked: readonly Issuer[]
  /** Decoded headers of tokens, by their segment. */
  readonly knownHeaders: Map<string, JwsHeader> = new Map()
  #closed = false

  /** @throws {ConfigurationError} an issuer has no usable key */
  constructor(configurations: Iterable<IssuerConfiguration>, tenants?: TenantsConfiguration) {
    this.#issuers = new Map(Array.from(configurations, (own) => [own.issuer, new JwtIssuer(own)]))
    this.#tenants = tenants && new Tenants(tenants)
    this.#asked = [...this.#issuers.values()].filter(takesOpaqueTokens)
  }

  /** Whether an issuer can be asked about an opaque token. */
  get takesOpaqueTokens(): boolean {
    return this.#asked.length > 0 || this.#tenants?.hasChooser === true
  }

  /**
   * The issuer with exactly this identifier. Returns a promise only if a function has to be asked.
   *
   * @param iss - the unverified claim `iss`
   * @throws {InvalidTokenError} `issuer_missing`, `issuer_not_allowed`
   * @throws {AuthorizationServerUnavailableError} `verifier_closed`, or the issuer cannot be found now
   */
  find(iss: unknown): Issuer | Promise<Issuer> {
    if (this.#closed) throw new AuthorizationServerUnavailableError('verifier_closed', 1)
    if (iss === undefined) throw new InvalidTokenError('issuer_missing')
    const issuer = typeof iss === 'string' ? (this.#issuers.get(iss) ?? this.#tenants?.find(iss)) : undefined
    if (issuer === undefined) throw new InvalidTokenError('issuer_not_allowed')
    return issuer
  }

  /**
   * The issuer that is asked about an opaque token. Returns a promise only if a function has to be asked for the issuer.
   *
   * @param chosen - what `chooseIssuer` has returned; `undefined` if there is no such function, or no request for it
   * @throws {InvalidTokenError} `issuer_missing`, `issuer_not_allowed`, `token_malformed`
   * @throws {AuthorizationServerUnavailableError} `verifier_closed`, or the issuer cannot be found now
   */
  findForOpaque(chosen: string | undefined): Issuer | Promise<Issuer> {
    const [only, other] = this.#asked
    const sole = other === undefined ? only?.configuration.issuer : undefined
    // An empty name is that of no issuer.
    const found = this.find((chosen ?? sole) || undefined)
    return found instanceof Promise ? found.then(checkTakesOpaqueTokens) : checkTakesOpaqueTokens(found)
  }

  /** The identifiers of the issuers; `undefined` if a function finds them. */
  identifiers(): readonly string[] | undefined {
    return this.#tenants === undefined ? [...this.#issuers.keys()] : undefined
  }

  /** The configured issuer from which this identifier differs only by a slash at the end. */
  withOtherEnd(iss: unknown): Issuer | undefined {
    if (typeof iss !== 'string') return undefined
    return this.#issuers.get(iss.endsWith('/') ? iss.slice(0, -1) : `${iss}/`)
  }

  /** Drops what is known about an issuer that a function has found. */
  forget(iss: string): void {
    this.#tenants?.forget(iss)
  }

  /** Resolves once tokens of every issuer can be verified that is known in advance. */
  async ready(): Promise<void> {
    await Promise.all(Array.from(this.#issuers.values(), (issuer) => issuer.ready()))
  }

  /**
   * The state of the issuers. Those that a function has found do not count for `ready`: one of many tenants must not take
   * the API out of service.
   */
  status(): { readonly ready: boolean; readonly issuers: readonly IssuerStatus[] } {
    const fixed = Array.from(this.#issuers.values(), (issuer) => issuer.status())
    return {
      ready: !this.#closed && fixed.every(({ ready }) => ready),
      issuers: [...fixed, ...(this.#tenants?.status() ?? [])],
    }
  }

  exportJwks(iss: string): FetchedJwkSet | undefined {
    return this.#issuers.get(iss)?.exportJwks() ?? this.#tenants?.exportJwks(iss)
  }

  close(): void {
    this.#closed = true
    this.#tenants?.close()
    for (const issuer of this.#issuers.values()) issuer.retire()
  }
}
