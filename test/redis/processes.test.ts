import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { keySet, signingKey, signToken } from '@okta-resource-server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRedisInstalled, RedisServer } from '../../packages/redis/test/support/redis-server.ts'
import { ask } from '../contract/ask.ts'
import { linesFor } from '../dpop/support.ts'
import type { Task } from './program.ts'

const PROGRAM = fileURLToPath(new URL('program.ts', import.meta.url))
/** The URL of the API for its clients, whichever process answers. */
const EXTERNAL_URL = 'https://api.example.com'
const now = (): number => Math.floor(Date.now() / 1_000)

class Api {
  readonly #program: ChildProcess
  #port = 0

  private constructor(redis: string) {
    this.#program = fork(PROGRAM, [], {
      execArgv: ['--conditions=source', '--no-warnings'],
      env: { PATH: process.env.PATH, REDIS: redis, EXTERNAL_URL, JWKS: JSON.stringify(keySet(signingKey())) },
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

  /** Status, error code and its cause of the answer to a request. */
  async ask(path: string, lines: readonly string[]): Promise<string> {
    const { status, headers } = await ask(`http://127.0.0.1:${this.#port}${path}`, lines)
    return `${status} ${headers.code ?? ''}`.trim()
  }

  askWith(token: string): Promise<string> {
    return this.ask('/', ['Authorization', `Bearer ${token}`])
  }

  stop(): void {
    this.#program.kill()
  }
}

/** Asks until the answer is this one, for at most 5 seconds. */
async function settled(send: () => Promise<string>, expected: string): Promise<string> {
  const end = performance.now() + 5_000
  let answer = await send()
  while (answer !== expected && performance.now() < end) {
    await sleep(20)
    answer = await send()
  }
  return answer
}

const newProof = (): string[] => linesFor(`${EXTERNAL_URL}/proof`)

/** Sends each proof to all processes at once, some proofs at a time, and calls back with their answers. */
async function sendAll(
  apis: readonly Api[],
  proofs: readonly string[][],
  done: (proof: string[], answers: readonly string[]) => void,
): Promise<void> {
  const left = [...proofs]
  const sendNext = async (): Promise<void> => {
    for (let proof = left.pop(); proof !== undefined; proof = left.pop()) {
      const lines = proof
      done(lines, await Promise.all(apis.map((api) => api.ask('/proof', lines))))
    }
  }
  await Promise.all(Array.from({ length: 50 }, sendNext))
}

const AWAY = '503 store_unavailable not_connected'

describe.skipIf(!isRedisInstalled)('two API processes that share their proofs in Redis', () => {
  let redis: RedisServer
  let apis: readonly [Api, Api]

  beforeAll(async () => {
    redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
    apis = [await Api.start(redis.url), await Api.start(redis.url)]
  })
  afterAll(async () => {
    for (const api of apis ?? []) api.stop()
    await redis?.stop()
  })

  it('accept each of 1,000 proofs exactly once, though both get it at once [DPOP-20]', async () => {
    const answers: Record<string, number> = {}
    await sendAll(apis, Array.from({ length: 1_000 }, newProof), (_, both) => {
      const answer = both.toSorted().join(', ')
      answers[answer] = (answers[answer] ?? 0) + 1
    })
    expect(answers).toEqual({ '200, 401 proof_replayed': 1_000 })
  })

  it('accept one proof once, however often it is sent [DPOP-20]', async () => {
    const answers: string[] = []
    const proof = newProof()
    await sendAll(
      apis,
      Array.from({ length: 200 }, () => proof),
      (_, both) => answers.push(...both),
    )
    expect(answers.filter((answer) => answer === '200')).toHaveLength(1)
    expect(answers.filter((answer) => answer === '401 proof_replayed')).toHaveLength(399)
  })

  it('refuse new proofs with 503 while Redis is away, and accept them once it is back [DPOP-23]', async () => {
    await redis.kill()
    for (const api of apis) expect(await settled(() => api.ask('/proof', newProof()), AWAY)).toBe(AWAY)
    const proofs = Array.from({ length: 100 }, newProof)
    const answers: string[] = []
    await sendAll(apis, proofs, (_, both) => answers.push(...both))
    expect(new Set(answers)).toEqual(new Set([AWAY]))
    await redis.start()
    for (const api of apis) expect(await settled(() => api.ask('/proof', newProof()), '200')).toBe('200')
    const later: string[] = []
    await sendAll(apis, proofs, (_, both) => later.push(both.toSorted().join(', ')))
    expect(new Set(later)).toEqual(new Set(['200, 401 proof_replayed']))
  })

  it('accept no proof twice if Redis crashes and keeps its entries [DPOP-20]', async () => {
    const used: string[][] = []
    const refused: string[] = []
    const [api] = apis
    const sending = sendAll([api], Array.from({ length: 500 }, newProof), (proof, [answer = '']) => {
      if (answer === '200') used.push(proof)
      else refused.push(answer.slice(0, '503 store_unavailable'.length))
      if (used.length === 100 && answer === '200') void redis.kill()
    })
    await sending
    expect(new Set(refused)).toEqual(new Set(['503 store_unavailable']))
    await redis.start()
    for (const one of apis) expect(await settled(() => one.ask('/proof', newProof()), '200')).toBe('200')
    const again: string[] = []
    await sendAll(apis, used, (_, both) => again.push(...both))
    expect(again).toHaveLength(2 * used.length)
    expect(new Set(again)).toEqual(new Set(['401 proof_replayed']))
  })
})

describe.skipIf(!isRedisInstalled)('two API processes that share their revocations in Redis', () => {
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

  it('both refuse a user from the next request on, whichever was told of the sign-out', async () => {
    const [user, other] = [tokenOf('00u1'), tokenOf('00u2')]
    // Three requests: the token is in the caches.
    for (const token of [user, user, user, other]) {
      expect(await Promise.all(apis.map((api) => api.askWith(token)))).toEqual(['200', '200'])
    }
    await apis[0].tell({ revoke: '00u1' })
    expect(await Promise.all(apis.map((api) => api.askWith(user)))).toEqual([
      '401 token_revoked',
      '401 token_revoked',
    ])
    expect(await Promise.all(apis.map((api) => api.askWith(other)))).toEqual(['200', '200'])
  })

  it('refuse with 503 while Redis is away, and until a lost store was declared rebuilt', async () => {
    const token = tokenOf('00u3')
    await redis.kill()
    const lost = '503 store_unavailable lost'
    for (const api of apis) expect(await settled(() => api.askWith(token), AWAY)).toBe(AWAY)
    await redis.start()
    for (const api of apis) expect(await settled(() => api.askWith(token), lost)).toBe(lost)
    await apis[1].tell({ declareRebuilt: true })
    for (const api of apis) expect(await settled(() => api.askWith(token), '200')).toBe('200')
  })
})
