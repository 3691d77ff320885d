import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { invalidOption } from '@okta-resource-server/core/adapter'
import { parsedBody, readBounded } from './body.ts'
import type { PushReceiver, PushRequest, PushResponse } from './push.ts'

function checkReceiver(receiver: unknown): PushReceiver {
  if (typeof (receiver as Partial<PushReceiver> | null | undefined)?.receive !== 'function') {
    invalidOption('receiver', 'receiver must be the result of createSignalReceiver or createLogoutReceiver')
  }
  return receiver as PushReceiver
}

/** @param stream - what the body is read from, if no parser has read it */
function fromNode(
  message: Pick<IncomingMessage, 'method' | 'headers' | 'readableEnded'>,
  body: unknown,
  stream: AsyncIterable<unknown> | undefined,
): PushRequest {
  return {
    method: message.method ?? '',
    header(name) {
      const value = message.headers[name]
      return typeof value === 'string' ? value : undefined
    },
    async readBody(max) {
      if (Number(message.headers['content-length'] ?? 0) > max) return undefined
      const parsed = parsedBody(body, message.readableEnded)
      if (parsed === undefined) return stream === undefined ? new Uint8Array() : readBounded(stream, max)
      return parsed.byteLength > max ? undefined : parsed
    },
  }
}

/**
 * Creates a handler for Express, for Connect, or for a server of `node:http`.
 *
 * Mount it before `app.use(oktaAuth())`: the caller has no access token.
 *
 * @throws {ConfigurationError} `receiver` is no receiver
 * @example
 * ```ts
 * const mount = (receiver: SignalReceiver) => app.post('/signals', expressHandler(receiver))
 * ```
 */
export function expressHandler(
  receiver: PushReceiver,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { receive } = checkReceiver(receiver)
  return async (request, response) => {
    // The iterator must not destroy the request: its socket still has to carry the response.
    const stream = request.iterator({ destroyOnReturn: false })
    const { body } = request as { readonly body?: unknown }
    const answer = await receive(fromNode(request, body, stream))
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }
}

/**
 * Creates a handler for servers that use the Fetch API, such as Hono, Next.js or Deno.
 *
 * @throws {ConfigurationError} `receiver` is no receiver
 * @example
 * ```ts
 * const handlerOf = (receiver: SignalReceiver) => fetchHandler(receiver)
 * ```
 */
export function fetchHandler(receiver: PushReceiver): (request: Request) => Promise<Response> {
  const { receive } = checkReceiver(receiver)
  return async (request) => {
    const { status, headers, body } = await receive({
      method: request.method,
      header: (name) => request.headers.get(name) ?? undefined,
      async readBody(max) {
        if (Number(request.headers.get('content-length') ?? 0) > max) return undefined
        return readBounded((request.body ?? []) as AsyncIterable<unknown>, max)
      },
    })
    return new Response(body === '' ? null : body, { status, headers })
  }
}

/** Options of `fastifySignals`. */
export interface FastifySignalsOptions {
  readonly receiver: PushReceiver
  /** The path of the route. */
  readonly url: string
}

/** The parts of Fastify that are used. */
interface FastifyLike {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    type: string,
    parser: (request: unknown, payload: unknown, done: (error: null, body: unknown) => void) => void,
  ): void
  route(route: object): void
}
interface FastifyRequestLike {
  readonly raw: IncomingMessage
  /** What the parser was given; absent if the request has no body. */
  readonly body: Readable | null | undefined
}
interface FastifyReplyLike {
  code(status: number): FastifyReplyLike
  headers(headers: PushResponse['headers']): FastifyReplyLike
  send(body: string): FastifyReplyLike
}

/**
 * A Fastify plugin that adds the route of a receiver. `oktaAuth` asks for no access token there.
 *
 * @throws {ConfigurationError} an option is missing or invalid
 * @example
 * ```ts
 * const mount = (receiver: SignalReceiver) =>
 *   fastify.register(fastifySignals, { receiver, url: '/signals' })
 * ```
 */
export async function fastifySignals(fastify: object, options: FastifySignalsOptions): Promise<void> {
  const { receive } = checkReceiver(options.receiver)
  const { url } = options
  if (typeof url !== 'string' || !url.startsWith('/')) {
    invalidOption('url', 'url must be the path of the route, such as /signals')
  }
  const scope = fastify as FastifyLike
  // Within this plugin only. The body is read once the caller has been authenticated.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_, payload, done) => done(null, payload))
  scope.route({
    method: 'POST',
    url,
    config: { auth: false },
    async handler({ raw, body }: FastifyRequestLike, reply: FastifyReplyLike) {
      const stream = body?.iterator({ destroyOnReturn: false })
      const answer = await receive(fromNode(raw, undefined, stream))
      return reply.code(answer.status).headers(answer.headers).send(answer.body)
    },
  })
}
