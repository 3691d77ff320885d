// Asks an API over a socket.
const assert = require('node:assert/strict')
const { options, tokenWith } = require('./token.cjs')

// From here, because a test runner may load token.cjs, and thus its key, twice.
exports.options = options

/** Expects 200 with the right scope, 403 without it, and 401 with a challenge without a token. */
exports.checkApi = async (url, issue = tokenWith) => {
  const ask = (...scopes) => fetch(url, { headers: { authorization: `Bearer ${issue(...scopes)}` } })
  const accepted = await ask('messages:read')
  assert.equal(accepted.status, 200)
  assert.equal((await accepted.json()).subject, 'ada')
  const forbidden = await ask('other')
  assert.equal(forbidden.status, 403)
  await forbidden.text()
  const refused = await fetch(url)
  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate'), /^Bearer realm=/)
  await refused.text()
}

/** Expects core to accept a good token and to refuse a bad one with its own error. */
exports.checkCore = async (core) => {
  const verifier = core.createAccessTokenVerifier(options)
  assert.equal((await verifier.verify(tokenWith('messages:read'))).subject, 'ada')
  const error = await verifier.verify('a.b.c').then(
    () => assert.fail('a malformed token was accepted'),
    (reason) => reason,
  )
  assert.ok(error instanceof core.InvalidTokenError)
  assert.equal(core.errorResponse(error).status, 401)
  verifier.close()
}

exports.checkExpress = async (app, issue) => {
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    await exports.checkApi(`http://127.0.0.1:${server.address().port}/messages`, issue)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

exports.checkFastify = async (app) => {
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  try {
    await exports.checkApi(`${url}/messages`)
  } finally {
    await app.close()
  }
}
