import { oktaAuth, requireScopes } from '@okta-resource-server/express'
import express from 'express'

const app = express()
// Or oktaAuth({ issuer, audience }), or oktaAuth({ verifier }).
app.use(oktaAuth())
app.get('/messages', requireScopes('messages:read'), (req, res) => {
  res.json(req.auth.claims)
})
app.listen(Number(process.env.PORT ?? 3000))
