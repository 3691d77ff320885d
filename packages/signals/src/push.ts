import { AuthorizationServerUnavailableError, StoreError } from '@okta-resource-server/core'
import { channels, type ReceiverKind } from './diagnostics.ts'
import { refuse, SignalRefusal } from './refusal.ts'

/** A request, as a receiver needs it. The handlers for Express, Fastify and Fetch create it. */
export interface PushRequest {
  readonly method: string
  /** The value of a header; `undefined` if there is none. The name is in lower case. */
  header(name: string): string | undefined
  /**
   * Reads the body. It is called once the caller has been authenticated.
   *
   * @param max - bytes
   * @returns `undefined` if the body is larger
   */
  readBody(max: number): Promise<Uint8Array | undefined>
}

/** A response. */
export interface PushResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON, or empty. */
  readonly body: string
}

/** Something that answers pushed requests: a signal receiver or a logout receiver. */
export interface PushReceiver {
  /** Answers a request. Never rejects. Use one of the handlers unless your server is another one. */
  receive(request: PushRequest): Promise<PushResponse>
}

/** Seconds after which the transmitter may try again. */
const RETRY_AFTER = 5

export const emptyResponse = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
): PushResponse => ({
  status,
  headers: { 'cache-control': 'no-store', ...headers },
  body: '',
})

/** An error response (RFC 8935, section 2.3). The description is fixed English text. */
export function errorResponseOf(
  { err, message }: SignalRefusal,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): PushResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-language': 'en',
      'cache-control': 'no-store',
      ...headers,
    },
    body: JSON.stringify({ err, description: message }),
  }
}

/** What may be shown of an error: whatever else a function of yours throws may contain a user. */
function shown(error: unknown): unknown {
  const isShown = error instanceof AuthorizationServerUnavailableError || error instanceof StoreError
  return isShown ? error : new StoreError('threw')
}

/**
 * Answers a request, and publishes the outcome.
 *
 * @param answer - throws a `SignalRefusal`, or anything else if the request cannot be answered now
 */
export async function respond(
  receiver: ReceiverKind,
  issuer: string,
  answer: () => Promise<PushResponse>,
  refused: (refusal: SignalRefusal) => PushResponse,
): Promise<PushResponse> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof SignalRefusal) {
      if (channels.refused.hasSubscribers) {
        channels.refused.publish({ receiver, issuer, code: error.code })
      }
      return refused(error)
    }
    if (channels.failed.hasSubscribers) channels.failed.publish({ receiver, issuer, error: shown(error) })
    const seconds = error instanceof AuthorizationServerUnavailableError ? error.retryAfter : RETRY_AFTER
    return emptyResponse(503, { 'retry-after': String(seconds) })
  }
}

export function checkMethod({ method }: PushRequest): void {
  if (method !== 'POST') refuse('method_not_allowed')
}

export function checkMediaType(request: PushRequest, wanted: string): void {
  const [mediaType = ''] = (request.header('content-type') ?? '').split(';', 1)
  if (mediaType.trim().toLowerCase() !== wanted) refuse('wrong_media_type')
}

export async function readText(request: PushRequest, max: number): Promise<string> {
  const body = await request.readBody(max)
  if (body === undefined || body.byteLength > max) refuse('body_too_large')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return refuse('body_malformed')
  }
}
