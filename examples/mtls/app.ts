// An API for access tokens that are bound to the TLS certificate of the client. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import { createServer, type Server } from 'node:https'
import { oktaAuth, requireAuth } from '@okta-resource-server/express'
import express from 'express'

const app = express()
app.use(oktaAuth({ mtls: 'allowed' }))
app.get('/messages', (req, res) => res.json({ to: req.auth.subject }))
app.get('/payments', requireAuth({ possession: 'mtls' }), (req, res) => res.json(req.auth.confirmation))

/** Asks for a client certificate, and takes any: the token says which one it must be. Set `ca` to verify the chain, too. */
export function createApi(tls: { readonly key: string; readonly cert: string }): Server {
  return createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, app)
}
