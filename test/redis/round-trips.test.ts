import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  type ReplayStore,
  type RevocationStore,
} from '@okta-resource-server/core'
import { redisReplayStore, redisRevocationStore } from '@okta-resource-server/redis'
import { ISSUER, outcomeOf } from '@okta-resource-server/testing'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isRedisInstalled, RedisServer } from '../../packages/redis/test/support/redis-server.ts'
import { linesFor, OPTIONS } from '../dpop/support.ts'

const EXTERNAL_URL = 'https://api.example.com'

function newRequest() {
  const [, authorization = '', , dpop = ''] = linesFor(`${EXTERNAL_URL}/any`)
  return { method: 'GET', url: '/any', headers: { authorization, dpop } }
}

describe.skipIf(!isRedisInstalled)('revocation and replay, both in Redis', () => {
  let connected: ReturnType<typeof createClient>
  let redis: RedisServer
  let revocations: RevocationStore
  let replayStore: ReplayStore
  let verifier: AccessTokenVerifier

  beforeAll(async () => {
    redis = await RedisServer.start()
    connected = createClient({ url: redis.url, disableOfflineQueue: true })
    connected.on('error', () => {})
    await connected.connect()
    const store = redisRevocationStore(connected)
    await store.declareRebuilt()
    revocations = store
    replayStore = redisReplayStore(connected)
    const dpop = { replayStore, externalUrl: EXTERNAL_URL }
    verifier = createAccessTokenVerifier({ ...OPTIONS, revocation: { isRevoked: revocations }, dpop })
    await verifier.ready()
  })
  afterAll(async () => {
    verifier?.close()
    connected?.destroy()
    await redis?.stop()
  })

  /** The commands of a call and their answers, in order. */
  async function traffic(call: () => Promise<unknown>): Promise<string[]> {
    const events: string[] = []
    const send = connected.sendCommand.bind(connected)
    const spy = vi.spyOn(connected, 'sendCommand').mockImplementation((async (command: string[]) => {
      events.push(command[0] as string)
      const answer = await send(command)
      events.push('answer')
      return answer
    }) as never)
    await call()
    spy.mockRestore()
    return events
  }

  it('take one round trip, for a new token and for a cached one', async () => {
    for (let count = 0; count < 4; count++) {
      const request = newRequest()
      const events = await traffic(() => verifier.authenticate(request))
      expect(events).toEqual(['MGET', 'SET', 'answer', 'answer'])
    }
  })

  it('take one round trip for a used proof too, which is refused', async () => {
    const request = newRequest()
    await verifier.authenticate({ ...request })
    let outcome = ''
    const events = await traffic(async () => {
      outcome = await outcomeOf(verifier.authenticate({ ...request }))
    })
    expect(outcome).toBe('proof_replayed')
    expect(events).toEqual(['MGET', 'SET', 'answer', 'answer'])
  })

  it('claim nothing when a request is explained', async () => {
    const request = newRequest()
    const events = await traffic(() => verifier.explain(request))
    expect(events).toEqual(['MGET', 'answer'])
    expect(await outcomeOf(verifier.authenticate(request))).toBe('accepted')
  })

  it('refuse a revoked token for its revocation, whatever its proof', async () => {
    const request = newRequest()
    await verifier.authenticate({ ...request })
    const { subject = '' } = await verifier.authenticate(newRequest())
    await revocations.revoke({ issuer: ISSUER, subject })
    expect(await outcomeOf(verifier.authenticate(newRequest()))).toBe('token_revoked')
    expect(await outcomeOf(verifier.authenticate({ ...request }))).toBe('token_revoked')
  })
})
