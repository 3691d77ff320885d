/** The endpoint or document that a path identifies. */
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

/**
 * The well-known path is appended to the issuer.
 *
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest OpenID Connect Discovery, section 4.1}
 */
const SUFFIX = /^\/oauth2\/([^/]+)\/\.well-known\/(oauth-authorization-server|openid-configuration)$/
/**
 * The well-known path is inserted before the issuer's path.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3.1 RFC 8414, section 3.1}
 */
const INSERTION = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)\/oauth2\/([^/]+)$/
const ENDPOINT = /^\/oauth2\/([^/]+)\/v1\/(keys|token|introspect|revoke)$/
/** The org authorization server, whose issuer has no path. */
export const ORG = ''
const ORG_DOCUMENT = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)$/
const ORG_ENDPOINT = /^\/oauth2\/v1\/(keys|introspect)$/

export function routeOf(path: string): Route {
  if (path === '/health') return { name: 'health' }
  const suffix = SUFFIX.exec(path)
  if (suffix) return { name: DOCUMENTS[suffix[2] as DocumentName], authorizationServerId: String(suffix[1]) }
  const insertion = INSERTION.exec(path)
  if (insertion)
    return { name: DOCUMENTS[insertion[1] as DocumentName], authorizationServerId: String(insertion[2]) }
  const endpoint = ENDPOINT.exec(path)
  if (endpoint) return { name: endpoint[2] as EndpointName, authorizationServerId: String(endpoint[1]) }
  const orgDocument = ORG_DOCUMENT.exec(path)
  if (orgDocument) return { name: DOCUMENTS[orgDocument[1] as DocumentName], authorizationServerId: ORG }
  const orgEndpoint = ORG_ENDPOINT.exec(path)
  if (orgEndpoint) return { name: orgEndpoint[1] as EndpointName, authorizationServerId: ORG }
  return { name: 'unknown' }
}
