import {
  type AuthorizationServerOptions,
  type IssuerConfiguration,
  issuerConfiguration,
} from './issuer-options.ts'
import { checkPositiveInteger, refuse } from './option-checks.ts'

/** How many verified tokens are kept; `false` keeps none. */
export type TokenCacheOption = { readonly max?: number } | false

/** What users may set. Durations that concern tokens are in seconds, those that concern the network in milliseconds. */
export interface AccessTokenVerifierOptions extends Omit<AuthorizationServerOptions, 'issuer' | 'audience'> {
  /** The issuer whose tokens are accepted, exactly as it stands in `iss`; or several, each with what differs. */
  readonly issuer:
    | string
    | readonly (string | (Partial<AuthorizationServerOptions> & { readonly issuer: string }))[]
  /** What `aud` must contain: any one of these. */
  readonly audience?: string | readonly string[]
  /** Verified tokens kept, 10,000 unless set; `false` verifies each token anew. */
  readonly tokenCache?: TokenCacheOption
}

/** The validated, frozen form of the options. */
export interface Configuration {
  readonly issuers: ReadonlyMap<string, IssuerConfiguration>
  /** 0: no cache. */
  readonly tokenCacheMax: number
}

const ISSUER_OPTIONS = [
  'issuer',
  'audience',
  'clientIds',
  'algorithms',
  'profile',
  'clockTolerance',
  'maxTokenAge',
  'jwksUri',
  'jwks',
  'cacheMaxAge',
  'cooldownDuration',
  'timeoutDuration',
  'staleIfError',
  'allowInsecureHttp',
  'fetch',
  'clock',
] as const
const VERIFIER_OPTIONS: readonly string[] = [...ISSUER_OPTIONS, 'tokenCache']

/** A name without what is easily mistaken: case, plural, separators. */
const bare = (name: string): string => name.toLowerCase().replace(/[-_]|s$/g, '')

function refuseUnknown(options: object, known: readonly string[], where: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const close = known.find((other) => bare(other) === bare(name))
    const hint = close === undefined ? `known are ${known.join(', ')}` : `did you mean ${close}?`
    refuse('option_unknown', `${where}${name}`, `${where}${name} is not an option; ${hint}`)
  }
}

/** Room for every entry is reserved at start. */
const LARGEST_CACHE = 1_000_000

function tokenCacheMax(option: unknown): number {
  if (option === undefined) return 10_000
  if (option === false) return 0
  if (typeof option !== 'object' || option === null || Array.isArray(option)) {
    refuse('option_invalid', 'tokenCache', 'tokenCache must be { max: number of tokens } or false')
  }
  refuseUnknown(option, ['max'], 'tokenCache.')
  const { max } = option as { max?: unknown }
  return max === undefined ? 10_000 : checkPositiveInteger('tokenCache.max', max, LARGEST_CACHE)
}

/**
 * Validates the options once into a frozen configuration.
 *
 * @throws {ConfigurationError} names the option and the mend
 */
export function configure(options: AccessTokenVerifierOptions): Configuration {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    refuse('option_missing', 'options', 'options must be an object such as { issuer, audience }')
  }
  refuseUnknown(options, VERIFIER_OPTIONS, '')
  const { issuer, tokenCache, ...shared } = options
  const several: readonly unknown[] = Array.isArray(issuer) ? issuer : [issuer]
  if (several.length === 0) refuse('option_missing', 'issuer', 'issuer is an empty list; set it to an issuer')
  const issuers = new Map<string, IssuerConfiguration>()
  for (const [index, entry] of several.entries()) {
    const where = Array.isArray(issuer) ? `issuer[${index}]` : 'issuer'
    const own = typeof entry === 'object' && entry !== null ? entry : { issuer: entry }
    if (typeof entry === 'object' && entry !== null) refuseUnknown(entry, ISSUER_OPTIONS, `${where}.`)
    if (several.length > 1 && (shared.jwksUri !== undefined || shared.jwks !== undefined)) {
      const name = shared.jwksUri !== undefined ? 'jwksUri' : 'jwks'
      refuse(
        'option_invalid',
        name,
        `${name} must be given for each issuer: one issuer's keys must not vouch for another`,
      )
    }
    const configuration = issuerConfiguration({ ...shared, ...own }, where)
    if (issuers.has(configuration.issuer)) {
      refuse('option_invalid', where, `${where} names an issuer that is already listed`)
    }
    issuers.set(configuration.issuer, configuration)
  }
  return Object.freeze({ issuers, tokenCacheMax: tokenCacheMax(tokenCache) })
}
