import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { oauthMetadata, openidConfiguration } from './discovery.ts'
import { readForm } from './form.ts'
import { FormRequest, type TargetServer } from './form-request.ts'
import type { Issuers } from './issuers.ts'
import { OAuthError } from './oauth-error.ts'
import type { RequestLogEntry } from './options.ts'
import { simulateOutage } from './outage.ts'
import type { RequestCounts } from './request-counts.ts'
import { respond, respondOktaError } from './respond.ts'
import { type Route, routeOf } from './routes.ts'
import type { ServerState } from './state.ts'

const NO_CACHE = { 'Cache-Control': 'no-cache, no-store', Pragma: 'no-cache' }
const METADATA_CACHE = { 'Cache-Control': 'max-age=86400, must-revalidate' }

interface HandlerParts {
  provider: Provider
  state: ServerState
  issuers: Issuers
  requests: RequestCounts
  onRequest: ((entry: RequestLogEntry) => void) | undefined
}

/** Handles every request: serves the metadata and the keys itself, and passes forms to oidc-provider. */
export class RequestHandler {
  readonly #parts: HandlerParts
  readonly #provider: (request: IncomingMessage, response: ServerResponse) => Promise<void>

  constructor(parts: HandlerParts) {
    this.#parts = parts
    this.#provider = parts.provider.callback()
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { state, requests, onRequest } = this.#parts
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
    const { method = 'GET' } = request
    requests.add(path)
    if (onRequest) {
      response.once('close', () =>
        onRequest({ method, path, status: response.writableEnded ? response.statusCode : 0 }),
      )
    }
    if (path !== '/health' && simulateOutage(request, response, path, state.knobs)) return
    try {
      await this.#dispatch(request, response, routeOf(path), new URLSearchParams(query))
    } catch (error) {
      if (response.headersSent) request.socket.destroy()
      else if (error instanceof OAuthError) respond(response, error.status, error, NO_CACHE)
      else respondOktaError(response, 'E0000009')
    }
  }

  async #dispatch(request: IncomingMessage, response: ServerResponse, to: Route, query: URLSearchParams) {
    const { issuers, state } = this.#parts
    if (to.name === 'unknown') return respondOktaError(response, 'E0000007')
    if (to.name === 'health') return respond(response, 200, { status: 'ok' })
    const isForm = to.name === 'token' || to.name === 'introspect' || to.name === 'revoke'
    if (isForm ? request.method !== 'POST' : request.method !== 'GET' && request.method !== 'HEAD') {
      return respondOktaError(response, 'E0000022', { Allow: isForm ? 'POST' : 'GET, HEAD' })
    }
    const issuer = issuers.find(to.authorizationServerId, request.headers.host)
    if (isForm) {
      if (issuer === undefined)
        throw new OAuthError(400, 'invalid_request', 'This authorization server does not exist.')
      const target = { authorizationServerId: to.authorizationServerId, issuer }
      return this.#form(request, response, to.name, target, query)
    }
    if (issuer === undefined) return respondOktaError(response, 'E0000007')
    if (to.name === 'oauth-metadata') return respond(response, 200, oauthMetadata(issuer), METADATA_CACHE)
    if (to.name === 'openid-configuration')
      return respond(response, 200, openidConfiguration(issuer), METADATA_CACHE)
    const cache = { 'Cache-Control': state.knobs.keysCacheControl }
    respond(response, 200, { keys: state.keys.published() }, cache)
  }

  async #form(
    request: IncomingMessage,
    response: ServerResponse,
    name: 'token' | 'introspect' | 'revoke',
    target: TargetServer,
    query: URLSearchParams,
  ): Promise<void> {
    const { bucket } = this.#parts.state
    const { admitted, headers } = bucket.take()
    if (!admitted) return respondOktaError(response, 'E0000047', headers)
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value)
    const form = await readForm(request, query, { clientIdInQuery: name !== 'token' })
    const sentToken = form.get('token') ?? ''
    if (name !== 'token') this.#replaceJwt(form, target)
    const inner = new FormRequest(request, `/v1/${name}`, target, form, sentToken)
    await this.#provider(inner as unknown as IncomingMessage, response)
  }

  /** Replaces a JWT in the form with the opaque token that oidc-provider issued for it. */
  #replaceJwt(form: URLSearchParams, { issuer }: TargetServer): void {
    const { storage } = this.#parts.state
    const token = form.get('token')
    if (!token || storage.peek('RefreshToken', token)) return
    const issued = storage.issued(token)
    // A token of the other authorization server is treated like an unknown token.
    form.set('token', issued?.claims.iss === issuer ? issued.id : 'unknown')
  }
}
