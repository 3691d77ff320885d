const { checkExpress, options } = require('./check.cjs')

test('instanceof and errorResponse work across two copies of core', async () => {
  const one = require('@okta-resource-server/core')
  let two
  jest.isolateModules(() => {
    two = require('@okta-resource-server/core')
  })
  expect(two.InvalidTokenError).not.toBe(one.InvalidTokenError)
  const error = await two
    .createAccessTokenVerifier(options)
    .verify('a.b.c')
    .then(
      () => undefined,
      (reason) => reason,
    )
  expect(error).toBeInstanceOf(two.InvalidTokenError)
  expect(error).toBeInstanceOf(one.InvalidTokenError)
  expect(error).toBeInstanceOf(one.ResourceServerError)
  expect(error).not.toBeInstanceOf(one.InsufficientScopeError)
  expect(one.errorResponse(error).status).toBe(401)
})

test('an adapter takes the verifier of another copy of core', async () => {
  const express = require('express')
  const { oktaAuth, requireScopes } = require('@okta-resource-server/express')
  let verifier
  jest.isolateModules(() => {
    verifier = require('@okta-resource-server/core').createAccessTokenVerifier(options)
  })
  const app = express()
  app.use(oktaAuth({ verifier }))
  app.get('/messages', requireScopes('messages:read'), (req, res) => res.json({ subject: req.auth.subject }))
  await checkExpress(app)
})
