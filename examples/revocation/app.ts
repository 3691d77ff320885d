// An Express API that refuses the tokens of users who have signed out. Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE, and
// REDIS_URL if the API runs in several processes: the store in memory knows only what its own process was told.
import { memoryRevocationStore, oktaAuth, type RevocationStore } from '@okta-resource-server/express'
import { redisRevocationStore } from '@okta-resource-server/redis'
import express from 'express'
import { createClient } from 'redis'

async function openStore(url: string | undefined): Promise<RevocationStore> {
  if (url === undefined) return memoryRevocationStore()
  const client = createClient({ url, disableOfflineQueue: true })
  client.on('error', (error) => console.error(error))
  await client.connect()
  // A new store must be declared complete once, by hand: set-up-store.ts.
  return redisRevocationStore(client)
}

export const store: RevocationStore = await openStore(process.env.REDIS_URL)

export const app = express()
app.use(oktaAuth({ revocation: { isRevoked: store } }))

app.get('/messages', (req, res) => {
  res.json([{ to: req.auth.subject, text: 'Hello' }])
})

// Every token that the user has until now is refused from here on, on all devices.
app.post('/sign-out', async (req, res) => {
  const { issuer, subject = '' } = req.auth
  await store.revoke({ issuer, subject })
  res.sendStatus(204)
})
