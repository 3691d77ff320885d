// An API with mcpAuth(), and one with the guard of the MCP SDK, answer as they should.
const assert = require('node:assert/strict')
const { once } = require('node:events')
const { options, tokenWith } = require('./token.cjs')

exports.check = async ({
  express,
  requireBearerAuth,
  createAccessTokenVerifier,
  mcpAuth,
  oauthTokenVerifier,
}) => {
  const verifier = createAccessTokenVerifier({ ...options, resource: 'https://mcp.example.com/mcp' })
  const requiredScopes = ['mcp:tools']
  const app = express()
  app.use('/own', mcpAuth({ verifier, requiredScopes }))
  app.use('/sdk', requireBearerAuth({ verifier: oauthTokenVerifier(verifier), requiredScopes }))
  app.use((req, res) => res.json({ token: req.auth.token.length, shown: JSON.stringify(req.auth) }))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ask = (path, token) =>
    fetch(`http://127.0.0.1:${server.address().port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    })
  for (const path of ['/own', '/sdk']) {
    const token = tokenWith('mcp:tools')
    const accepted = await ask(path, token)
    assert.equal(accepted.status, 200)
    const { token: length, shown } = await accepted.json()
    assert.equal(length, token.length)
    assert.ok(!shown.includes(token))
    assert.equal((await ask(path, 'a.b.c')).status, 401)
    assert.equal((await ask(path, tokenWith('other'))).status, 403)
  }
  server.close()
  server.closeAllConnections()
  console.log('passed')
}
