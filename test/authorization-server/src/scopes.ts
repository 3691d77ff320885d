import { OAuthError } from './oauth-error.ts'

/** Scopes defined by OpenID Connect; not available to a service. */
export const OIDC_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access']
/** Scopes defined on this authorization server. */
const CUSTOM_SCOPES: readonly string[] = ['messages:read', 'messages:write']
export const ALL_SCOPES: readonly string[] = [...OIDC_SCOPES, ...CUSTOM_SCOPES]

export function parseScope(scope: string | undefined): string[] {
  return [...new Set((scope ?? '').split(' ').filter(Boolean))]
}

export function sameScopes(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((scope) => other.includes(scope))
}

/** @throws {OAuthError} `invalid_scope` or `access_denied` if the scopes cannot be granted. */
export function checkScopes(scopes: readonly string[], { forUser, denied }: ScopeRules): void {
  if (scopes.length === 0) {
    throw new OAuthError(
      400,
      'invalid_scope',
      'No scope was requested, and this server has no default scopes.',
    )
  }
  const unknown = scopes.find((scope) => !ALL_SCOPES.includes(scope))
  if (unknown !== undefined) {
    throw new OAuthError(
      400,
      'invalid_scope',
      'A requested scope is not defined on this authorization server.',
    )
  }
  const oidc = scopes.some((scope) => OIDC_SCOPES.includes(scope))
  if (oidc && !forUser) {
    throw new OAuthError(400, 'invalid_scope', 'A service can only be granted custom scopes.')
  }
  if (oidc && !scopes.includes('openid')) {
    throw new OAuthError(400, 'invalid_scope', "OpenID Connect scopes require the scope 'openid'.")
  }
  if (scopes.some((scope) => denied.includes(scope))) {
    throw new OAuthError(400, 'access_denied', 'The access policy does not grant a requested scope.')
  }
}

interface ScopeRules {
  forUser: boolean
  denied: readonly string[]
}
