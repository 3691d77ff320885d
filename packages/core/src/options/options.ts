import { type ChallengePolicy, DEFAULT_POLICY, type Scheme } from '../refusal/challenge.ts'
import { warnOnce } from '../warnings.ts'
import { type AuthorizationServerOptions, ISSUER_OPTIONS } from './authorization-server.ts'
import {
  checkFunction,
  checkKnown,
  checkOwn,
  checkPositiveInteger,
  invalidOption,
  isObject,
  isOptions,
} from './checks.ts'
import { DEFAULTS, LIMITS } from './defaults.ts'
import { type DpopConfiguration, type DpopMode, type DpopOptions, dpopConfiguration } from './dpop.ts'
import { checkFapi2 } from './fapi2.ts'
import type { IncomingRequest } from './introspection.ts'
import type { IssuerConfiguration } from './issuer.ts'
import { checkIssuers, checkWhoIsAsked, type SharedOptions } from './issuers.ts'
import { checkMtls, type MtlsConfiguration, type MtlsMode, type MtlsOptions } from './mtls.ts'
import {
  type ProtectedResourceOption,
  type ResourceConfiguration,
  resourceConfiguration,
} from './resource.ts'
import { type RevocationConfiguration, type RevocationOption, revocationConfiguration } from './revocation.ts'
import {
  type IssuerCacheOption,
  type IssuerResolver,
  type TenantsConfiguration,
  tenantsConfiguration,
} from './tenants.ts'
import { checkTokenCache, type TokenCacheConfiguration, type TokenCacheOption } from './token-cache.ts'

/** Options of a verifier. Durations that concern tokens are in seconds, those that concern the network in milliseconds. */
export interface AccessTokenVerifierOptions extends Omit<AuthorizationServerOptions, 'issuer' | 'audience'> {
  /**
   * Issuer whose tokens are accepted, exactly as in the claim `iss`; or a list of issuers, each a string or an object
   * with the options that differ; or a function that finds the options of an issuer at run time.
   */
  readonly issuer:
    | string
    | undefined
    | IssuerResolver
    | readonly (string | (Partial<AuthorizationServerOptions> & { readonly issuer: string }))[]
  /**
   * Accepted audiences: the claim `aud` must contain at least one of them. `null`, together with `clientIds`, is for
   * authorization servers that issue access tokens without `aud`; see {@link AuthorizationServerOptions.audience}.
   */
  readonly audience?: string | readonly string[] | null | undefined
  /**
   * Chooses the issuer that is asked about an opaque token, where several could be asked: its identifier, exactly as in
   * `issuer`; `undefined` refuses the token. It is called with the request as the server or framework passes it, and
   * must not trust what clients can write into it.
   */
  chooseIssuer?(request: IncomingRequest): string | undefined
  /** Limits for issuers that the function `issuer` finds at run time. */
  readonly issuerCache?: IssuerCacheOption
  /**
   * Limits of the cache of verified tokens; `false` switches it off. The cache keeps the text of tokens in memory.
   *
   * @default { max: 10_000 }
   */
  readonly tokenCache?: TokenCacheOption
  /**
   * Maximum size of a token in bytes.
   *
   * @default 16_384
   */
  readonly maxTokenSize?: number
  /**
   * Demands the FAPI 2.0 Security Profile: sender-constrained tokens, PS256, ES256 and Ed25519 only, and a source of
   * revocations. Options that contradict it are an error. Tokens of Okta cannot conform, because Okta signs them with RS256.
   *
   * @default false
   * @see {@link https://openid.net/specs/fapi-security-profile-2_0-final.html FAPI 2.0 Security Profile}
   */
  readonly fapi2?: boolean
  /** How the API finds out that a token was revoked before it expires. Without it, such a token is accepted. */
  readonly revocation?: RevocationOption
  /**
   * `realm` of the challenge.
   *
   * @default 'api'
   */
  readonly realm?: string
  /**
   * How tokens that are bound to a key by DPoP are accepted (RFC 9449). Unless `'disabled'`, a bound token needs a valid proof.
   *
   * @default bound tokens are accepted with a valid proof, and DPoP is not advertised
   */
  readonly dpop?: DpopMode | DpopOptions
  /**
   * Tokens that are bound to the client certificate of the connection (RFC 8705): `'disabled'` refuses them, `'allowed'`
   * accepts them together with their certificate, `'required'` refuses all others. Behind a proxy that terminates TLS, an
   * object says where the certificate is read.
   *
   * @default 'disabled'
   */
  readonly mtls?: MtlsMode | MtlsOptions
  /**
   * Protected resource metadata: the resource identifier of the API, or an object with further members. Adapters serve
   * the document, and challenges name its URL as `resource_metadata`. It does not change `audience`.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc9728 RFC 9728}
   */
  readonly resource?: string | ProtectedResourceOption | undefined
}

/** The validated, frozen options of a verifier. */
export interface Configuration {
  readonly issuers: ReadonlyMap<string, IssuerConfiguration>
  /** `undefined`: all issuers are known in advance. */
  readonly tenants: TenantsConfiguration | undefined
  /** Chooses the issuer that is asked about an opaque token. */
  readonly chooseIssuer: ((request: IncomingRequest) => string | undefined) | undefined
  /** `undefined`: no cache. */
  readonly tokenCache: TokenCacheConfiguration | undefined
  /** Bytes. */
  readonly maxTokenSize: number
  /** Tokens that are not bound are refused. */
  readonly fapi2: boolean
  /** `undefined`: revocation is not checked. */
  readonly revocation: RevocationConfiguration | undefined
  readonly challengePolicy: ChallengePolicy
  readonly dpop: DpopConfiguration
  readonly mtls: MtlsConfiguration
  /** Possession is not required of bearer tokens that are bound to no key. */
  readonly acceptsUnbound: boolean
  /** `undefined`: no protected resource metadata is published. */
  readonly resource: ResourceConfiguration | undefined
}

/** The names of all options of a verifier. */
export const VERIFIER_OPTIONS: readonly string[] = [
  ...ISSUER_OPTIONS,
  'chooseIssuer',
  'issuerCache',
  'tokenCache',
  'maxTokenSize',
  'fapi2',
  'revocation',
  'realm',
  'dpop',
  'mtls',
  'resource',
]

/** Which schemes each mode of `dpop` advertises. */
const SCHEMES: Readonly<Record<DpopConfiguration['mode'], readonly Scheme[]>> = Object.freeze({
  unset: ['Bearer'],
  allowed: ['Bearer', 'DPoP'],
  required: ['DPoP'],
  disabled: ['Bearer'],
})

/** The algorithms of proofs, with both names of Ed25519; empty if no proof is accepted. */
function advertisedAlgorithms({ mode, algorithms }: DpopConfiguration): readonly string[] {
  if (mode === 'disabled') return []
  return [...algorithms].flatMap((name) => (name === 'Ed25519' ? [name, 'EdDSA'] : [name]))
}

/** Proofs are compared with a URL whose host anyone on the way can choose. */
function warnOfHost({ externalUrl, resourceOrigin }: DpopConfiguration, issuers: readonly string[]): void {
  if (externalUrl !== undefined || resourceOrigin !== undefined) return
  const message =
    'dpop is required, but the URL of the API is read from each request, so a proof for another server with this audience is accepted, too. Set dpop.externalUrl or resource.'
  warnOnce('ORS_DPOP_HOST', { issuer: issuers.join(', ') || 'known at run time', isFixed: true }, message)
}

function checkRealm(realm: unknown): string {
  if (typeof realm !== 'string' || !/^[\x20-\x7e]+$/.test(realm) || /["\\]/.test(realm)) {
    invalidOption('realm', 'realm must be printable ASCII text without quotation marks and backslashes')
  }
  return realm
}

/**
 * Validates the options once into a frozen configuration.
 *
 * @throws {ConfigurationError} the message names the option and says how to fix it
 */
export function configure(options: AccessTokenVerifierOptions): Configuration {
  if (isObject(options)) checkOwn(options, VERIFIER_OPTIONS, '')
  if (!isOptions(options)) {
    invalidOption('options', 'options must be an object such as { issuer, audience }', 'option_missing')
  }
  checkKnown(options, VERIFIER_OPTIONS, '')
  const {
    issuer,
    chooseIssuer,
    issuerCache,
    tokenCache,
    maxTokenSize = DEFAULTS.maxTokenSize,
    fapi2 = DEFAULTS.fapi2,
    revocation: givenRevocation,
    realm = DEFAULTS.realm,
    dpop: dpopOption,
    mtls: givenMtls,
    resource: givenResource,
    ...shared
  } = options
  checkPositiveInteger('maxTokenSize', maxTokenSize, LIMITS.maxTokenSize)
  const isResolver = typeof issuer === 'function'
  if (issuerCache !== undefined && !isResolver) {
    invalidOption('issuerCache', 'issuerCache is only for an issuer that is a function')
  }
  if (typeof fapi2 !== 'boolean') invalidOption('fapi2', 'fapi2 must be true or false')
  const rest: SharedOptions = {
    ...(shared as Partial<AuthorizationServerOptions>),
    fapi2,
    checksRevocation: givenRevocation !== undefined,
  }
  const hasChooser = chooseIssuer !== undefined
  const issuers: Configuration['issuers'] = isResolver ? new Map() : checkIssuers(issuer, rest, hasChooser)
  if (!isResolver) checkWhoIsAsked(issuers, hasChooser)
  const resource =
    givenResource === undefined
      ? undefined
      : resourceConfiguration(
          givenResource,
          isResolver ? undefined : issuers.keys(),
          rest.allowInsecureHttp === true,
        )
  const { audience, clock } = rest
  const dpop = dpopConfiguration(dpopOption, { resource: givenResource, audience, clock, fapi2 })
  if (dpop.mode === 'required') warnOfHost(dpop, [...issuers.keys()])
  const revocation = revocationConfiguration(givenRevocation)
  const mtls = checkMtls(givenMtls)
  if (fapi2) checkFapi2({ dpop, mtls, revocation })
  return Object.freeze({
    issuers,
    tenants: isResolver ? tenantsConfiguration(issuer, rest, issuerCache, hasChooser) : undefined,
    chooseIssuer: checkFunction<Configuration['chooseIssuer']>('chooseIssuer', chooseIssuer, undefined),
    tokenCache: checkTokenCache(tokenCache, maxTokenSize),
    maxTokenSize,
    fapi2,
    mtls,
    revocation,
    challengePolicy: Object.freeze({
      ...DEFAULT_POLICY,
      realm: checkRealm(realm),
      schemes: SCHEMES[dpop.mode],
      proofAlgorithms: advertisedAlgorithms(dpop),
      resourceMetadata: resource?.metadataUrl,
    }),
    dpop,
    acceptsUnbound: ![dpop.mode, mtls.mode].includes('required') && !fapi2,
    resource,
  })
}
