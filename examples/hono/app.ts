// A Hono API protected with access tokens, for Node.js (server.ts) and Cloudflare Workers (worker.ts).
// Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  defineRequirements,
  type Requirements,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'

export const verifier = createAccessTokenVerifier(configurationFromEnvironment())

// There is no `onError`: Hono sends the response that a refusal has, with its status and headers.
const authenticate = (requirements?: Requirements) =>
  createMiddleware<{ Variables: { auth: VerifiedAccessToken } }>(async (c, next) => {
    c.set('auth', await verifier.authenticate(c.req.raw, requirements))
    await next()
  })

export const app = new Hono()
  .get('/messages', authenticate(defineRequirements({ scopes: ['messages:read'] })), (c) =>
    c.json([{ to: c.var.auth.subject, text: 'Hello' }]),
  )
  .get('/profile', authenticate(), (c) => {
    const { subject, clientId, scopes } = c.var.auth
    return c.json({ subject, clientId, scopes })
  })
