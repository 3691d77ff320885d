/** The answer to one request: a response, or an error as `fetch` rejects with when the network fails. */
export type ScriptedAnswer = Response | Error

/** A `fetch` that answers from a script and records its requests. */
export interface ScriptedFetch {
  readonly fetch: typeof globalThis.fetch
  /** The requests so far, oldest first. */
  readonly requests: { readonly url: string; readonly init: RequestInit }[]
}

/**
 * A `fetch` for the option of that name, without a network.
 *
 * @example
 * ```ts
 * const { fetch, requests } = scriptedFetch(() => Response.json(keySet(signingKey())))
 * ```
 */
export function scriptedFetch(
  answer: (url: string, init: RequestInit) => ScriptedAnswer | Promise<ScriptedAnswer>,
): ScriptedFetch {
  const requests: { url: string; init: RequestInit }[] = []
  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input)
    requests.push({ url, init })
    const answered = await answer(url, init)
    if (answered instanceof Error) throw answered
    return answered
  }
  return { fetch, requests }
}
