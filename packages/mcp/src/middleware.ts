import type { IncomingMessage, ServerResponse } from 'node:http'
import { ResourceServerError, type VerifiedAccessToken } from '@okta-resource-server/core'
import {
  type AdapterOptions,
  decide,
  errorResponseNaming,
  isPromise,
  requireProtectedResource,
  sendMetadata,
  setResponseHeaders,
  withForwardedOrigin,
} from '@okta-resource-server/core/adapter'
import { authInfoOf } from './auth-info.ts'
import { type McpAuthOptions, settingsFrom } from './settings.ts'

/** A middleware for Express 4 and 5, and for other servers with `(req, res, next)`. */
export type McpMiddleware = (
  req: IncomingMessage & { auth?: unknown },
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** The token of an Authorization header that a verifier has accepted. */
const tokenOf = ({ headers }: IncomingMessage): string => (headers.authorization ?? '').replace(/^\S+ +/, '')

/**
 * Creates a middleware that protects an MCP server: it verifies the access token of each request and sets `req.auth` to the
 * `AuthInfo` of the MCP SDK, which the transport passes to tools.
 *
 * It answers refusals itself, with 400, 401, 403 or 503 and a challenge that leads clients to the authorization server,
 * and serves the protected resource metadata if it is mounted at the root. What is no refusal, such as an error of your
 * configuration, is passed to `next(error)`.
 *
 * The audience of the authorization server must be this MCP server alone. `audience: null` is refused; a function `issuer` must
 * not return it either, which is not checked.
 *
 * @throws {ConfigurationError} an option or environment variable is missing or wrong
 * @see {@link https://modelcontextprotocol.io/specification/draft/basic/authorization MCP, Authorization}
 * @example
 * ```ts
 * import express from 'express'
 *
 * const app = express()
 * app.use(mcpAuth({
 *   issuer: 'https://example.okta.com/oauth2/aus1',
 *   audience: 'https://mcp.example.com/mcp',
 *   resource: 'https://mcp.example.com/mcp',
 *   requiredScopes: ['mcp:tools'],
 * }))
 * ```
 */
export function mcpAuth(options: McpAuthOptions = {}): McpMiddleware {
  const { verifier, resource, requirements, requiredScopes } = settingsFrom(options)
  // It returns nothing, because Express 5 calls next() again for a promise that rejects.
  return function mcpAuthMiddleware(req, res, next) {
    if (sendMetadata(resource, req, res)) return
    // Only the verifier says who calls.
    req.auth = undefined
    const accept = (auth: VerifiedAccessToken<object>): void => {
      req.auth = authInfoOf(auth, tokenOf(req), resource)
      setResponseHeaders(req, auth, res)
      next()
    }
    const fail = (error: unknown): void => {
      if (error instanceof ResourceServerError && !res.headersSent) refuse(error, requiredScopes, res)
      else next(error)
    }
    let decision: ReturnType<typeof decide>
    try {
      decision = decide(verifier, withForwardedOrigin(req), requirements)
    } catch (error) {
      fail(error)
      return
    }
    if (isPromise(decision)) decision.then(accept, fail)
    else accept(decision as VerifiedAccessToken<object>)
  }
}

function refuse(error: ResourceServerError, scopes: readonly string[], res: ServerResponse): void {
  const { status, headers, body } = errorResponseNaming(error, scopes)
  res.statusCode = status
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  res.end(JSON.stringify(body))
}

/**
 * Creates a middleware that serves the protected resource metadata, and passes every other request on. Mount it at the root
 * of an application that uses `mcpAuth()` per route or under a path; elsewhere `mcpAuth()` serves the document itself.
 *
 * The document is open to everyone. Its URL and content come from the option `resource` only.
 *
 * @param options - options of a verifier, or `{ verifier }`; with `resource`
 * @throws {ConfigurationError} the option `resource` is missing, or an option is wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-3 RFC 9728, section 3}
 * @example
 * ```ts
 * import express from 'express'
 *
 * const verifier = createAccessTokenVerifier({
 *   issuer: 'https://example.okta.com/oauth2/aus1',
 *   audience: 'https://mcp.example.com/mcp',
 *   resource: 'https://mcp.example.com/mcp',
 * })
 * const app = express()
 * app.use(protectedResourceMetadata({ verifier }))
 * app.use('/mcp', mcpAuth({ verifier, requiredScopes: ['mcp:tools'] }))
 * ```
 */
export function protectedResourceMetadata(options: AdapterOptions = {}): McpMiddleware {
  const resource = requireProtectedResource(options)
  return function mcpMetadata(req, res, next) {
    if (!sendMetadata(resource, req, res)) next()
  }
}
