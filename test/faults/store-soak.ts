import { randomUUID } from 'node:crypto'
import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { redisReplayStore, redisRevocationStore } from '@okta-resource-server/redis'
import { AUDIENCE } from '@okta-resource-server/testing'
import { createClient } from 'redis'
import { RedisServer } from '../../packages/redis/test/support/redis-server.ts'
import { OPTIONS } from '../dpop/support.ts'
import { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { Random } from './random.ts'
import { STORE_TIME_LIMIT, StoreEvents } from './store-events.ts'
import { CACHE_MAX_AGE, StoreSoakRun, URL_OF_API } from './store-soak-run.ts'

export interface StoreSoakReport {
  readonly outcomes: Readonly<Record<string, number>>
  /** The first outcomes that are not allowed. */
  readonly violations: readonly string[]
  readonly faults: Readonly<Record<string, number>>
}

/**
 * Puts introspection, revocation and replay under load while Redis restarts, pauses and loses connections, and while the
 * introspection endpoint misbehaves. No revoked token and no used proof may be accepted, and no outage may be a 401.
 *
 * @param seconds - Duration of the load.
 * @param seed - Seed of the random numbers.
 */
export async function soakStores(seconds: number, seed: number): Promise<StoreSoakReport> {
  const random = new Random(seed)
  const server = await HostileAuthorizationServer.start({ path: '/as' })
  const redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
  const client = createClient({
    url: redis.url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: () => 20 },
  })
  client.on('error', () => {})
  await client.connect()
  const limits = { timeoutDuration: STORE_TIME_LIMIT }
  const revocations = redisRevocationStore(client, limits)
  await revocations.declareRebuilt()
  const verifiers = [
    createAccessTokenVerifier({
      ...OPTIONS,
      // Redis gives up first.
      revocation: { isRevoked: revocations, timeoutDuration: 2 * STORE_TIME_LIMIT },
      dpop: { replayStore: redisReplayStore(client, limits), externalUrl: new URL(URL_OF_API).origin },
    }),
    createAccessTokenVerifier({
      issuer: server.issuer,
      audience: AUDIENCE,
      tokenCache: { max: 20 },
      introspection: {
        ...{ clientId: 'api', clientSecret: randomUUID(), cacheMaxAge: CACHE_MAX_AGE },
        ...{ negativeCacheMaxAge: 100, timeoutDuration: 1_000, maxCallsPerMinute: 50_000 },
      },
    }),
  ] as const
  const events = new StoreEvents(redis, server, revocations, random)
  const run = new StoreSoakRun(server, events, revocations, random, verifiers)
  try {
    await Promise.all(verifiers.map((verifier) => verifier.ready()))
    await run.run(seconds)
  } finally {
    for (const verifier of verifiers) verifier.close()
    client.destroy()
    await redis.stop()
    await server.goDown()
  }
  return { outcomes: run.outcomes, violations: run.violations, faults: events.faults }
}
