import { defineRequirements, type Requirements } from '@okta-resource-server/core'
import {
  type AdapterSettings,
  adapterSettings,
  checkAdapterOptions,
  checkScopes,
  invalidOption,
  type ProtectedResource,
  type WithVerifier,
  type WithVerifierOptions,
} from '@okta-resource-server/core/adapter'

/**
 * Options of {@link mcpAuth}: those of a verifier, or `{ verifier }`; in both cases with the option `resource`. An absent
 * `issuer` is read from the environment variable `OKTA_OAUTH2_ISSUER`, an absent `audience` from `OKTA_OAUTH2_AUDIENCE`.
 */
export type McpAuthOptions = {
  /** Scopes that every request needs, all of them. Challenges name them. */
  readonly requiredScopes?: readonly string[]
} & (WithVerifier | WithVerifierOptions)

/** The validated options. */
export interface Settings extends AdapterSettings {
  readonly resource: ProtectedResource
  readonly requiredScopes: readonly string[]
  readonly requirements: Requirements | undefined
}

/**
 * Validates the options, and creates the verifier if there is none.
 *
 * @throws {ConfigurationError} an option or environment variable is missing or wrong
 */
export function settingsFrom(options: McpAuthOptions): Settings {
  checkAdapterOptions(options)
  const { requiredScopes, ...rest } = options as McpAuthOptions
  const requirements =
    requiredScopes === undefined
      ? undefined
      : defineRequirements({ scopes: checkScopes('requiredScopes', requiredScopes) })
  if (requiredScopes?.includes('offline_access')) {
    invalidOption(
      'requiredScopes',
      'requiredScopes must not contain offline_access: it asks for a refresh token, and permits nothing',
    )
  }
  if ('credentials' in rest)
    invalidOption(
      'credentials',
      'credentials cannot be used with mcpAuth; it refuses every request without a token',
    )
  const settings = adapterSettings(rest)
  const { resource } = settings
  if (resource === undefined) {
    const message =
      'resource is missing; set it to the URL of the MCP server, such as https://mcp.example.com/mcp, so that clients find the authorization server'
    invalidOption('resource', message, 'option_missing')
  }
  if (!settings.requiresAudience) {
    invalidOption(
      'audience',
      'audience must not be null: an MCP server must accept only tokens that were issued for it',
    )
  }
  return { ...settings, resource, requiredScopes: Object.freeze([...(requiredScopes ?? [])]), requirements }
}
