import { request } from 'node:http'
import { connect } from 'node:net'

/** What an API answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends a GET with exactly these header lines, also ones that `fetch` would join or refuse. */
export function ask(url: string, headerLines: readonly string[] = [], body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const target = new URL(url)
    const outgoing = request(
      {
        host: target.hostname,
        port: target.port,
        path: url.slice(target.origin.length),
        method: body === undefined ? 'GET' : 'POST',
        headers: ['Host', target.host, ...headerLines],
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

/** With a bearer token. */
export function askWith(token: string, url: string): Promise<Answer> {
  return ask(url, ['Authorization', `Bearer ${token}`])
}

/** Sends a GET over a bare socket, and gives the answer as it came: status line, headers and body. */
export function askBare(url: string, target: string, headerLines: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(url)
    const lines = [`GET ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close']
    for (let index = 0; index < headerLines.length; index += 2) {
      lines.push(`${headerLines[index]}: ${headerLines[index + 1]}`)
    }
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    )
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer in 10 s: the request hangs')))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()))
    socket.on('error', reject)
  })
}
