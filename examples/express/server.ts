// An Express API behind Okta. Needs OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE; listens on PORT, or 3000.
import { configurationFromEnvironment, createAccessTokenVerifier } from '@okta-resource-server/core'
import { errorResponse, oktaAuth, requireScopes } from '@okta-resource-server/express'
import express, { type NextFunction, type Request, type Response } from 'express'

// `app.use(oktaAuth())` alone would do; a verifier of one's own has a status to show.
const verifier = createAccessTokenVerifier(configurationFromEnvironment())

export const app = express()

// What stands before oktaAuth() is open. Readiness: 503 until the authorization server's keys are there.
app.get('/health', (_req, res) => {
  const { ready, issuers } = verifier.status()
  // `lastError` is for your logs: it holds addresses of your network.
  res.status(ready ? 200 : 503).json({ ready, issuers: issuers.map(({ lastError, ...issuer }) => issuer) })
})

// For browsers of another origin, here, since a preflight request carries no token:
// app.use(cors({ origin: 'https://app.example.com', exposedHeaders: ['WWW-Authenticate'] }))

app.use(oktaAuth({ verifier }))

app.get('/profile', (req, res) => {
  const { subject, clientId, scopes } = req.auth
  res.json({ subject, clientId, scopes })
})

app.get('/messages', requireScopes('messages:read'), (req, res) => {
  res.json([{ to: req.auth.subject, text: 'Hello' }])
})

// Optional: JSON in place of Express's own error page. Status and headers are the same either way.
app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
  if (res.headersSent) return next(error)
  const { status, headers, body } = errorResponse(error)
  res.status(status).set(headers).send(body)
})

if (import.meta.main) {
  // Ahead of the first request; if the authorization server is out of reach, tries go on in the background.
  verifier.ready().catch((error: Error) => console.error(error.message))
  const server = app.listen(Number(process.env.PORT ?? 3000), (error?: Error) => {
    if (error) throw error
    console.log('Listening on', server.address())
  })
}
