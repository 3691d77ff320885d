import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** A request, its response, and the document that a genuine server would send. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly genuine: () => string
}

/** Sends a response to a request for a document. */
export type Answer = (exchange: Exchange) => void

type Headers = Readonly<Record<string, string>>

const JSON_TYPE = 'application/json'

function send(response: ServerResponse, status: number, headers: Headers, body: string | Buffer): void {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers })
  response.end(body)
}

/** The genuine document, with additional or different headers. */
export function genuine(headers: Headers = {}): Answer {
  return ({ response, genuine: document }) =>
    send(response, 200, { 'content-type': JSON_TYPE, ...headers }, document())
}

/** A text with a content type; `null` for no content type. */
export function text(body: string, type: string | null = JSON_TYPE): Answer {
  return ({ response }) => send(response, 200, type === null ? {} : { 'content-type': type }, body)
}

/** A JSON document. */
export function json(document: unknown): Answer {
  return text(JSON.stringify(document))
}

/** A status with an HTML body, as sent by gateways. */
export function status(code: number, headers: Headers = {}): Answer {
  return ({ response }) =>
    send(response, code, { 'content-type': 'text/html', ...headers }, '<html>gateway</html>')
}

export function redirect(location: string, code = 302): Answer {
  return ({ response }) => send(response, code, { location }, '')
}

/** The given number of redirects on the same origin, then the genuine document. */
export function redirectChain(hops: number): Answer {
  return (exchange) => {
    const [path, query] = (exchange.request.url ?? '').split('?')
    const hop = Number(new URLSearchParams(query).get('hop') ?? 0)
    if (hop >= hops) genuine()(exchange)
    else redirect(`${path}?hop=${hop + 1}`, hop % 2 === 0 ? 302 : 307)(exchange)
  }
}

/** Reads the request but never responds. */
export function hangBeforeHeaders(): Answer {
  return () => {}
}

/** Sends the headers and the first 40 characters of the document, then nothing. */
export function stallInBody(): Answer {
  return ({ response, genuine: document }) => {
    response.writeHead(200, { 'content-type': JSON_TYPE })
    response.write(document().slice(0, 40))
  }
}

/** One byte per interval (in milliseconds), without end. */
export function dripBody(interval = 20): Answer {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': JSON_TYPE })
    const timer = setInterval(() => response.write(' '), interval)
    response.on('close', () => clearInterval(timer))
  }
}

/** The given number of bytes of white space, which JSON allows, then the genuine document. */
export function huge(bytes: number): Answer {
  return ({ response, genuine: document }) =>
    send(response, 200, { 'content-type': JSON_TYPE }, `${' '.repeat(bytes)}${document()}`)
}

/** White space until the client closes the connection; `onEnd` receives the number of bytes written. */
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

/** A small response that decompresses to the given number of bytes. */
export function compressedBomb(bytes: number): Answer {
  const packed = gzipSync(Buffer.alloc(bytes, ' '))
  return ({ response }) =>
    send(response, 200, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' }, packed)
}

/** The genuine document, compressed with gzip. */
export function compressed(): Answer {
  return ({ response, genuine: document }) =>
    send(response, 200, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(document()))
}

/** The genuine document with more header bytes than any client accepts. */
export function hugeHeaders(bytes = 200_000): Answer {
  return genuine({ 'x-padding': 'x'.repeat(bytes) })
}

/** Data that is not HTTP, on the same connection. */
export function notHttp(): Answer {
  return ({ response }) => response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n')
}

/** Closes the connection without a response. */
export function hangUp(): Answer {
  return ({ response }) => response.socket?.destroy()
}
