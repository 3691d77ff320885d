import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bearer, keySet, signingKey, signToken } from '@okta-resource-server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRedisInstalled, RedisServer } from '../../packages/redis/test/support/redis-server.ts'
import type { Task } from './program.ts'

const PROGRAM = fileURLToPath(new URL('program.ts', import.meta.url))
const now = (): number => Math.floor(Date.now() / 1_000)

class Api {
  readonly #program: ChildProcess
  #port = 0

  private constructor(redis: string) {
    this.#program = fork(PROGRAM, [], {
      execArgv: ['--conditions=source', '--no-warnings'],
      env: { PATH: process.env.PATH, REDIS: redis, JWKS: JSON.stringify(keySet(signingKey())) },
    })
  }

  static async start(redis: string): Promise<Api> {
    const api = new Api(redis)
    ;[api.#port] = (await once(api.#program, 'message')) as [number]
    return api
  }

  async tell(task: Task): Promise<unknown> {
    const answer = once(this.#program, 'message')
    this.#program.send(task)
    return (await answer)[0]
  }

  /** Status, error code and its cause of the answer to a request with this token. */
  async ask(token: string): Promise<string> {
    const { status, headers } = await fetch(`http://127.0.0.1:${this.#port}`, { headers: bearer(token) })
    return `${status} ${headers.get('code') ?? ''}`.trim()
  }

  /** Asks until the answer is this one, for at most 5 seconds. */
  async settles(token: string, expected: string): Promise<string> {
    const end = performance.now() + 5_000
    let answer = await this.ask(token)
    while (answer !== expected && performance.now() < end) {
      await sleep(20)
      answer = await this.ask(token)
    }
    return answer
  }

  stop(): void {
    this.#program.kill()
  }
}

describe.skipIf(!isRedisInstalled)('two API processes that share a Redis', () => {
  let redis: RedisServer
  let apis: readonly [Api, Api]
  const tokenOf = (uid: string): string =>
    signToken({ claims: { uid, iat: now() - 60, exp: now() + 600, jti: `AT.${uid}` } })

  beforeAll(async () => {
    redis = await RedisServer.start()
    apis = [await Api.start(redis.url), await Api.start(redis.url)]
    await apis[0].tell({ declareRebuilt: true })
  })
  afterAll(async () => {
    for (const api of apis ?? []) api.stop()
    await redis?.stop()
  })

  it('accept each of 1,000 proofs once between them, in a race', async () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `proof ${index}`)
    const results = (await Promise.all(apis.map((api) => api.tell({ claim: keys })))) as boolean[][]
    const accepted = keys.map((_, index) => results.filter((result) => result[index] === true).length)
    expect(new Set(accepted)).toEqual(new Set([1]))
  })

  it('accept one proof once between them, however often it is sent', async () => {
    const keys = Array.from({ length: 500 }, () => 'the same')
    const results = (await Promise.all(apis.map((api) => api.tell({ claim: keys })))) as boolean[][]
    expect(results.flat().filter((isFirst) => isFirst)).toHaveLength(1)
  })

  it('both refuse a user from the next request on, whichever was told of the sign-out', async () => {
    const [user, other] = [tokenOf('00u1'), tokenOf('00u2')]
    // Three requests: the token is in the caches.
    for (const token of [user, user, user, other]) {
      expect(await Promise.all(apis.map((api) => api.ask(token)))).toEqual(['200', '200'])
    }
    await apis[0].tell({ revoke: '00u1' })
    expect(await Promise.all(apis.map((api) => api.ask(user)))).toEqual([
      '401 token_revoked',
      '401 token_revoked',
    ])
    expect(await Promise.all(apis.map((api) => api.ask(other)))).toEqual(['200', '200'])
  })

  it('refuse with 503 while Redis is away, and until a lost store was declared rebuilt', async () => {
    const token = tokenOf('00u3')
    await redis.kill()
    const [away, lost] = ['503 store_unavailable not_connected', '503 store_unavailable lost']
    for (const api of apis) expect(await api.settles(token, away)).toBe(away)
    await redis.start()
    for (const api of apis) expect(await api.settles(token, lost)).toBe(lost)
    await apis[1].tell({ declareRebuilt: true })
    for (const api of apis) expect(await api.settles(token, '200')).toBe('200')
  })
})
