// An API in the manner of Auth0's sample for Express, before its migration.
require('dotenv').config({ quiet: true })
const express = require('express')
const { auth, requiredScopes } = require('express-oauth2-jwt-bearer')

if (!process.env.ISSUER_BASE_URL || !process.env.AUDIENCE) {
  throw new Error('Set ISSUER_BASE_URL and AUDIENCE in .env')
}

const checkJwt = auth()

const app = express()
app.get('/public', (_req, res) => res.json({ message: 'public' }))
app.get('/private', checkJwt, (_req, res) => res.json({ message: 'private' }))
app.get('/messages', checkJwt, requiredScopes('read:messages'), (_req, res) => res.json([]))
app.use((error, _req, res, _next) =>
  res.set(error.headers).status(error.status).json({ message: error.message }),
)
exports.app = app
