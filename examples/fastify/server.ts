// A Fastify API behind Okta. Needs OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE; listens on PORT, or 3000.
import oktaAuth from '@okta-resource-server/fastify'
import fastify from 'fastify'

export const app = fastify({ logger: import.meta.main })

// For browsers of another origin, before the plugin, since a preflight request carries no token:
// await app.register(cors, { origin: 'https://app.example.com', exposedHeaders: ['WWW-Authenticate'] })

// With await, a mistake in a route's `config.auth` is told when the route is declared.
await app.register(oktaAuth)

// Readiness: 503 until the authorization server's keys are there.
app.get('/health', { config: { auth: false } }, async (_request, reply) => {
  const { ready, issuers } = app.accessTokenVerifier.status()
  reply.code(ready ? 200 : 503)
  // `lastError` is for your logs: it holds addresses of your network.
  return { ready, issuers: issuers.map(({ lastError, ...issuer }) => issuer) }
})

app.get('/profile', async (request) => {
  const { subject, clientId, scopes } = request.auth
  return { subject, clientId, scopes }
})

app.get('/messages', { config: { auth: { scopes: ['messages:read'] } } }, async (request) => [
  { to: request.auth.subject, text: 'Hello' },
])

if (import.meta.main) {
  // Ahead of the first request; if the authorization server is out of reach, tries go on in the background.
  app.accessTokenVerifier.ready().catch((error: Error) => app.log.error(error.message))
  await app.listen({ port: Number(process.env.PORT ?? 3000) })
}
