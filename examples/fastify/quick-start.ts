import oktaAuth from '@okta-resource-server/fastify'
import fastify from 'fastify'

const app = fastify()
// Protects every route. Or with { issuer, audience }, or { verifier }.
await app.register(oktaAuth)
app.get(
  '/messages',
  { config: { auth: { scopes: ['messages:read'] } } },
  async (request) => request.auth.claims,
)
app.get('/health', { config: { auth: false } }, async () => 'ok')
await app.listen({ port: Number(process.env.PORT ?? 3000) })
