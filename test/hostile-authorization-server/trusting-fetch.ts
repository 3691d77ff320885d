import { request } from 'node:https'
import { Readable } from 'node:stream'
import type { Certificate } from './certificate.ts'

/**
 * Creates a `fetch`, based on `node:https`, that trusts the given CA certificate, as needed for a private CA.
 *
 * @param client - the certificate that the client presents
 */
export function trustingFetch(ca: string, client?: Certificate): typeof globalThis.fetch {
  return (input, init) =>
    new Promise((resolve, reject) => {
      const signal = init?.signal ?? undefined
      const headers = Object.fromEntries(new Headers(init?.headers))
      const method = init?.method ?? 'GET'
      const outgoing = request(String(input), {
        ...{ ca, method, headers, agent: false },
        ...client,
        ...(signal && { signal }),
      })
      outgoing.on('error', reject)
      outgoing.on('response', (incoming) => {
        const received = new Headers()
        for (const [name, value] of Object.entries(incoming.headers)) received.set(name, String(value))
        const body = Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>
        resolve(new Response(body, { status: incoming.statusCode ?? 0, headers: received }))
      })
      outgoing.end(init?.body)
    })
}
