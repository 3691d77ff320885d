import { request } from 'node:https'
import { Readable } from 'node:stream'

/** Creates a `fetch`, based on `node:https`, that trusts the given CA certificate, as needed for a private CA. */
export function trustingFetch(ca: string): typeof globalThis.fetch {
  return (input, init) =>
    new Promise((resolve, reject) => {
      const signal = init?.signal ?? undefined
      const headers = Object.fromEntries(new Headers(init?.headers))
      const outgoing = request(String(input), { ca, headers, agent: false, ...(signal && { signal }) })
      outgoing.on('error', reject)
      outgoing.on('response', (incoming) => {
        const received = new Headers()
        for (const [name, value] of Object.entries(incoming.headers)) received.set(name, String(value))
        const body = Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>
        resolve(new Response(body, { status: incoming.statusCode ?? 0, headers: received }))
      })
      outgoing.end()
    })
}
