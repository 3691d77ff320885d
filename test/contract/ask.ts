import { request } from 'node:http'
import { connect } from 'node:net'

/** What an API answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends exactly these header lines, also ones that `fetch` would join or refuse. */
export function ask(
  url: string,
  headerLines: readonly string[] = [],
  { method, body }: { readonly method?: string; readonly body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const target = new URL(url)
    const length = body === undefined ? [] : ['Content-Length', `${Buffer.byteLength(body)}`]
    const outgoing = request(
      {
        host: target.hostname,
        port: target.port,
        path: url.slice(target.origin.length),
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: ['Host', target.host, ...length, ...headerLines],
        agent: false,
        timeout: 10_000,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(chunks).toString(),
          })
        })
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in 10 s: the request hangs')))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Sends a GET with a bearer token. */
export function askWith(token: string, url: string): Promise<Answer> {
  return ask(url, ['Authorization', `Bearer ${token}`])
}

/** Writes a text to a bare socket; resolves with all that is sent back until the server ends the connection. */
export function exchange(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'))
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer in 10 s: the request hangs')))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()))
    socket.on('error', reject)
  })
}

/** Sends a GET over a bare socket; the answer is returned unparsed: status line, headers and body. */
export function askBare(url: string, target: string, headerLines: readonly string[] = []): Promise<string> {
  const lines = [`GET ${target} HTTP/1.1`, `Host: ${new URL(url).host}`, 'Connection: close']
  for (let index = 0; index < headerLines.length; index += 2) {
    lines.push(`${headerLines[index]}: ${headerLines[index + 1]}`)
  }
  return exchange(url, `${lines.join('\r\n')}\r\n\r\n`)
}
