import * as core from '@okta-resource-server/core'
import { oktaAuth, requireScopes } from '@okta-resource-server/express'
import fastifyAuth from '@okta-resource-server/fastify'
import express from 'express'
import { fastify } from 'fastify'
import { checkCore, checkExpress, checkFastify, options } from './check.cjs'

test('core', () => checkCore(core))

test('Express over a socket', async () => {
  const app = express()
  app.use(oktaAuth(options))
  app.get('/messages', requireScopes('messages:read'), (req, res) => {
    res.json({ subject: req.auth.subject })
  })
  await checkExpress(app)
})

test('Fastify over a socket', async () => {
  const app = fastify()
  app.register(fastifyAuth, options)
  const config = { auth: { scopes: ['messages:read'] } }
  app.get('/messages', { config }, async (request) => ({ subject: request.auth.subject }))
  await checkFastify(app)
})
