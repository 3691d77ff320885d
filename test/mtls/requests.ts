import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { Certificate } from '../hostile-authorization-server/index.ts'

export interface Answer {
  readonly status: number
  readonly challenge: string | undefined
  readonly cacheControl: string | undefined
}

/** The URL of an API, and the certificate that it has. */
export interface Target {
  readonly url: string
  readonly cert: string
}

/** Sends a GET over HTTP/1.1, with a client certificate if there is one. */
export function get(
  { url, cert: ca }: Target,
  token: string,
  {
    client,
    headers = {},
  }: { readonly client?: Certificate | undefined; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const identity = client === undefined ? {} : { key: client.key, cert: client.cert }
    const outgoing = request(
      url,
      {
        ca,
        ...identity,
        headers: { authorization: `Bearer ${token}`, ...headers },
        agent: false,
        timeout: 10_000,
      },
      (incoming) => {
        incoming.resume()
        incoming.on('end', () => {
          const { 'www-authenticate': challenge, 'cache-control': cacheControl } = incoming.headers
          resolve({ status: incoming.statusCode ?? 0, challenge, cacheControl })
        })
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in 10 s')))
    outgoing.on('error', reject)
    outgoing.end()
  })
}

/** Sends requests over one HTTP/2 connection, and returns their statuses. */
export async function getOverHttp2(
  { url, cert: ca }: Target,
  tokens: readonly string[],
  client?: Certificate,
): Promise<number[]> {
  const session = connectHttp2(url, { ca, ...(client && { key: client.key, cert: client.cert }) })
  try {
    return await Promise.all(
      tokens.map(async (token) => {
        const stream = session.request({ ':path': new URL(url).pathname, authorization: `Bearer ${token}` })
        const [headers] = await once(stream, 'response')
        stream.resume()
        await once(stream, 'end')
        return Number(headers[':status'])
      }),
    )
  } finally {
    session.close()
  }
}

/** Sends a GET over a TLS connection with these options. Returns the status, and the session to resume. */
export async function getOverConnection(
  { url, cert: ca }: Target,
  token: string,
  options: ConnectionOptions,
): Promise<{ readonly status: number; readonly session: Buffer | undefined; readonly isResumed: boolean }> {
  const { hostname: host, port, pathname } = new URL(url)
  const socket: TLSSocket = connect({ host, port: Number(port), ca, ...options })
  let session: Buffer | undefined
  socket.on('session', (each: Buffer) => {
    session = each
  })
  await once(socket, 'secureConnect')
  const isResumed = socket.isSessionReused()
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  return { status: Number(Buffer.concat(chunks).toString().split(' ', 2)[1]), session, isResumed }
}
