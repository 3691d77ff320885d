// The subpath @okta-resource-server/core/adapter: what authors of adapters need beside the main entry.
import { channels } from './diagnostics.ts'
import { type CredentialsOption, checkAdapterOptions, isOptional } from './options/adapter.ts'
import { invalidOption } from './options/checks.ts'
import { optionFromEnvironment, VARIABLES } from './options/environment.ts'
import { asksAboutAll } from './options/introspection.ts'
import { hasKeySource } from './options/issuer-identifier.ts'
import type { AccessTokenVerifierOptions } from './options/options.ts'
import type { ProtectedResource } from './policy/protected-resource.ts'
import type { Requirements } from './policy/requirements.ts'
import type { RequestLike } from './request/request.ts'
import type { VerifiedAccessToken } from './token/verified-access-token.ts'
import {
  type AccessTokenVerifier,
  CONTRACT_VERSION,
  createAccessTokenVerifier,
  INTERNALS,
  type VerifierInternals,
} from './verifier.ts'

export { type CredentialsOption, checkAdapterOptions, isOptional } from './options/adapter.ts'
export {
  checkKnown,
  checkMilliseconds,
  checkStrings,
  invalidOption,
  isObject,
  isPlainObject,
} from './options/checks.ts'
export { checkScopes } from './options/scopes.ts'
export { responseHeaders, setResponseHeaders } from './policy/decision.ts'
export { requireOn, verifiedTokenOf } from './policy/guard.ts'
export {
  type MetadataRequest,
  type MetadataResponse,
  metadataResponse,
  type ProtectedResource,
  sendMetadata,
} from './policy/protected-resource.ts'
export { sufficientScopes } from './policy/scopes.ts'
export { errorResponseNaming } from './refusal/response.ts'
export { attachRefusal, detachRefusal, type OnHeaders } from './refusal/response-headers.ts'
export { withForwardedOrigin } from './request/forwarded.ts'
export { serverRequest } from './request/request.ts'
export { createSignedJwtVerifier, type SignedJwtOptions, type SignedJwtVerifier } from './signed-jwt.ts'
export { isPromise } from './stores/time-limit.ts'

type Auth = VerifiedAccessToken<object>

/** A verifier that you have created with `createAccessTokenVerifier`, in place of its options. */
export type WithVerifier = { readonly verifier: AccessTokenVerifier<object> } & {
  readonly [Name in keyof AccessTokenVerifierOptions]?: never
}

/**
 * Options of a verifier, which the adapter creates. An absent `issuer` is read from the environment variable
 * `OKTA_OAUTH2_ISSUER`, an absent `audience` from `OKTA_OAUTH2_AUDIENCE`.
 */
export type WithVerifierOptions = Partial<AccessTokenVerifierOptions> & { readonly verifier?: never }

/** Options that every adapter has. */
export type AdapterOptions = CredentialsOption & (WithVerifier | WithVerifierOptions)

/** The validated options of an adapter. */
export interface AdapterSettings {
  readonly verifier: AccessTokenVerifier<object>
  /** The adapter created the verifier, and closes it. */
  readonly closesVerifier: boolean
  /** Requests without credentials are let through. */
  readonly optional: boolean
  /** Metadata that the adapter serves; `undefined` without the option `resource`. */
  readonly resource: ProtectedResource | undefined
  /** No issuer has `audience: null`, as far as issuers are known in advance. */
  readonly requiresAudience: boolean
}

/** @throws {ConfigurationError} `verifier` is no verifier, or comes from an incompatible version of core */
function internalsOf(verifier: unknown): VerifierInternals {
  const internals = (verifier as { [INTERNALS]?: VerifierInternals } | null | undefined)?.[INTERNALS]
  if (internals === undefined) {
    invalidOption('verifier', 'verifier must be the result of createAccessTokenVerifier')
  }
  if (!(internals.contractVersion >= CONTRACT_VERSION)) {
    const message =
      'verifier comes from an older version of @okta-resource-server/core than this adapter needs; install the same version of both'
    invalidOption('verifier', message)
  }
  return internals
}

/**
 * Reports requirements of a route that tokens of the verifier's issuers cannot meet, as a process warning. Adapters call it
 * when a route is declared.
 */
export function noteRequirements(verifier: AccessTokenVerifier<object>, requirements: Requirements): void {
  internalsOf(verifier).noteRequirements?.(requirements)
}

/** Creates a verifier. Options that are absent are read from their environment variables. */
function createVerifier(given: WithVerifierOptions): AccessTokenVerifier<object> {
  const fromEnvironment: ('issuer' | 'audience')[] = []
  const complete: Record<string, unknown> = { ...given }
  for (const option of ['issuer', 'audience'] as const) {
    // Each issuer of a list has its own audience, so the variable of one issuer does not apply.
    if (option === 'audience' && typeof complete.issuer !== 'string') continue
    if (Object.hasOwn(given, option)) {
      if (given[option] !== undefined && (given[option] as unknown) !== '') continue
      const message = `${option} is ${given[option] === '' ? 'empty' : 'undefined'}; set it, or remove the option so that the environment variable ${VARIABLES[option]} is read`
      invalidOption(option, message, 'option_missing')
    }
    complete[option] = optionFromEnvironment(option, process.env, {
      allowInsecureHttp: given.allowInsecureHttp === true,
      isNameOnly: hasKeySource(given),
      asksAboutAll: asksAboutAll(given),
    })
    fromEnvironment.push(option)
  }
  const verifier = createAccessTokenVerifier(complete as unknown as AccessTokenVerifierOptions)
  if (channels.configured.hasSubscribers) {
    channels.configured.publish({ fromCode: Object.keys(given), fromEnvironment })
  }
  return verifier
}

/**
 * Validates the options of an adapter, and creates the verifier if there is none.
 *
 * @throws {ConfigurationError} an option or environment variable is missing or wrong
 */
export function adapterSettings(options: AdapterOptions): AdapterSettings {
  checkAdapterOptions(options)
  const { credentials, ...rest } = options
  const optional = isOptional(credentials)
  if (!('verifier' in rest)) {
    const verifier = createVerifier(rest as WithVerifierOptions)
    const { protectedResource: resource, requiresAudience } = internalsOf(verifier)
    return { verifier, closesVerifier: true, optional, resource, requiresAudience }
  }
  const { verifier, ...others } = rest
  const [other] = Object.keys(others)
  if (other !== undefined) {
    invalidOption(
      other,
      `${other} cannot be used together with verifier; pass it to createAccessTokenVerifier`,
    )
  }
  const { protectedResource: resource, requiresAudience } = internalsOf(verifier)
  return {
    verifier: verifier as AccessTokenVerifier<object>,
    closesVerifier: false,
    optional,
    resource,
    requiresAudience,
  }
}

/**
 * The metadata for a handler that only serves the document.
 *
 * @param options - those of the adapter, or `{ verifier }`
 * @throws {ConfigurationError} the option `resource` is missing, or an option is wrong
 */
export function requireProtectedResource(options: AdapterOptions): ProtectedResource {
  const { verifier, closesVerifier, resource } = adapterSettings(options)
  // A verifier that was created here decides about nothing.
  if (closesVerifier) verifier.close()
  if (resource !== undefined) return resource
  const message =
    'resource is missing; set it to the URL of the API, such as https://api.example.com, where the verifier is created'
  invalidOption('resource', message, 'option_missing')
}

/**
 * Decides about a request. Synchronous unless the token has to be verified.
 *
 * @param optional - lets a request without credentials through
 * @returns the verified token; `undefined` for a request without credentials
 * @throws {ResourceServerError} the request is refused; if a promise was returned, it rejects
 */
export function decide(
  verifier: AccessTokenVerifier<object>,
  request: RequestLike,
  requirements?: Requirements,
  optional?: boolean,
): Auth | undefined | Promise<Auth> {
  return internalsOf(verifier).authenticate(request, requirements, optional)
}

/**
 * Decides about a message on a connection that a request has opened, such as a WebSocket. Also decides about that request, if
 * it was not decided about before.
 *
 * Everything is checked for each message: expiry, revocation, the client certificate. Only the DPoP proof is not, since it is for
 * one request; the message must bring a token that is bound to the same key.
 *
 * @param request - the request that has opened the connection: the same object for each of its messages, or one with it as `raw`
 * @param optional - lets a request without credentials through
 * @returns the verified token; `undefined` for a request without credentials
 * @throws {ResourceServerError} the message is refused; if a promise was returned, it rejects
 */
export function decideMessage(
  verifier: AccessTokenVerifier<object>,
  request: RequestLike,
  requirements?: Requirements,
  optional?: boolean,
): Auth | undefined | Promise<Auth> {
  return internalsOf(verifier).authenticate(request, requirements, optional, true)
}
