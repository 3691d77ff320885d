import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Answer } from '../hostile-authorization-server/index.ts'
import { outcome, Setting } from './setting.ts'
import { FAULTS } from './store-events.ts'

/** Milliseconds. */
const DURATION = 4_000
const CACHE_MAX_AGE = 1_000
const TIME_LIMIT = 1_000
const WORKERS = 8
const MAX_CALLS = 20_000

interface SoakToken {
  readonly text: string
  revokedAt: number | undefined
}

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open({ path: '/as' })
})
afterEach(() => setting.close())

test('under load with revocations, outages and floods, no token is accepted for too long, and failures are 503', async () => {
  const { server } = setting
  const verifier = setting.verifier({
    tokenCache: { max: 20 },
    introspection: {
      ...{ clientId: 'api', clientSecret: 'secret', cacheMaxAge: CACHE_MAX_AGE, negativeCacheMaxAge: 100 },
      ...{ timeoutDuration: TIME_LIMIT, maxCallsPerMinute: MAX_CALLS },
    },
  })
  let end = 0
  const violations: string[] = []
  const outcomes: Record<string, number> = {}
  const create = (): SoakToken => ({ text: server.opaqueToken(), revokedAt: undefined })
  const tokens = Array.from({ length: 40 }, create)
  const note = (kind: string, result: string, isAllowed: boolean): void => {
    outcomes[`${kind}: ${result}`] = (outcomes[`${kind}: ${result}`] ?? 0) + 1
    if (!isAllowed) violations.push(`${kind}: ${result}`)
  }
  const isUndecided = (result: string): boolean => result === '503 introspection_unavailable'

  const ask = async (): Promise<void> => {
    const token = tokens[Math.floor(Math.random() * tokens.length)] as SoakToken
    const started = Date.now()
    const { revokedAt } = token
    const result = await outcome(verifier.verify(token.text))
    if (revokedAt === undefined) {
      const wasRevokedMeanwhile = token.revokedAt !== undefined && result === '401 token_inactive'
      note('active', result, result === 'accepted' || isUndecided(result) || wasRevokedMeanwhile)
      return
    }
    const isTooLate = started >= revokedAt + CACHE_MAX_AGE
    const isAllowed = result === '401 token_inactive' || isUndecided(result)
    note(
      isTooLate ? 'revoked long ago' : 'revoked',
      result,
      isAllowed || (result === 'accepted' && !isTooLate),
    )
  }
  const madeUp = async (): Promise<void> => {
    const result = await outcome(verifier.verify(`made-up-${randomUUID()}`))
    note('made up', result, result === '401 token_inactive' || isUndecided(result))
  }
  const until = async (pause: number, act: () => unknown): Promise<void> => {
    while (Date.now() < end) {
      await act()
      await sleep(pause * Math.random())
    }
  }
  const revoke = (): void => {
    const index = Math.floor(Math.random() * tokens.length)
    const token = tokens[index] as SoakToken
    if (token.revokedAt !== undefined) {
      if (Date.now() > token.revokedAt + 2 * CACHE_MAX_AGE) tokens[index] = create()
      return
    }
    server.revoke(token.text)
    token.revokedAt = Date.now()
  }
  const fail = async (): Promise<void> => {
    await sleep(300)
    server.introspection = FAULTS[Math.floor(Math.random() * FAULTS.length)] as Answer
    await sleep(300)
    server.behave()
  }
  const flood = async (): Promise<void> => {
    await Promise.all(Array.from({ length: 200 }, madeUp))
  }

  // The first request of a process is slow.
  for (let tries = 0; tries < 20 && (await outcome(verifier.verify(create().text))) !== 'accepted'; tries++)
    await sleep(300)
  end = Date.now() + DURATION
  const workers = Array.from({ length: WORKERS }, () => until(5, ask))
  await Promise.all([...workers, until(100, revoke), until(200, fail), until(600, flood), until(20, madeUp)])

  expect([...new Set(violations)]).toEqual([])
  expect(outcomes['active: accepted']).toBeGreaterThan(0)
  expect(outcomes['revoked long ago: accepted']).toBeUndefined()
  expect(server.count('introspection')).toBeLessThanOrEqual(MAX_CALLS)
  expect(await outcome(verifier.verify('made-up'))).toMatch(
    /^(401 token_inactive|503 introspection_unavailable)$/,
  )
}, 30_000)
