import { wallOf } from '../clock.ts'
import { type JwkSet, readJwkSet } from '../keys/jwk-set.ts'
import type { FetchedJwkSet } from '../options/authorization-server.ts'
import { invalidOption } from '../options/checks.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'

/**
 * The keys of an option, which has been checked to be a JWK Set.
 *
 * @throws {ConfigurationError} there is no usable key
 */
export function readConfiguredKeys(
  option: 'jwks' | 'initialJwks',
  configuration: IssuerConfiguration,
): JwkSet {
  const set = readJwkSet(configuration[option], configuration.algorithms) as JwkSet
  if (set.keys.length === 0)
    invalidOption(option, `${option} has no public signature key of an allowed algorithm (RFC 7517)`)
  return set
}

/** The keys of the option `initialJwks` (ADR 20). */
export class InitialKeys {
  readonly set: JwkSet
  readonly #configuration: IssuerConfiguration
  #fetchedAt: number | undefined

  /** @throws {ConfigurationError} there is no usable key */
  constructor(configuration: IssuerConfiguration) {
    this.set = readConfiguredKeys('initialJwks', configuration)
    this.#configuration = configuration
  }

  /**
   * When the keys were fetched, on the clock that never goes back. It is found out at first use, because Cloudflare
   * Workers have no time before their first request.
   */
  fetchedAt(): number {
    this.#fetchedAt ??= this.#configuration.clock.elapsed() - this.#age()
    return this.#fetchedAt
  }

  /** @param maxAge - milliseconds */
  areYoungerThan(maxAge: number): boolean {
    return this.#configuration.clock.elapsed() - this.fetchedAt() < maxAge
  }

  /** Milliseconds. Keys from the future are of unknown age, and one of two clocks is wrong: they are too old. */
  #age(): number {
    const { initialJwks, clock, clockTolerance } = this.#configuration
    const age = wallOf(clock) - (initialJwks as FetchedJwkSet).fetchedAt
    return age >= -clockTolerance * 1_000 ? Math.max(0, age) : Number.POSITIVE_INFINITY
  }
}
