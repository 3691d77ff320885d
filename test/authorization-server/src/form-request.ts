import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { Context } from 'oidc-provider'
import { ORG } from './routes.ts'

/** The authorization server that a request was sent to, and its issuer. */
export interface TargetServer {
  authorizationServerId: string
  issuer: string
}

/**
 * A form request whose body was already read and checked, in a form that oidc-provider can read again.
 *
 * It is a separate stream because oidc-provider prints a warning if the body of the original request was consumed.
 */
export class FormRequest extends Readable {
  readonly method: string
  /** Relative to the authorization server, for example `/v1/token`. */
  readonly url: string
  readonly originalUrl: string
  readonly headers: IncomingHttpHeaders
  readonly socket: Socket
  readonly target: TargetServer
  readonly form: URLSearchParams
  /** The token of the form as it was sent. */
  readonly sentToken: string
  readonly #body: Buffer

  constructor(
    original: IncomingMessage,
    url: string,
    target: TargetServer,
    form: URLSearchParams,
    sentToken: string,
  ) {
    super()
    this.#body = Buffer.from(form.toString())
    this.method = original.method ?? 'POST'
    this.url = url
    const { authorizationServerId: id } = target
    this.originalUrl = id === ORG ? `/oauth2${url}` : `/oauth2/${id}${url}`
    this.headers = {
      ...original.headers,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(this.#body.length),
    }
    // The body now has a known length, even if the original one was chunked.
    delete this.headers['transfer-encoding']
    this.socket = original.socket
    this.target = target
    this.form = form
    this.sentToken = sentToken
  }

  override _read(): void {
    if (this.#body.length > 0) this.push(this.#body)
    this.push(null)
  }
}

/** Returns the request of an oidc-provider context. The request handler passes only form requests to oidc-provider. */
export function formRequest(ctx: Context): FormRequest {
  return ctx.req as unknown as FormRequest
}
