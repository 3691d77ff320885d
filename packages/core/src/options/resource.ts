import { checkKnown, checkNoPlaceholder, checkStrings, checkUrl, invalidOption, isOptions } from './checks.ts'
import { checkScopes } from './scopes.ts'

/**
 * What clients can learn about the API before they have a token: its protected resource metadata.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-2 RFC 9728, section 2}
 */
export interface ProtectedResourceOption {
  /** Resource identifier: the https URL of the API, without a fragment. Prefer one without a slash at its end. */
  readonly resource: string
  /** Scopes that the API uses (`scopes_supported`). */
  readonly scopes?: readonly string[] | undefined
  /** Name of the API for users (`resource_name`). */
  readonly name?: string | undefined
  /** URL of the documentation for developers (`resource_documentation`). */
  readonly documentation?: string | undefined
  /** URL of the rules for the use of the data (`resource_policy_uri`). */
  readonly policy?: string | undefined
  /** URL of the terms of service (`resource_tos_uri`). */
  readonly termsOfService?: string | undefined
  /**
   * Issuers of the authorization servers that clients can use (`authorization_servers`). Required if the option `issuer`
   * is a function, or a name that is no URL.
   *
   * @default the option `issuer`
   */
  readonly authorizationServers?: string | readonly string[] | undefined
  /**
   * Further members of the document, by the names of RFC 9728, such as `resource_name#de` or `signed_metadata`.
   * They are published as they are: a signature, for example, is not checked.
   */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** The validated option `resource`. */
export interface ResourceConfiguration {
  readonly identifier: string
  /** URL of the document. */
  readonly metadataUrl: string
  /** Members of the document that do not depend on other options. */
  readonly members: Readonly<Record<string, unknown>>
}

/** RFC 9728, section 3. */
export const WELL_KNOWN = '/.well-known/oauth-protected-resource'
const RESOURCE_OPTIONS = [
  'resource',
  'scopes',
  'name',
  'documentation',
  'policy',
  'termsOfService',
  'authorizationServers',
  'metadata',
]
/** Members that an option sets, or that follow from the configuration. */
const OWN_MEMBERS: Readonly<Record<string, string>> = {
  resource: 'resource.resource',
  authorization_servers: 'resource.authorizationServers',
  scopes_supported: 'resource.scopes',
  resource_name: 'resource.name',
  resource_documentation: 'resource.documentation',
  resource_policy_uri: 'resource.policy',
  resource_tos_uri: 'resource.termsOfService',
  bearer_methods_supported: 'nothing: tokens are accepted in the Authorization header only',
  dpop_signing_alg_values_supported: 'dpop',
  dpop_bound_access_tokens_required: 'dpop',
  tls_client_certificate_bound_access_tokens: 'mtls',
}

/** Whether a value is missing or has nothing in it (RFC 9728, section 3.2). */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function checkText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') invalidOption(option, `${option} must be a text`)
  checkNoPlaceholder(option, value)
  return value
}

function checkResourceScopes(value: unknown): readonly string[] {
  const scopes = checkScopes('resource.scopes', value)
  if (scopes.includes('offline_access')) {
    invalidOption(
      'resource.scopes',
      'resource.scopes must not contain offline_access: refresh tokens do not concern the API; clients that want one ask for it by themselves',
    )
  }
  return [...new Set(scopes)]
}

/** Issuers, as in `iss`: URLs without query and fragment (RFC 8414, section 2). */
function checkAuthorizationServers(value: unknown, allowInsecureHttp: boolean): readonly string[] {
  const option = 'resource.authorizationServers'
  const servers = checkStrings(option, value)
  for (const server of servers) {
    checkUrl(option, server, allowInsecureHttp)
    if (/[?#]/.test(server)) invalidOption(option, `${option} must have no query and no fragment`)
  }
  return servers
}

/** @param issuers - `undefined`: a function finds them */
function defaultAuthorizationServers(issuers: Iterable<string> | undefined): readonly string[] {
  const list = [...(issuers ?? [])]
  if (list.length > 0 && list.every((issuer) => /^https?:/i.test(issuer))) return list
  const message =
    'resource.authorizationServers is missing; set it to the issuers that clients can use, since the option issuer does not name their URLs'
  invalidOption('resource.authorizationServers', message, 'option_missing')
}

function checkMetadata(value: unknown, allowInsecureHttp: boolean): Readonly<Record<string, unknown>> {
  const option = 'resource.metadata'
  if (!isOptions(value)) {
    invalidOption(option, `${option} must be an object such as { "resource_name#de": "Nachrichten" }`)
  }
  const members = copyOf(value)
  for (const name of Object.keys(value)) {
    const own = Object.hasOwn(OWN_MEMBERS, name) ? OWN_MEMBERS[name] : undefined
    if (own !== undefined) invalidOption(option, `${option} must not contain ${name}; use ${own}`)
    if (isEmpty(members[name])) invalidOption(option, `${option}.${name} is empty, or no JSON; remove it`)
  }
  const { jwks_uri, resource_signing_alg_values_supported: algorithms } = members
  if (jwks_uri !== undefined) checkUrl(`${option}.jwks_uri`, jwks_uri, allowInsecureHttp)
  if (algorithms !== undefined) {
    const name = `${option}.resource_signing_alg_values_supported`
    const unsigned = checkStrings(name, algorithms).some((each) => each.toLowerCase() === 'none')
    if (unsigned || !Array.isArray(algorithms)) {
      invalidOption(name, `${name} must be a list of algorithms without none (RFC 9728, section 2)`)
    }
  }
  return members
}

/** The URL of the document: the well-known path goes between host and path (RFC 9728, section 3.1). */
function metadataUrlOf({ origin, pathname, search }: URL): string {
  return `${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}${search}`
}

/**
 * Validates the option `resource`.
 *
 * @param issuers - the issuers of the verifier; `undefined` if a function finds them
 * @throws {ConfigurationError} a member is missing, invalid or unknown
 */
export function resourceConfiguration(
  value: unknown,
  issuers: Iterable<string> | undefined,
  allowInsecureHttp: boolean,
): ResourceConfiguration {
  const isDetailed = isOptions(value)
  if (isDetailed) checkKnown(value, RESOURCE_OPTIONS, 'resource.')
  const option = (isDetailed ? value : { resource: value }) as {
    readonly [Name in keyof ProtectedResourceOption]: unknown
  }
  const where = isDetailed ? 'resource.resource' : 'resource'
  const { resource: identifier, authorizationServers: servers, metadata } = option
  const url = checkUrl(where, identifier, allowInsecureHttp)
  if ((identifier as string).includes('#')) {
    invalidOption(where, `${where} must have no fragment (RFC 9728, section 1.2)`)
  }
  const optional = <R>(
    name: keyof ProtectedResourceOption,
    check: (option: string, value: unknown) => R,
  ): R | undefined => (option[name] === undefined ? undefined : check(`resource.${name}`, option[name]))
  const link = (name: string, address: unknown): string =>
    checkUrl(name, address, allowInsecureHttp) && (address as string)
  const members: Record<string, unknown> = {
    resource: identifier,
    authorization_servers:
      servers === undefined
        ? defaultAuthorizationServers(issuers)
        : checkAuthorizationServers(servers, allowInsecureHttp),
    bearer_methods_supported: ['header'],
    scopes_supported: optional('scopes', (_, scopes) => checkResourceScopes(scopes)),
    resource_name: optional('name', checkText),
    resource_documentation: optional('documentation', link),
    resource_policy_uri: optional('policy', link),
    resource_tos_uri: optional('termsOfService', link),
    ...(metadata === undefined ? {} : checkMetadata(metadata, allowInsecureHttp)),
  }
  return Object.freeze({
    identifier: identifier as string,
    metadataUrl: metadataUrlOf(url),
    members: copyOf(members),
  })
}

/** A copy as JSON, which later changes of the option do not reach. Members that are `undefined` are left out. */
function copyOf(members: object): Readonly<Record<string, unknown>> {
  try {
    return Object.freeze(JSON.parse(JSON.stringify(members)) as Record<string, unknown>)
  } catch {
    invalidOption('resource.metadata', 'resource.metadata must be plain JSON')
  }
}
