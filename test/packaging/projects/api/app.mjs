// Both APIs and core, loaded with import.
import * as core from '@okta-resource-server/core'
import { decide } from '@okta-resource-server/core/adapter'
import { oktaAuth, requireScopes } from '@okta-resource-server/express'
import fastifyAuth from '@okta-resource-server/fastify'
import express from 'express'
import { fastify } from 'fastify'
import check from './check.cjs'

function expressApp() {
  const app = express()
  app.use(oktaAuth(check.options))
  app.get('/messages', requireScopes('messages:read'), (req, res) => res.json({ subject: req.auth.subject }))
  return app
}

function fastifyApp() {
  const app = fastify()
  app.register(fastifyAuth, check.options)
  const config = { auth: { scopes: ['messages:read'] } }
  app.get('/messages', { config }, async (request) => ({ subject: request.auth.subject }))
  return app
}

export async function checkAll() {
  if (typeof decide !== 'function') throw new Error('core/adapter has no decide()')
  await check.checkCore(core)
  await check.checkExpress(expressApp())
  await check.checkFastify(fastifyApp())
}
