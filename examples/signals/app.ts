// An Express API that Okta notifies when users sign out. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE; OKTA_ORG, such as
// https://example.okta.com; SIGNALS_URL, the public URL of /signals; and SIGNALS_SECRET, at least 16 random characters. An API in
// several processes needs a store that they share: see examples/revocation.
import { oktaAuth } from '@okta-resource-server/express'
import { createSignalReceiver, expressHandler, memoryRevocationStore } from '@okta-resource-server/signals'
import express from 'express'

const { OKTA_ORG = '', OKTA_OAUTH2_ISSUER = '', SIGNALS_URL = '', SIGNALS_SECRET = '' } = process.env
const store = memoryRevocationStore()

/** The stream at Okta has the `endpoint_url` SIGNALS_URL and the `authorization_header` "Bearer <SIGNALS_SECRET>". */
export const receiver = createSignalReceiver({
  issuer: OKTA_ORG,
  audience: SIGNALS_URL,
  authorization: `Bearer ${SIGNALS_SECRET}`,
  tokenIssuers: OKTA_OAUTH2_ISSUER,
  store,
})

export const app = express()

// Before oktaAuth(): Okta sends no access token.
app.post('/signals', expressHandler(receiver))
app.get('/health', (_, res) => {
  const { ready, problem } = receiver.status()
  res.status(ready ? 200 : 503).json({ problem })
})

app.use(oktaAuth({ revocation: { isRevoked: store } }))

app.get('/messages', (req, res) => {
  res.json([{ to: req.auth.subject, text: 'Hello' }])
})
