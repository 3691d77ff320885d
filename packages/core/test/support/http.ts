import { type ScriptedAnswer, scriptedFetch } from '@okta-resource-server/testing'
import { createClock } from '../../src/clock.ts'
import { type FetchJsonOptions, fetchJson, type JsonDocument } from '../../src/issuer/http.ts'
import { RemoteDocumentError } from '../../src/refusal/remote-document-error.ts'

/** Options of a request without a time limit. */
export function fetchOptions(
  fetch: typeof globalThis.fetch,
  options: Partial<FetchJsonOptions> = {},
): FetchJsonOptions {
  const { signal } = new AbortController()
  return { fetch, allowInsecureHttp: false, signal, clock: createClock(Date.now), ...options }
}

/** The failure of a request. Success and any other error fail the test. */
export async function failureOf(work: Promise<unknown>): Promise<RemoteDocumentError> {
  const error = await work.then(
    () => new Error('the document was fetched'),
    (reason: unknown) => reason,
  )
  if (error instanceof RemoteDocumentError) return error
  throw error
}

/** How much of a response body was read, and whether its connection was released. */
export interface BodyLog {
  cancelled: number
  pulled: number
}

/** A response whose body consists of chunks, and the log of its body. With `ends: false` the body never ends. */
export function watchedResponse(
  chunks: readonly Uint8Array[],
  init: ResponseInit,
  { ends = true }: { readonly ends?: boolean } = {},
): { readonly response: Response; readonly body: BodyLog } {
  const body: BodyLog = { cancelled: 0, pulled: 0 }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const chunk = chunks[body.pulled++]
        if (chunk !== undefined) controller.enqueue(chunk)
        else if (ends) controller.close()
        else return new Promise(() => {})
      },
      cancel: () => void body.cancelled++,
    },
    { highWaterMark: 0 },
  )
  return { response: new Response(stream, init), body }
}

/** A document at this address, and its type. */
export const ADDRESS = 'https://as.example/keys'
export const JSON_TYPE = { 'content-type': 'application/json' }

/** Fetches a document from a script. */
export const get = (answer: () => ScriptedAnswer): Promise<JsonDocument> =>
  fetchJson(ADDRESS, fetchOptions(scriptedFetch(answer).fetch))

/** Fetches a document that comes with these headers. */
export const getAnswer = (
  headers: Record<string, string>,
  body = '{}',
  status = 200,
): Promise<JsonDocument> => get(() => new Response(body, { status, headers }))
