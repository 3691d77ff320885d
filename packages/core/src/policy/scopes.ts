import { checkScopes } from '../options/scopes.ts'
import { factsOf } from '../token/facts.ts'
import type { VerifiedAccessToken } from '../token/verified-access-token.ts'
import type { CompileRequirement, Failure } from './requirement.ts'

/** Whether the token has this scope, or one that includes it. */
function hasScope(auth: VerifiedAccessToken<object>, scope: string): boolean {
  const { scopes } = auth
  if (scopes.includes(scope)) return true
  const including = factsOf(auth)?.includedIn?.get(scope)
  return including?.some((other) => scopes.includes(other)) ?? false
}

/** The scopes for which {@link hasScope} is true: those of the token, and those that they include. */
export function sufficientScopes(auth: VerifiedAccessToken<object>): string[] {
  const included = [...(factsOf(auth)?.includedIn?.keys() ?? [])].filter((scope) => hasScope(auth, scope))
  return [...new Set([...auth.scopes, ...included])]
}

function failureOf(requirement: string, scopes: readonly string[]): Failure {
  return { code: 'insufficient_scope', requirement, scopes }
}

/** `scopes`: all of them. */
export const compileScopes: CompileRequirement = (name, value) => {
  const scopes = checkScopes(name, value)
  return (auth) => (scopes.every((scope) => hasScope(auth, scope)) ? undefined : failureOf(name, scopes))
}

/** `anyScope`: at least one of them. */
export const compileAnyScope: CompileRequirement = (name, value) => {
  const scopes = checkScopes(name, value)
  return (auth) =>
    scopes.some((scope) => hasScope(auth, scope))
      ? undefined
      : // The parameter `scope` of a challenge means all of its scopes, so it names one of them.
        failureOf(name, scopes.slice(0, 1))
}
