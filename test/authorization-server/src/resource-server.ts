import type { ResourceServerInfo } from 'oidc-provider'
import { ALL_SCOPES } from './scopes.ts'

/** The resource server of the authorization server. An Okta custom authorization server has exactly one. */
export function resourceServerInfo(audience: string): ResourceServerInfo {
  // Opaque, because oidc-provider cannot introspect or revoke its own JWTs, and would set their `typ` to `at+jwt`.
  return { audience, scope: ALL_SCOPES.join(' '), accessTokenFormat: 'opaque' }
}
