/** What a path asks for. */
export type Route =
  | { name: 'health' }
  | { name: 'oauth-metadata' | 'openid-configuration' | 'keys'; authorizationServerId: string }
  | { name: 'token' | 'introspect' | 'revoke'; authorizationServerId: string }
  | { name: 'unknown' }

const DOCUMENTS = {
  'oauth-authorization-server': 'oauth-metadata',
  'openid-configuration': 'openid-configuration',
} as const
type DocumentName = keyof typeof DOCUMENTS
type EndpointName = 'keys' | 'token' | 'introspect' | 'revoke'

/** OpenID Connect Discovery section 4 appends the well-known part to the issuer. */
const SUFFIX = /^\/oauth2\/([^/]+)\/\.well-known\/(oauth-authorization-server|openid-configuration)$/
/** RFC 8414 section 3.1 inserts it before the issuer's path. */
const INSERTION = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)\/oauth2\/([^/]+)$/
const ENDPOINT = /^\/oauth2\/([^/]+)\/v1\/(keys|token|introspect|revoke)$/

export function route(path: string): Route {
  if (path === '/health') return { name: 'health' }
  const suffix = SUFFIX.exec(path)
  if (suffix) return { name: DOCUMENTS[suffix[2] as DocumentName], authorizationServerId: String(suffix[1]) }
  const insertion = INSERTION.exec(path)
  if (insertion)
    return { name: DOCUMENTS[insertion[1] as DocumentName], authorizationServerId: String(insertion[2]) }
  const endpoint = ENDPOINT.exec(path)
  if (endpoint) return { name: endpoint[2] as EndpointName, authorizationServerId: String(endpoint[1]) }
  return { name: 'unknown' }
}
