import type { Requirements } from '@okta-resource-server/core'
import type { RoutePolicy } from './route-policy.ts'

/** A Security Requirement Object of OpenAPI: names of security schemes, each with scopes. */
type SecurityRequirement = Readonly<Record<string, readonly string[]>>

/** The lists of scopes of which one is enough. Requirements other than scopes cannot be expressed. */
function alternatives({ scopes = [], anyScope, anyOf }: Requirements): string[][] {
  const one = anyScope === undefined ? [[]] : anyScope.map((scope) => [scope])
  const nested = anyOf === undefined ? [[]] : anyOf.flatMap(alternatives)
  return one.flatMap((own) => nested.map((others) => [...new Set([...scopes, ...own, ...others])]))
}

/**
 * The `security` of an operation.
 *
 * @param scheme - the name of the security scheme in the document
 * @see {@link https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object OpenAPI 3.1.1, section 4.8.30}
 */
export function securityOf(policy: RoutePolicy, scheme: string): readonly SecurityRequirement[] {
  if (policy === null) return []
  const required = alternatives(policy.requirements ?? {}).map((scopes) => ({ [scheme]: scopes }))
  return policy.optional ? [{}, ...required] : required
}
