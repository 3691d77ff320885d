const { createAccessTokenVerifier, StoreError } = require('@okta-resource-server/core')
const { oktaAuth } = require('@okta-resource-server/express')
const { redisReplayStore, redisRevocationStore } = require('@okta-resource-server/redis')
const {
  createLogoutReceiver,
  expressHandler,
  memoryRevocationStore,
} = require('@okta-resource-server/signals')
const express = require('express')
const { Redis } = require('ioredis')
const { options, sign } = require('./token.cjs')

const listening = (app) =>
  new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server))
  })

test('a Universal Logout request revokes the tokens of the user', async () => {
  const store = memoryRevocationStore()
  const { issuer, jwks } = options
  const receiver = createLogoutReceiver({
    issuer: 'https://example.okta.com',
    audience: 'https://api.example.com/logout',
    clientId: 'okta',
    tokenIssuers: issuer,
    jwks,
    store,
  })
  const app = express()
  app.post('/logout', expressHandler(receiver))
  app.use(oktaAuth({ ...options, revocation: { isRevoked: store } }))
  app.get('/messages', (req, res) => res.json(req.auth.claims))
  const server = await listening(app)
  try {
    const url = `http://127.0.0.1:${server.address().port}`
    const headers = { authorization: `Bearer ${sign({ sub: 'ada', uid: '00u1ada', cid: 'client' })}` }
    expect((await fetch(`${url}/messages`, { headers })).status).toBe(200)
    const logout = sign(
      {
        iss: 'https://example.okta.com',
        aud: 'https://api.example.com/logout',
        sub: 'okta',
        jti: 'one',
      },
      { typ: 'global-token-revocation+jwt' },
    )
    const answer = await fetch(`${url}/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${logout}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        sub_id: { format: 'iss_sub', iss: 'https://example.okta.com', sub: '00u1ada' },
      }),
    })
    expect(answer.status).toBe(204)
    expect((await fetch(`${url}/messages`, { headers })).status).toBe(401)
  } finally {
    receiver.close()
    server.close()
    server.closeAllConnections()
  }
})

test('while Redis is not connected, tokens are refused with store_unavailable', async () => {
  const client = new Redis({ lazyConnect: true, enableOfflineQueue: false })
  const isRevoked = redisRevocationStore(client)
  await expect(redisReplayStore(client).ready()).rejects.toBeInstanceOf(StoreError)
  const verifier = createAccessTokenVerifier({ ...options, revocation: { isRevoked } })
  await expect(verifier.verify(sign({ sub: 'ada', cid: 'client' }))).rejects.toMatchObject({
    code: 'store_unavailable',
    cause: { code: 'not_connected' },
  })
  verifier.close()
  client.disconnect()
})
