// Single routes of an API with Express 4 are protected; the client of the token is checked.
const { oktaAuth } = require('@okta-resource-server/express')
const express = require('express')
const { checkExpress, options } = require('../check.cjs')

const authenticationRequired = oktaAuth({ ...options, clientIds: 'client' })
const app = express()
app.get('/', (_req, res) => res.json({ message: 'open' }))
app.get('/messages', authenticationRequired, (req, res) => {
  // The API answers 403 by itself, as it did.
  if (!req.auth.claims.scp.includes('messages:read')) return res.status(403).json({})
  res.json({ subject: req.auth.claims.sub })
})
checkExpress(app).then(() => console.log('passed'))
