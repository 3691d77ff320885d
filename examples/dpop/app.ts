// An Express API that accepts only tokens that are bound by DPoP. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import { oktaAuth, requireScopes } from '@okta-resource-server/express'
import express from 'express'

/** The URL under which clients reach this API. A proof is made for it. */
export function createApp(externalUrl: string): express.Express {
  const app = express()
  // Proofs are asked for with a nonce of this server. Use the same secret in all processes of the API.
  const nonce = process.env.DPOP_NONCE_SECRET ? { secrets: [process.env.DPOP_NONCE_SECRET] } : {}
  app.use(oktaAuth({ dpop: { mode: 'required', externalUrl, nonce } }))
  app.get('/messages', requireScopes('messages:read'), (req, res) => res.json([{ to: req.auth.subject }]))
  return app
}
