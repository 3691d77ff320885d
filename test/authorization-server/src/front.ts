import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { oauthMetadata, openidConfiguration } from './discovery.ts'
import { readForm } from './form.ts'
import { type Addressee, FormRequest } from './form-request.ts'
import type { Issuers } from './issuers.ts'
import { OAuthError } from './oauth-error.ts'
import type { RequestLogEntry } from './options.ts'
import { fail } from './outage.ts'
import type { RequestCounts } from './request-counts.ts'
import { respond, respondOktaError } from './respond.ts'
import { type Route, route } from './routes.ts'
import type { ServerState } from './state.ts'

const NO_CACHE = { 'Cache-Control': 'no-cache, no-store', Pragma: 'no-cache' }
const METADATA_CACHE = { 'Cache-Control': 'max-age=86400, must-revalidate' }

interface FrontParts {
  provider: Provider
  state: ServerState
  issuers: Issuers
  requests: RequestCounts
  onRequest: ((entry: RequestLogEntry) => void) | undefined
}

/** Takes each request first: answers what Okta answers apart from OAuth, and hands forms to oidc-provider. */
export class Front {
  readonly #parts: FrontParts
  readonly #provider: (request: IncomingMessage, response: ServerResponse) => Promise<void>

  constructor(parts: FrontParts) {
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
    if (path !== '/health' && fail(request, response, path, state.knobs)) return
    try {
      await this.#dispatch(request, response, route(path), new URLSearchParams(query))
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
        throw new OAuthError(400, 'invalid_request', 'There is no such authorization server.')
      const addressee = { authorizationServerId: to.authorizationServerId, issuer }
      return this.#form(request, response, to.name, addressee, query)
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
    addressee: Addressee,
    query: URLSearchParams,
  ): Promise<void> {
    const { bucket } = this.#parts.state
    const { admitted, headers } = bucket.take()
    if (!admitted) return respondOktaError(response, 'E0000047', headers)
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value)
    const form = await readForm(request, query, { clientIdInQuery: name !== 'token' })
    if (name !== 'token') this.#unwrapToken(form, addressee)
    const inner = new FormRequest(request, `/v1/${name}`, addressee, form)
    await this.#provider(inner as unknown as IncomingMessage, response)
  }

  /** Puts what oidc-provider stored in the place of the JWT that clients hold. */
  #unwrapToken(form: URLSearchParams, { issuer }: Addressee): void {
    const { storage } = this.#parts.state
    const token = form.get('token')
    if (!token || storage.peek('RefreshToken', token)) return
    const issued = storage.issued(token)
    // A token of the other authorization server is as unknown as a forged one.
    form.set('token', issued?.claims.iss === issuer ? issued.id : 'unknown')
  }
}
