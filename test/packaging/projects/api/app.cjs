// Both APIs and core, loaded with require().
const core = require('@okta-resource-server/core')
const adapter = require('@okta-resource-server/core/adapter')
const { oktaAuth, requireScopes } = require('@okta-resource-server/express')
const fastifyAuth = require('@okta-resource-server/fastify')
const express = require('express')
const { fastify } = require('fastify')
const { checkCore, checkExpress, checkFastify, options } = require('./check.cjs')

function expressApp() {
  const app = express()
  app.use(oktaAuth(options))
  app.get('/messages', requireScopes('messages:read'), (req, res) => res.json({ subject: req.auth.subject }))
  return app
}

function fastifyApp() {
  const app = fastify()
  app.register(fastifyAuth, options)
  const config = { auth: { scopes: ['messages:read'] } }
  app.get('/messages', { config }, async (request) => ({ subject: request.auth.subject }))
  return app
}

exports.checkAll = async () => {
  if (typeof adapter.decide !== 'function') throw new Error('core/adapter has no decide()')
  await checkCore(core)
  await checkExpress(expressApp())
  await checkFastify(fastifyApp())
}
if (require.main === module) exports.checkAll().then(() => console.log('passed'))
