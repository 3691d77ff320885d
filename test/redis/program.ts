// An API in a separate process, whose stores are in Redis. Messages tell it what else to do.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  errorResponse,
} from '@okta-resource-server/core'
import { redisReplayStore, redisRevocationStore } from '@okta-resource-server/redis'
import { AUDIENCE, ISSUER } from '@okta-resource-server/testing'
import { createClient } from 'redis'

/** A message to the program. */
export type Task = { readonly revoke: string } | { readonly declareRebuilt: true }

const { JWKS = '{}', REDIS = '', EXTERNAL_URL = '' } = process.env
const client = createClient({
  url: REDIS,
  disableOfflineQueue: true,
  socket: { reconnectStrategy: () => 20 },
})
client.on('error', () => {})
await client.connect()
const replayStore = redisReplayStore(client, { timeoutDuration: 5_000 })
const revocations = redisRevocationStore(client)
const policy = { issuer: ISSUER, audience: AUDIENCE, jwks: JSON.parse(JWKS) as { keys: never[] } }
/** By path, so that one store cannot hide what the other does. */
const verifiers: Readonly<Record<string, AccessTokenVerifier>> = {
  '/': createAccessTokenVerifier({ ...policy, revocation: { isRevoked: revocations } }),
  '/proof': createAccessTokenVerifier({ ...policy, dpop: { replayStore, externalUrl: EXTERNAL_URL } }),
}

const server = createServer((request, response) => {
  const verifier = verifiers[request.url ?? ''] as AccessTokenVerifier
  verifier.authenticate(request).then(
    () => response.end('ok'),
    (error: unknown) => {
      const { status, headers } = errorResponse(error)
      const { code, cause } = error as { readonly code: string; readonly cause?: { readonly code: string } }
      response.writeHead(status, { ...headers, code: `${code} ${cause?.code ?? ''}` }).end()
    },
  )
}).listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))

process.on('message', async (task: Task) => {
  while (!client.isReady) await sleep(10)
  await ('revoke' in task
    ? revocations.revoke({ issuer: ISSUER, uid: task.revoke })
    : revocations.declareRebuilt())
  process.send?.('done')
})
process.on('disconnect', () => process.exit())
