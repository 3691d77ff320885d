// An API with a route for which the user must have authenticated well and recently. Set OKTA_OAUTH2_ISSUER and
// OKTA_OAUTH2_AUDIENCE.
import oktaAuth, { defineRequirements, OKTA_ACR } from '@okta-resource-server/fastify'
import fastify from 'fastify'

/** Two factors, or any phishing-resistant authenticator, in the last five minutes. */
const strong = defineRequirements({
  scopes: ['messages:read'],
  authentication: {
    acrValues: [OKTA_ACR.twoFactors],
    satisfies: { phr: [OKTA_ACR.twoFactors], phrh: ['phr'] },
    maxAge: 300,
  },
})

export const app = fastify({ logger: process.env.NODE_ENV !== 'test' })
await app.register(oktaAuth)
app.get('/messages', async (request) => ({ to: request.auth.subject }))
app.get('/transfer', { config: { auth: strong } }, async (request) => ({ from: request.auth.subject }))
