// An API for Auth0, with permissions and with an error handler that knows nothing of challenges.
const assert = require('node:assert/strict')
const { MissingTokenError, oktaAuth, requireClaims, requireScopes } = require('@okta-resource-server/express')
const express = require('express')
const { checkExpress } = require('../check.cjs')
const { options, sign } = require('../token.cjs')

const { audience, jwks } = options
assert.throws(() => oktaAuth({ issuer: 'https://tenant.auth0.com', audience, jwks, profile: 'generic' }), {
  name: 'ConfigurationError',
  message: /slash.*https:\/\/tenant\.auth0\.com\//,
})

const auth = oktaAuth({ issuer: 'https://tenant.auth0.com/', audience, jwks, profile: 'generic' })
const answer = (req, res) => res.json({ subject: req.auth.claims.sub })
const app = express()
app.get('/messages', auth, requireScopes('messages:read'), answer)
app.get('/admin', auth, requireClaims({ permissions: 'read:admin-messages' }), answer)
app.use((error, _req, res, _next) => {
  const message = error instanceof MissingTokenError ? 'Requires authentication' : error.message
  res.status(error.status ?? 500).json({ message })
})

const tokenWith = (claims) => sign({ iss: 'https://tenant.auth0.com/', sub: 'ada', azp: 'client', ...claims })
async function checkPermissions() {
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const ask = (path, token) =>
    fetch(`http://127.0.0.1:${server.address().port}${path}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
  const answers = [
    await ask('/admin', tokenWith({ permissions: ['read:admin-messages'] })),
    await ask('/admin', tokenWith({ permissions: [] })),
    await ask('/admin'),
    await ask('/messages?access_token=a'),
  ]
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('www-authenticate')?.split(' ')[0]]),
    [
      [200, undefined],
      [403, 'Bearer'],
      [401, 'Bearer'],
      [400, 'Bearer'],
    ],
  )
  server.close()
  server.closeAllConnections()
}

checkExpress(app, (...scopes) => tokenWith({ scope: scopes.join(' ') }))
  .then(checkPermissions)
  .then(() => console.log('passed'))
