import { RemoteDocumentError } from '../../src/errors.ts'
import type { FetchJsonOptions } from '../../src/fetch-json.ts'

/** What a scripted authorization server answers: a response, or a failure of the network. */
export type Scripted = (url: string) => Response | Error | Promise<Response>

/** A `fetch` that answers from a script, and remembers what it was asked. */
export interface ScriptedFetch {
  readonly fetch: typeof globalThis.fetch
  readonly asked: string[]
  readonly init: RequestInit[]
}

export function scriptedFetch(script: Scripted): ScriptedFetch {
  const [asked, init]: [string[], RequestInit[]] = [[], []]
  const fetch = async (input: unknown, how?: RequestInit): Promise<Response> => {
    asked.push(String(input))
    init.push(how ?? {})
    const answer = await script(String(input))
    if (answer instanceof Error) throw answer
    return answer
  }
  return { fetch: fetch as typeof globalThis.fetch, asked, init }
}

/** Options with a signal that never ends the exchange, unless told so. */
export function exchangeOptions(
  fetch: typeof globalThis.fetch,
  own: Partial<FetchJsonOptions> = {},
): FetchJsonOptions {
  return { fetch, allowInsecureHttp: false, signal: new AbortController().signal, ...own }
}

/** The failure; anything but a `RemoteDocumentError` fails the test. */
export async function remoteFailure(work: Promise<unknown>): Promise<RemoteDocumentError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (error instanceof RemoteDocumentError) return error
  throw error
}
