import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ArgumentsHost } from '@nestjs/common'
import type { RequestLike } from '@okta-resource-server/core'
import { serverRequest, withForwardedOrigin } from '@okta-resource-server/core/adapter'
import { handshakeOf } from './gateways/handshakes.ts'

/** The HTTP request that a handler is called for, and its response if headers can still be sent. */
export interface Source {
  /** Node's request. */
  readonly request: IncomingMessage
  /** What the verifier is asked about. */
  readonly asked: RequestLike
  readonly response: ServerResponse | undefined
  /** It is for a message on the connection that the request has opened, and for the first guard of this message. */
  readonly isNewMessage: boolean
}

type Members = { readonly [name: string]: Members | undefined } | undefined

/** Node's request, inside of the request of a framework. */
const rawOf = (request: object): IncomingMessage => serverRequest(request) as IncomingMessage

/** Whether this is a request of Node's server, rather than an object that the application has made. */
function isServerRequest(request: unknown): request is IncomingMessage {
  return request instanceof Readable && Array.isArray((request as Partial<IncomingMessage>).rawHeaders)
}

function isServerResponse(response: unknown): response is ServerResponse {
  return typeof (response as Partial<ServerResponse> | undefined)?.writeHead === 'function'
}

function responseOf(...candidates: readonly Members[]): ServerResponse | undefined {
  const all: readonly unknown[] = candidates.map((each) => each?.raw ?? each)
  return all.find(isServerResponse)
}

/** The headers that Node has received. Only the first Authorization header counts, and the verifier refuses a second one. */
function receivedHeaders(rawHeaders: readonly string[]): IncomingHttpHeaders {
  const headers: Record<string, string> = Object.create(null)
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase()
    const value = rawHeaders[index + 1] as string
    const known = headers[name]
    if (known === undefined) headers[name] = value
    else if (name !== 'authorization') headers[name] = `${known}, ${value}`
  }
  return headers
}

/**
 * The request as it was sent. Applications, and Mercurius itself, copy `connectionParams` into the headers of the request
 * with which a WebSocket was opened.
 */
export function asSent(request: IncomingMessage): IncomingMessage {
  return Object.create(request, {
    headers: { value: receivedHeaders(request.rawHeaders) },
    raw: { value: request },
  }) as IncomingMessage
}

function httpSource(request: object, response: Members): Source {
  const raw = rawOf(request)
  const { body } = request as { readonly body?: unknown }
  // The request of Fastify has no raw headers, that of Node no body.
  const hasBody = raw !== request && body !== undefined && body !== null
  const asked = hasBody ? Object.create(raw, { body: { value: body }, raw: { value: raw } }) : raw
  return {
    request: raw,
    asked: withForwardedOrigin(asked, request),
    response: responseOf(response),
    isNewMessage: false,
  }
}

/** The request with the origin of {@link withForwardedOrigin}, and with the headers that it has now. */
function withOrigin(sent: RequestLike, framework: object): RequestLike {
  const { origin } = withForwardedOrigin(sent, framework)
  return origin === undefined ? sent : Object.create(sent, { origin: { value: origin } })
}

/** By context: messages that were decided about. The guards of a message share one decision. */
const decided = new WeakSet<ArgumentsHost>()

function messageSource(context: ArgumentsHost, request: IncomingMessage): Source {
  const isNewMessage = !decided.has(context)
  decided.add(context)
  return { request, asked: asSent(request), response: undefined, isNewMessage }
}

function graphqlSource(host: ArgumentsHost): Source | undefined {
  const { req, request, reply, extra, res } = host.getArgByIndex<Members>(2) ?? {}
  const candidates = [req, request, reply?.request, extra?.request, req?.extra?.request]
  const framework = candidates.find((each) => each && isServerRequest(rawOf(each)))
  if (framework === undefined) return undefined
  const found = rawOf(framework)
  if ('upgrade' in receivedHeaders(found.rawHeaders)) return messageSource(host, found)
  return {
    request: found,
    asked: withOrigin(asSent(found), framework),
    response: responseOf(res, reply, req?.res, request?.res),
    isNewMessage: false,
  }
}

/**
 * The HTTP request behind the context of a handler; `undefined` if there is none, or if the kind of context is unknown.
 *
 * For a message of a WebSocket or of a GraphQL subscription, it is the request of the handshake.
 */
export function sourceOf(context: ArgumentsHost): Source | undefined {
  switch (context.getType<string>()) {
    case 'http':
      return httpSource(...context.getArgs<[object, Members]>())
    case 'graphql':
      return graphqlSource(context)
    case 'ws': {
      const request = handshakeOf(context.getArgByIndex<object>(0))
      return request && messageSource(context, request)
    }
    default:
      return undefined
  }
}
