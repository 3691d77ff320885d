import { type OktaAuthOptions, oktaAuth } from '@okta-resource-server/fastify'
import { type FastifyInstance, fastify } from 'fastify'

export async function createServer(options: OktaAuthOptions): Promise<FastifyInstance> {
  const server = fastify()
  await server.register(oktaAuth, { ...options, global: false })
  server.get('/health', async () => 'ok')
  server.get('/messages', { config: { auth: { scopes: ['messages:read'] } } }, async (request) => ({
    subject: request.auth.subject,
  }))
  return server
}
