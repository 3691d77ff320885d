// An Express API protected with access tokens. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  errorResponse,
  oktaAuth,
  requireScopes,
} from '@okta-resource-server/express'
import express, { type NextFunction, type Request, type Response } from 'express'

// `app.use(oktaAuth())` would create a verifier too. This one is also used for the health check.
export const verifier = createAccessTokenVerifier(configurationFromEnvironment())

export const app = express()

// Routes before oktaAuth() are not protected. This one responds with 503 until the keys have been fetched.
app.get('/health', (_req, res) => {
  const { ready, issuers } = verifier.status()
  // `lastError` is left out because it contains URLs of your network. Log it instead.
  res.status(ready ? 200 : 503).json({ ready, issuers: issuers.map(({ lastError, ...issuer }) => issuer) })
})

// Browsers send preflight requests without a token, so CORS must be handled before oktaAuth():
// app.use(cors({ origin: 'https://app.example.com', exposedHeaders: ['WWW-Authenticate'] }))

app.use(oktaAuth({ verifier }))

app.get('/profile', (req, res) => {
  const { subject, clientId, scopes } = req.auth
  res.json({ subject, clientId, scopes })
})

app.get('/messages', requireScopes('messages:read'), (req, res) => {
  res.json([{ to: req.auth.subject, text: 'Hello' }])
})

// Optional: sends JSON instead of Express's HTML error page. The status and the headers are the same without it.
app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
  if (res.headersSent) return next(error)
  const { status, headers, body } = errorResponse(error)
  res.status(status).set(headers).json(body)
})
