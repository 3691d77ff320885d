// A Fastify API protected with access tokens. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import oktaAuth from '@okta-resource-server/fastify'
import fastify from 'fastify'

export const app = fastify({ logger: process.env.NODE_ENV !== 'test' })

// Browsers send preflight requests without a token, so CORS must be handled before the plugin:
// await app.register(cors, { origin: 'https://app.example.com', exposedHeaders: ['WWW-Authenticate'] })

// With await, an invalid `config.auth` throws when its route is declared.
await app.register(oktaAuth)

// This route is not protected. It responds with 503 until the keys have been fetched.
app.get('/health', { config: { auth: false } }, async (_request, reply) => {
  const { ready, issuers } = app.accessTokenVerifier.status()
  reply.code(ready ? 200 : 503)
  // `lastError` is left out because it contains URLs of your network. Log it instead.
  return { ready, issuers: issuers.map(({ lastError, ...issuer }) => issuer) }
})

app.get('/profile', async (request) => {
  const { subject, clientId, scopes } = request.auth
  return { subject, clientId, scopes }
})

app.get('/messages', { config: { auth: { scopes: ['messages:read'] } } }, async (request) => [
  { to: request.auth.subject, text: 'Hello' },
])
