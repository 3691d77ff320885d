import { OAuthError } from './oauth-error.ts'

/** Scopes that OpenID Connect defines; a service has no use for them. */
export const OIDC_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access']
/** Scopes that the owner of this authorization server defined. */
const CUSTOM_SCOPES: readonly string[] = ['messages:read', 'messages:write']
export const ALL_SCOPES: readonly string[] = [...OIDC_SCOPES, ...CUSTOM_SCOPES]

export function parseScope(scope: string | undefined): string[] {
  return [...new Set((scope ?? '').split(' ').filter(Boolean))]
}

export function sameScopes(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((scope) => other.includes(scope))
}

/** @throws OAuthError when the scopes cannot be granted. */
export function checkScopes(scopes: readonly string[], { forUser, denied }: ScopeRules): void {
  if (scopes.length === 0) {
    throw new OAuthError(
      400,
      'invalid_scope',
      'No scope was requested, and this server grants none by default.',
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
    throw new OAuthError(400, 'invalid_scope', "OpenID Connect scopes need the scope 'openid' besides them.")
  }
  if (scopes.some((scope) => denied.includes(scope))) {
    throw new OAuthError(400, 'access_denied', 'The access policy refuses a requested scope.')
  }
}

interface ScopeRules {
  forUser: boolean
  denied: readonly string[]
}
