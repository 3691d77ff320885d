import type { ResourceServerInfo } from 'oidc-provider'
import { ALL_SCOPES } from './scopes.ts'

/** The one resource server that a custom authorization server of Okta speaks for. */
export function resourceServerInfo(audience: string): ResourceServerInfo {
  // Opaque: oidc-provider refuses to introspect or revoke its own JWTs, and would mark them `typ: at+jwt`.
  return { audience, scope: ALL_SCOPES.join(' '), accessTokenFormat: 'opaque' }
}
