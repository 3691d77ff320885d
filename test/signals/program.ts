// An Express API that runs as a child process: it receives signals, and its revocation store is in Redis.
import type { AddressInfo } from 'node:net'
import { oktaAuth } from '@okta-resource-server/express'
import { redisReplayStore, redisRevocationStore } from '@okta-resource-server/redis'
import { createLogoutReceiver, createSignalReceiver, expressHandler } from '@okta-resource-server/signals'
import express from 'express'
import { createClient } from 'redis'

const { REDIS = '', ORG = '', TOKEN_ISSUER = '', SIGNALS_AUTHORIZATION = '' } = process.env
const client = createClient({ url: REDIS, disableOfflineQueue: true })
client.on('error', () => {})
await client.connect()
const store = redisRevocationStore(client)
await store.declareRebuilt()
const shared = {
  issuer: ORG,
  tokenIssuers: TOKEN_ISSUER,
  store,
  replayStore: redisReplayStore(client, { prefix: 'signals:' }),
}
const signals = createSignalReceiver({
  ...shared,
  audience: 'https://api.example.com/signals',
  authorization: SIGNALS_AUTHORIZATION,
})
const logout = createLogoutReceiver({
  ...shared,
  audience: 'https://api.example.com/global-token-revocation',
  clientId: '0oa1logout',
})

const app = express()
app.post('/signals', expressHandler(signals))
app.post('/global-token-revocation', expressHandler(logout))
app.use(oktaAuth({ issuer: TOKEN_ISSUER, audience: 'api://default', revocation: { isRevoked: store } }))
app.get('/messages', (_, response) => {
  response.json([])
})
const server = app.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
