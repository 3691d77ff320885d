import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpAdapterHost } from '@nestjs/core'
import { type AdapterSettings, sendMetadata } from '@okta-resource-server/core/adapter'

type Resource = NonNullable<AdapterSettings['resource']>

/** The part of Fastify that is used. */
interface FastifyLike {
  addHook(
    name: 'onRequest',
    run: (request: Raw<IncomingMessage>, reply: Reply, done: () => void) => void,
  ): unknown
}
type Raw<Message> = { readonly raw: Message }
type Reply = Raw<ServerResponse> & { hijack(): unknown }

/** Serves the protected resource metadata, whatever global prefix the application has. */
export function serveMetadata(resource: Resource, { httpAdapter }: HttpAdapterHost): void {
  if (httpAdapter?.getType() !== 'fastify') {
    httpAdapter?.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      if (!sendMetadata(resource, request, response)) next()
    })
    return
  }
  const fastify: FastifyLike = httpAdapter.getInstance()
  fastify.addHook('onRequest', (request, reply, done) => {
    if (sendMetadata(resource, request.raw, reply.raw)) reply.hijack()
    else done()
  })
}
