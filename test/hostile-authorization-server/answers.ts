import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** One request, and what a genuine server would say to it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly genuine: () => string
}

/** What a document answers with. */
export type Answer = (exchange: Exchange) => void

type Headers = Readonly<Record<string, string>>

const JSON_TYPE = 'application/json'

function send(response: ServerResponse, status: number, headers: Headers, body: string | Buffer): void {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers })
  response.end(body)
}

/** The genuine document, with other headers where they are given. */
export function genuine(headers: Headers = {}): Answer {
  return ({ response, genuine: document }) =>
    send(response, 200, { 'content-type': JSON_TYPE, ...headers }, document())
}

/** Any text under any type. */
export function text(body: string, type: string | null = JSON_TYPE): Answer {
  return ({ response }) => send(response, 200, type === null ? {} : { 'content-type': type }, body)
}

/** Any JSON document. */
export function json(document: unknown): Answer {
  return text(JSON.stringify(document))
}

/** An error with a body of HTML, as gateways send it. */
export function status(code: number, headers: Headers = {}): Answer {
  return ({ response }) =>
    send(response, code, { 'content-type': 'text/html', ...headers }, '<html>gateway</html>')
}

export function redirect(location: string, code = 302): Answer {
  return ({ response }) => send(response, code, { location }, '')
}

/** So many redirects on the same origin, then the genuine document. */
export function redirectChain(hops: number): Answer {
  return (exchange) => {
    const [path, query] = (exchange.request.url ?? '').split('?')
    const hop = Number(new URLSearchParams(query).get('hop') ?? 0)
    if (hop >= hops) genuine()(exchange)
    else redirect(`${path}?hop=${hop + 1}`, hop % 2 === 0 ? 302 : 307)(exchange)
  }
}

/** Takes the request and says nothing. */
export function hangBeforeHeaders(): Answer {
  return () => {}
}

/** Sends headers and the first half of the document, then nothing. */
export function stallInBody(): Answer {
  return ({ response, genuine: document }) => {
    response.writeHead(200, { 'content-type': JSON_TYPE })
    response.write(document().slice(0, 40))
  }
}

/** A byte now and then, for ever. */
export function dripBody(interval = 20): Answer {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': JSON_TYPE })
    const timer = setInterval(() => response.write(' '), interval)
    response.on('close', () => clearInterval(timer))
  }
}

/** So many bytes of white space, which JSON allows, and then the genuine document. */
export function huge(bytes: number): Answer {
  return ({ response, genuine: document }) =>
    send(response, 200, { 'content-type': JSON_TYPE }, `${' '.repeat(bytes)}${document()}`)
}

/** White space until the other side hangs up; tells how many bytes were taken. */
export function endless(onEnd: (bytes: number) => void = () => {}): Answer {
  const chunk = Buffer.alloc(65_536, ' ')
  return ({ response }) => {
    let written = 0
    let closed = false
    response.on('close', () => {
      closed = true
      onEnd(written)
    })
    response.writeHead(200, { 'content-type': JSON_TYPE })
    const more = (): void => {
      while (!closed) {
        written += chunk.length
        if (!response.write(chunk)) return void response.once('drain', more)
      }
    }
    more()
  }
}

/** A small answer that unpacks to so many bytes. */
export function compressedBomb(bytes: number): Answer {
  const packed = gzipSync(Buffer.alloc(bytes, ' '))
  return ({ response }) =>
    send(response, 200, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' }, packed)
}

/** The genuine document, compressed as servers do. */
export function compressed(): Answer {
  return ({ response, genuine: document }) =>
    send(response, 200, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(document()))
}

/** The genuine document behind more header bytes than any client takes. */
export function hugeHeaders(bytes = 200_000): Answer {
  return genuine({ 'x-padding': 'x'.repeat(bytes) })
}

/** Something else than HTTP on the same connection. */
export function notHttp(): Answer {
  return ({ response }) => response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n')
}

/** Ends the connection without a word. */
export function hangUp(): Answer {
  return ({ response }) => response.socket?.destroy()
}
