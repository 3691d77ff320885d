import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { Context } from 'oidc-provider'

/** Which authorization server was called, and by which name. */
export interface Addressee {
  authorizationServerId: string
  issuer: string
}

/**
 * A form request whose body was read and checked, to be read anew by oidc-provider.
 *
 * It is a stream of its own because oidc-provider warns on the console when the original's body is gone.
 */
export class FormRequest extends Readable {
  readonly method: string
  /** Relative to the authorization server: `/v1/token`. */
  readonly url: string
  readonly originalUrl: string
  readonly headers: IncomingHttpHeaders
  readonly socket: Socket
  readonly addressee: Addressee
  readonly form: URLSearchParams
  readonly #body: Buffer

  constructor(original: IncomingMessage, url: string, addressee: Addressee, form: URLSearchParams) {
    super()
    this.#body = Buffer.from(form.toString())
    this.method = original.method ?? 'POST'
    this.url = url
    this.originalUrl = `/oauth2/${addressee.authorizationServerId}${url}`
    this.headers = {
      ...original.headers,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(this.#body.length),
    }
    // The body has a length now, whatever framing it came in.
    delete this.headers['transfer-encoding']
    this.socket = original.socket
    this.addressee = addressee
    this.form = form
  }

  override _read(): void {
    if (this.#body.length > 0) this.push(this.#body)
    this.push(null)
  }
}

/** The request behind oidc-provider's context: the front hands it nothing else. */
export function formRequest(ctx: Context): FormRequest {
  return ctx.req as unknown as FormRequest
}
