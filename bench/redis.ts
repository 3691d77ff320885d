import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { AccessTokenVerifierOptions, ReplayStore } from '@okta-resource-server/core'
import { redisReplayStore, redisRevocationStore } from '@okta-resource-server/redis'
import { createClient } from 'redis'
import { ISSUER } from './policy.ts'

/** The environment variable with the address of the Redis server of this run; absent if redis-server is not installed. */
const VARIABLE = 'BENCH_REDIS'
const REVOCATIONS = 1_000

export const hasRedis = (): boolean => process.env[VARIABLE] !== undefined

/** Starts a Redis server on loopback for the child processes, if one is installed. It ends with this process. */
export async function startRedis(): Promise<void> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  const server: ChildProcess = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', ''],
    {
      stdio: 'ignore',
    },
  )
  try {
    await once(server, 'spawn')
  } catch {
    return
  }
  server.unref()
  process.once('exit', () => server.kill())
  process.env[VARIABLE] = `redis://127.0.0.1:${port}`
}

async function connect() {
  const client = createClient({ url: process.env[VARIABLE] as string })
  client.on('error', () => {})
  return client.connect()
}

let client: ReturnType<typeof connect> | undefined

/** A replay store in Redis. All of one process use the same connection. */
export async function redisReplays(): Promise<ReplayStore> {
  client ??= connect()
  return redisReplayStore(await client, { timeoutDuration: 5_000 })
}

/** Options of a verifier that asks Redis on every request, where 1,000 other users are revoked. */
export async function redisRevocations(): Promise<Pick<AccessTokenVerifierOptions, 'revocation'>> {
  const store = redisRevocationStore(await connect(), { timeoutDuration: 5_000 })
  await store.declareRebuilt()
  for (let user = 0; user < REVOCATIONS; user++) await store.revoke({ issuer: ISSUER, uid: `user ${user}` })
  return { revocation: { isRevoked: store, timeoutDuration: 5_000 } }
}
