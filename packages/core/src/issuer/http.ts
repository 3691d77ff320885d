import { channels } from '../diagnostics.ts'
import { isLoopback } from '../options/checks.ts'
import { type RemoteDocumentCode, RemoteDocumentError } from '../refusal/remote-document-error.ts'

/** How a document is fetched. */
export interface FetchJsonOptions {
  readonly fetch: typeof globalThis.fetch
  readonly allowInsecureHttp: boolean
  /** Aborts the request; one signal can cover several requests. */
  readonly signal: AbortSignal
}

/** A JSON document and its freshness. */
export interface JsonDocument {
  readonly json: unknown
  /** Seconds: `max-age` of `Cache-Control` minus `Age`; 0 for `no-store` and `no-cache`; `undefined` without a directive. */
  readonly maxAge: number | undefined
  /** When the server sent it by its own clock, in milliseconds since the epoch, give or take a second. */
  readonly date: number | undefined
}

/** Bytes, after decompression. */
const MAX_DOCUMENT_SIZE = 1_048_576
const MAX_REDIRECTS = 3
/** The catch-all is for servers that know neither type and answer 406. */
const HEADERS = {
  accept: 'application/json, application/jwk-set+json;q=0.9, */*;q=0.1',
  'user-agent': 'okta-resource-server',
}

/** The URL without credentials, query and fragment, so that it can be logged. */
function redactUrl(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date, which is compared with the server's own `Date`. */
function retryAfterSeconds(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const theirs = Date.parse(headers.get('date') ?? '')
  const now = Number.isNaN(theirs) ? Date.now() : theirs
  const seconds = /^\d{1,9}$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1_000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}

/** Freshness lifetime (RFC 9111, sections 4.2.3 and 5.2.2). */
function maxAgeSeconds(headers: Headers): number | undefined {
  const control = headers.get('cache-control')
  if (control === null) return undefined
  if (/(^|[\s,])no-(store|cache)\b/i.test(control)) return 0
  const found = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/i.exec(control)?.[1]
  if (found === undefined) return undefined
  const age = Number(headers.get('age') ?? 0)
  return Math.max(0, Number(found) - (Number.isFinite(age) && age > 0 ? age : 0))
}

/** Only https is fetched, and http if the host is loopback or the option allows it. */
export function isFetchable(url: URL, allowInsecureHttp: boolean): boolean {
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && (allowInsecureHttp || isLoopback(url.hostname)))
  )
}

async function readBounded(
  response: Response,
  signal: AbortSignal,
  fail: (code: RemoteDocumentCode, message: string) => RemoteDocumentError,
): Promise<string> {
  const tooLarge = (): RemoteDocumentError =>
    fail('too_large', `the response is larger than ${MAX_DOCUMENT_SIZE} bytes`)
  if (Number(response.headers.get('content-length') ?? 0) > MAX_DOCUMENT_SIZE) throw tooLarge()
  if (response.body === null) return ''
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>
  // A custom fetch may ignore the signal; its connection must not stay open.
  const stop = (): void => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', stop, { once: true })
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return new TextDecoder('utf-8').decode(Buffer.concat(chunks))
      size += value.byteLength
      if (size > MAX_DOCUMENT_SIZE) throw tooLarge()
      chunks.push(value)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** `Date` plus `Age`: a response of a cache is as old as that (RFC 9110, section 6.6.1; RFC 9111, section 5.1). */
function dateOf(headers: Headers): number | undefined {
  const date = Date.parse(headers.get('date') ?? '') + Number(headers.get('age') ?? 0) * 1_000
  return Number.isFinite(date) ? date : undefined
}

/** Releases the connection without reading the body. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}

/** Waits for `work` until the signal aborts, even if a custom fetch ignores the signal. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
  }
}

async function request(address: string, options: FetchJsonOptions): Promise<JsonDocument> {
  let url = new URL(address)
  for (let redirects = 0; ; redirects++) {
    const here = url
    const shown = redactUrl(here)
    const fail = (
      code: RemoteDocumentCode,
      what: string,
      details?: ConstructorParameters<typeof RemoteDocumentError>[3],
    ): RemoteDocumentError => new RemoteDocumentError(code, shown, `${shown}: ${what}`, details)
    if (!isFetchable(here, options.allowInsecureHttp)) throw fail('insecure_url', 'only https is allowed')
    let response: Response | undefined
    try {
      const work = options.fetch(here.href, {
        method: 'GET',
        headers: HEADERS,
        redirect: 'manual',
        signal: options.signal,
      })
      work.then((late) => options.signal.aborted && discard(late)).catch(() => {})
      response = await untilAborted(work, options.signal)
      const { status, headers } = response
      const location = headers.get('location')
      if (status >= 300 && status < 400 && location !== null) {
        const target = URL.canParse(location, here.href) ? new URL(location, here.href) : undefined
        if (target?.origin !== here.origin)
          throw fail('redirect_refused', 'redirects to another origin', { status })
        if (redirects >= MAX_REDIRECTS) throw fail('redirect_refused', 'too many redirects', { status })
        discard(response)
        url = target
        continue
      }
      if (status !== 200) {
        throw fail('http_status', `status ${status}`, { status, retryAfter: retryAfterSeconds(headers) })
      }
      const text = await untilAborted(readBounded(response, options.signal, fail), options.signal)
      let json: unknown
      try {
        json = JSON.parse(text)
      } catch {
        throw fail('invalid_json', 'the response is not valid JSON', { status })
      }
      return { json, maxAge: maxAgeSeconds(headers), date: dateOf(headers) }
    } catch (error) {
      if (response !== undefined) discard(response)
      if (error instanceof RemoteDocumentError) throw error
      if (options.signal.aborted) throw fail('timeout', 'no response within the time limit')
      throw fail('network', 'the request failed', { cause: error })
    }
  }
}

/**
 * Fetches a JSON document, with limits on time, size and redirects. All requests of this package go through here.
 *
 * The content type is not checked, because authorization servers publish JSON under many; what is not JSON is rejected.
 *
 * @throws {RemoteDocumentError} on any failure
 */
export async function fetchJson(address: string, options: FetchJsonOptions): Promise<JsonDocument> {
  const url = redactUrl(new URL(address))
  if (channels.fetchStarted.hasSubscribers) channels.fetchStarted.publish({ url })
  try {
    const document = await request(address, options)
    if (channels.fetchSucceeded.hasSubscribers)
      channels.fetchSucceeded.publish({ url, maxAge: document.maxAge })
    return document
  } catch (error) {
    if (channels.fetchFailed.hasSubscribers) channels.fetchFailed.publish({ url, error })
    throw error
  }
}
