import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { redisReplayStore, redisRevocationStore } from '../src/index.ts'
import { SENTINEL_CLIENTS, type TestClient } from './support/clients.ts'
import { isRedisInstalled, RedisServer } from './support/redis-server.ts'
import { endOf, use } from './support/uses.ts'

const ISSUER = 'https://as.example'
const tokenOf = (subject: string) => ({
  ...{ issuer: ISSUER, subject, clientId: 'client', expiresAt: 60 },
  claims: { iat: 1 },
})

/** Sends a command until its raw answer contains a text. */
async function settled(server: RedisServer, command: string, expected: string): Promise<void> {
  for (let tries = 0; !(await server.ask(command)).includes(expected); tries++) {
    if (tries > 200) throw new Error(`${command} did not answer ${expected}`)
    await sleep(50)
  }
}

describe.skipIf(!isRedisInstalled).each(SENTINEL_CLIENTS)('with %s and Sentinel', (_, create) => {
  const servers: RedisServer[] = []
  let connected: TestClient

  beforeEach(async () => {
    const primary = await RedisServer.start()
    servers.push(primary)
    servers.push(await RedisServer.start('--replicaof', '127.0.0.1', String(primary.port)))
    servers.push(await RedisServer.startSentinel(primary))
    const [, replica, sentinel] = servers as [RedisServer, RedisServer, RedisServer]
    await settled(replica, 'INFO replication', 'master_link_status:up')
    await settled(sentinel, 'SENTINEL MASTER main', 'num-slaves\r\n$1\r\n1')
    connected = await create(sentinel.port)
  })
  afterEach(async () => {
    connected?.close()
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  it('what was used or revoked stays so after a failover, and nothing passes meanwhile', async () => {
    const [primary, replica] = servers as [RedisServer, RedisServer]
    const limits = { timeoutDuration: 200 }
    const replays = redisReplayStore(connected.client, limits)
    const revocations = redisRevocationStore(connected.client, limits)
    await revocations.declareRebuilt()
    await revocations.revoke({ issuer: ISSUER, subject: 'ada' })
    expect(await replays.claim(use('a'))).toBe(true)
    await settled(replica, 'EXISTS ors:replay:a', ':1')

    await primary.kill()
    const claims: unknown[] = []
    const checks: unknown[] = []
    const end = performance.now() + 15_000
    for (let attempt = 0; performance.now() < end; attempt++) {
      claims.push(await endOf(replays.claim(use('a'))))
      checks.push(await endOf(revocations.isRevoked(tokenOf('ada')) as Promise<boolean>))
      if ((await endOf(replays.claim(use(`new ${attempt}`)))) === true) break
      await sleep(50)
    }
    expect(claims).not.toContain(true)
    expect(checks).not.toContain(false)
    expect(await replays.claim(use('a'))).toBe(false)
    expect(await revocations.isRevoked(tokenOf('ada'))).toBe(true)
    expect(await revocations.isRevoked(tokenOf('bob'))).toBe(false)
  })
})
