import type { Clock } from '../clock.ts'
import { channels } from '../diagnostics.ts'
import { isFetchable } from '../options/checks.ts'
import { type RemoteDocumentCode, RemoteDocumentError } from '../refusal/remote-document-error.ts'
import { discard, readBounded } from './response-body.ts'
import { dateOf, maxAgeSeconds, retryAfterSeconds } from './response-headers.ts'

/** How a document is fetched. */
export interface FetchJsonOptions {
  readonly fetch: typeof globalThis.fetch
  readonly allowInsecureHttp: boolean
  /** Aborts the request; one signal can cover several requests. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** A JSON document and its freshness. */
export interface JsonDocument {
  readonly json: unknown
  /** Seconds: `max-age` of `Cache-Control` minus `Age`; 0 for `no-store` and `no-cache`; `undefined` without a directive. */
  readonly maxAge: number | undefined
  /** When the server sent it by its own clock, in milliseconds since the epoch, give or take a second. */
  readonly date: number | undefined
}

/** A form that is sent to an endpoint of the authorization server. */
export interface FormRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly form: URLSearchParams
}

/** The response of an endpoint, with status 200. */
export interface EndpointResponse {
  readonly text: string
  /** Media type without parameters, in lower case; `undefined` if the response has none. */
  readonly mediaType: string | undefined
}

const MAX_REDIRECTS = 3
/** The catch-all is for servers that know neither type and answer 406. */
const HEADERS = {
  accept: 'application/json, application/jwk-set+json;q=0.9, */*;q=0.1',
  'user-agent': 'okta-resource-server',
}
const FORM_HEADERS = {
  'content-type': 'application/x-www-form-urlencoded',
  'user-agent': HEADERS['user-agent'],
}
/** Errors with status 400 that concern the client rather than the request (RFC 6749, section 5.2). */
const CLIENT_ERRORS: readonly unknown[] = ['invalid_client', 'unauthorized_client']

/** The URL without credentials, query and fragment, so that it can be logged. */
function redactUrl(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/** Waits for `work` until the signal aborts, even if a custom fetch ignores the signal. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort!: () => void
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** What is sent, besides the URL. */
interface Outgoing {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** The content of a response with status 200. */
interface Incoming {
  readonly headers: Headers
  readonly text: string
  readonly fail: Fail
}

type Fail = (
  code: RemoteDocumentCode,
  what: string,
  details?: ConstructorParameters<typeof RemoteDocumentError>[3],
) => RemoteDocumentError

/** Whether the authorization server refuses our credentials, as far as status and error code say. */
async function refusesClient(response: Response, signal: AbortSignal, fail: Fail): Promise<boolean> {
  if (response.status === 401 || response.status === 403) return true
  if (response.status !== 400) return false
  try {
    const { error } = JSON.parse(await untilAborted(readBounded(response, signal, fail), signal))
    return CLIENT_ERRORS.includes(error)
  } catch {
    return false
  }
}

/** A redirect of a document is followed within its origin. One of a form is not: the form contains a token and credentials. */
function redirectTarget(
  { status, headers }: Response,
  { method }: Outgoing,
  here: URL,
  redirects: number,
  fail: Fail,
): URL | undefined {
  const location = headers.get('location')
  if (status < 300 || status >= 400 || location === null) return undefined
  if (method === 'POST') throw fail('redirect_refused', 'redirects, which is not followed', { status })
  const target = URL.canParse(location, here.href) ? new URL(location, here.href) : undefined
  if (target?.origin !== here.origin)
    throw fail('redirect_refused', 'redirects to another origin', { status })
  if (redirects >= MAX_REDIRECTS) throw fail('redirect_refused', 'too many redirects', { status })
  return target
}

async function request(address: string, options: FetchJsonOptions, outgoing: Outgoing): Promise<Incoming> {
  let url = new URL(address)
  for (let redirects = 0; ; redirects++) {
    const here = url
    const shown = redactUrl(here)
    const fail: Fail = (code, what, details) =>
      new RemoteDocumentError(code, shown, `${shown}: ${what}`, details)
    if (!isFetchable(here, options.allowInsecureHttp)) throw fail('insecure_url', 'only https is allowed')
    let response: Response | undefined
    try {
      const work = options.fetch(here.href, { ...outgoing, redirect: 'manual', signal: options.signal })
      work.then((late) => options.signal.aborted && discard(late)).catch(() => {})
      response = await untilAborted(work, options.signal)
      const { status, headers } = response
      const target = redirectTarget(response, outgoing, here, redirects, fail)
      if (target !== undefined) {
        discard(response)
        url = target
        continue
      }
      if (status !== 200) {
        const details = { status, retryAfter: retryAfterSeconds(response, options.clock) }
        if (outgoing.method === 'POST' && (await refusesClient(response, options.signal, fail))) {
          throw fail('credentials_refused', `status ${status}: the client is refused`, details)
        }
        throw fail('http_status', `status ${status}`, details)
      }
      const text = await untilAborted(readBounded(response, options.signal, fail), options.signal)
      return { headers, text, fail }
    } catch (error) {
      if (response !== undefined) discard(response)
      if (error instanceof RemoteDocumentError) throw error
      if (options.signal.aborted) throw fail('timeout', 'no response within the time limit')
      throw fail('network', 'the request failed', { cause: error })
    }
  }
}

function parseJson({ headers, text, fail }: Incoming): JsonDocument {
  try {
    return { json: JSON.parse(text), maxAge: maxAgeSeconds(headers), date: dateOf(headers) }
  } catch {
    throw fail('invalid_json', 'the response is not valid JSON', { status: 200 })
  }
}

/** Publishes what is requested, and how it ends. */
async function published<T>(
  address: string,
  work: () => Promise<T>,
  maxAge: (result: T) => number | undefined,
): Promise<T> {
  const url = redactUrl(new URL(address))
  if (channels.fetchStarted.hasSubscribers) channels.fetchStarted.publish({ url })
  try {
    const result = await work()
    if (channels.fetchSucceeded.hasSubscribers) {
      channels.fetchSucceeded.publish({ url, maxAge: maxAge(result) })
    }
    return result
  } catch (error) {
    if (channels.fetchFailed.hasSubscribers) channels.fetchFailed.publish({ url, error })
    throw error
  }
}

/**
 * Fetches a JSON document, with limits on time, size and redirects. All requests of this package go through here.
 *
 * The content type is not checked, because authorization servers publish JSON under many; what is not JSON is rejected.
 *
 * @throws {RemoteDocumentError} on any failure
 */
export function fetchJson(address: string, options: FetchJsonOptions): Promise<JsonDocument> {
  const outgoing = { method: 'GET', headers: HEADERS } as const
  return published(
    address,
    async () => parseJson(await request(address, options, outgoing)),
    ({ maxAge }) => maxAge,
  )
}

/**
 * Sends a form to an endpoint, with the same limits. Redirects are not followed.
 *
 * @throws {RemoteDocumentError} on any failure; `credentials_refused` if the client is refused
 */
export function postForm(
  address: string,
  { headers, form }: FormRequest,
  options: FetchJsonOptions,
): Promise<EndpointResponse> {
  const outgoing = {
    method: 'POST',
    headers: { ...FORM_HEADERS, ...headers },
    body: form.toString(),
  } as const
  return receive(address, options, outgoing)
}

/**
 * Fetches a document that is no JSON, with the same limits.
 *
 * @param accept - media type
 * @throws {RemoteDocumentError} on any failure
 */
export function fetchText(
  address: string,
  accept: string,
  options: FetchJsonOptions,
): Promise<EndpointResponse> {
  return receive(address, options, { method: 'GET', headers: { ...HEADERS, accept } })
}

function receive(address: string, options: FetchJsonOptions, outgoing: Outgoing): Promise<EndpointResponse> {
  const send = async (): Promise<EndpointResponse> => {
    const { headers, text } = await request(address, options, outgoing)
    const mediaType = headers.get('content-type')?.replace(/;.*/s, '').trim().toLowerCase()
    return { text, mediaType }
  }
  return published(address, send, () => undefined)
}
