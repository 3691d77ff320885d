// A small application of each package besides those for Express and Fastify.
const assert = require('node:assert/strict')
const { once } = require('node:events')
const { checkApi, options } = require('./check.cjs')
const { sign, tokenWith } = require('./token.cjs')

/** Serves an application of Express while `ask` runs. */
async function serve(app, ask) {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await ask((path, token, more) =>
      fetch(`http://127.0.0.1:${server.address().port}${path}`, {
        ...more,
        headers: { ...(token && { authorization: `Bearer ${token}` }), ...more?.headers },
      }),
    )
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

async function checkMcp({ express, mcp }) {
  const app = express()
  app.use(mcp.mcpAuth({ ...options, resource: 'https://mcp.example.com/mcp', requiredScopes: ['mcp:tools'] }))
  app.post('/mcp', (req, res) => res.json({ clientId: req.auth.clientId }))
  await serve(app, async (ask) => {
    const refused = await ask('/mcp', undefined, { method: 'POST' })
    assert.equal(refused.status, 401)
    assert.match(refused.headers.get('www-authenticate'), /resource_metadata="https:\/\/mcp\.example\.com/)
    assert.equal((await ask('/.well-known/oauth-protected-resource/mcp')).status, 200)
    const accepted = await ask('/mcp', tokenWith('mcp:tools'), { method: 'POST' })
    assert.deepEqual(await accepted.json(), { clientId: 'client' })
  })
}

/** A Universal Logout request revokes the tokens of the user. */
async function checkSignals({ express, oktaAuth, signals }) {
  const org = 'https://example.okta.com'
  const audience = 'https://api.example.com/logout'
  const { issuer, jwks } = options
  const store = signals.memoryRevocationStore()
  const receiver = signals.createLogoutReceiver({
    issuer: org,
    audience,
    clientId: 'okta',
    tokenIssuers: issuer,
    jwks,
    store,
  })
  const app = express()
  app.post('/logout', signals.expressHandler(receiver))
  app.use(oktaAuth({ ...options, revocation: { isRevoked: store } }))
  app.get('/messages', (_req, res) => res.json({}))
  await serve(app, async (ask) => {
    const token = sign({ sub: 'ada', uid: '00u1ada', cid: 'client' })
    assert.equal((await ask('/messages', token)).status, 200)
    const logout = sign(
      { iss: org, aud: audience, sub: 'okta', jti: 'one' },
      { typ: 'global-token-revocation+jwt' },
    )
    const answer = await ask('/logout', logout, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sub_id: { format: 'iss_sub', iss: org, sub: '00u1ada' } }),
    })
    assert.equal(answer.status, 204)
    assert.equal((await ask('/messages', token)).status, 401)
  })
  receiver.close()
}

/** Without a connection to Redis, a token is refused. */
async function checkRedis({ createAccessTokenVerifier, redis, Redis }) {
  const client = new Redis({ lazyConnect: true, enableOfflineQueue: false })
  const revocation = { isRevoked: redis.redisRevocationStore(client) }
  const verifier = createAccessTokenVerifier({ ...options, revocation })
  await assert.rejects(verifier.verify(tokenWith()), ({ code, cause }) => {
    assert.deepEqual([code, cause.code], ['store_unavailable', 'not_connected'])
    return true
  })
  verifier.close()
  client.disconnect()
}

/** Decorators are called as functions, since Node.js does not run their syntax. */
async function checkNest({ common, NestFactory, nestjs }) {
  class MessagesController {
    messages({ subject }) {
      return { subject }
    }
  }
  const method = Object.getOwnPropertyDescriptor(MessagesController.prototype, 'messages')
  for (const decorate of [common.Get(), nestjs.RequireScopes('messages:read')]) {
    decorate(MessagesController.prototype, 'messages', method)
  }
  nestjs.Auth()(MessagesController.prototype, 'messages', 0)
  common.Controller('messages')(MessagesController)
  class AppModule {}
  common.Module({
    imports: [nestjs.OktaAuthModule.forRoot(options)],
    controllers: [MessagesController],
  })(AppModule)
  const app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false })
  await app.listen(0, '127.0.0.1')
  try {
    await checkApi(`${await app.getUrl()}/messages`)
  } finally {
    await app.close()
  }
}

exports.checkAll = async (modules) => {
  await checkMcp(modules)
  await checkSignals(modules)
  await checkRedis(modules)
  await checkNest(modules)
  console.log('passed')
}
