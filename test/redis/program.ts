// An API in a process of its own, whose stores are in Redis. It is told by messages what else to do.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAccessTokenVerifier, errorResponse } from '@okta-resource-server/core'
import { redisReplayStore, redisRevocationStore } from '@okta-resource-server/redis'
import { AUDIENCE, ISSUER } from '@okta-resource-server/testing'
import { createClient } from 'redis'

/** What the program is told. */
export type Task =
  | { readonly claim: readonly string[] }
  | { readonly revoke: string }
  | { readonly declareRebuilt: true }

const { JWKS = '{}', REDIS = '' } = process.env
const client = createClient({
  url: REDIS,
  disableOfflineQueue: true,
  socket: { reconnectStrategy: () => 20 },
})
client.on('error', () => {})
await client.connect()
const replays = redisReplayStore(client, { timeoutDuration: 5_000 })
const revocations = redisRevocationStore(client)
const verifier = createAccessTokenVerifier({
  issuer: ISSUER,
  audience: AUDIENCE,
  jwks: JSON.parse(JWKS) as { keys: never[] },
  revocation: { isRevoked: revocations },
})

const server = createServer((request, response) => {
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
  if ('claim' in task) {
    const claims = task.claim.map((key) =>
      replays.claim({ key, client: 'c', thumbprint: 't', timeToLive: 60_000 }),
    )
    process.send?.(await Promise.all(claims))
    return
  }
  await ('revoke' in task
    ? revocations.revoke({ issuer: ISSUER, uid: task.revoke })
    : revocations.declareRebuilt())
  process.send?.('done')
})
process.on('disconnect', () => process.exit())
