import { outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { errorResponse } from '../../src/refusal/response.ts'
import { StoreError } from '../../src/refusal/store-error.ts'
import { memoryRevocationStore } from '../../src/stores/memory-revocation-store.ts'
import { stopTime } from '../support/time.ts'
import { asking, recordMessages, requestWith } from '../support/verifiers.ts'

const token = signToken()

const CANARY = 'canary-value'
const NO_ANSWERS: [string, () => unknown, string][] = [
  [
    'throws',
    () => {
      throw new Error(CANARY)
    },
    'threw',
  ],
  ['rejects', () => Promise.reject(new Error(CANARY)), 'threw'],
  ['rejects with nothing', () => Promise.reject(), 'threw'],
  ['has a store that rejects', () => Promise.reject(new StoreError('lost')), 'lost'],
  ['takes too long', () => new Promise(() => {}), 'timeout'],
]
const WRONG_ANSWERS: [string, () => unknown, string][] = [
  undefined,
  null,
  0,
  1,
  '',
  'false',
  {},
  [],
  Number.NaN,
  new Boolean(false),
].flatMap((answer) => [
  [`answers with ${String(JSON.stringify(answer))}`, () => answer, 'wrong_answer'],
  [`answers later with ${String(JSON.stringify(answer))}`, async () => answer, 'wrong_answer'],
])

describe('a function that gives no answer: one that', () => {
  it.each([...NO_ANSWERS, ...WRONG_ANSWERS])('%s is a 503 [REV-03]', async (_, isRevoked, code) => {
    const verifier = asking(isRevoked, { timeoutDuration: 1 })
    const messages = recordMessages()
    const refusal = await refusalOf(verifier.authenticate(requestWith(token)))
    expect(refusal).toMatchObject({
      code: 'store_unavailable',
      status: 503,
      cause: { name: 'StoreError', code },
    })
    expect(errorResponse(refusal)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(messages).toContainEqual([
      'store.failed',
      { store: 'revocation', error: refusal.cause, accepted: false },
    ])
    expect(JSON.stringify([refusal, refusal.cause, messages])).not.toContain(CANARY)
  })

  it.each(NO_ANSWERS)(
    '%s is accepted with onStoreError accept, which is reported',
    async (_, isRevoked, code) => {
      const verifier = asking(isRevoked, { timeoutDuration: 1, onStoreError: 'accept' })
      const messages = recordMessages()
      expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
      expect(messages).toContainEqual([
        'store.failed',
        expect.objectContaining({ accepted: true, error: expect.objectContaining({ code }) }),
      ])
    },
  )

  it.each(WRONG_ANSWERS)('%s is a 503 even with onStoreError accept', async (_, isRevoked) => {
    const verifier = asking(isRevoked, { onStoreError: 'accept' })
    expect(await outcomeOf(verifier.verify(token))).toBe('store_unavailable')
  })

  it('answers after the time limit has no effect', async () => {
    stopTime({ timers: true })
    let answer!: (revoked: boolean) => void
    const late = new Promise<boolean>((resolve) => {
      answer = resolve
    })
    const outcome = outcomeOf(asking(() => late).verify(token))
    // A wait for real time: signatures are verified in the background.
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
    await vi.advanceTimersByTimeAsync(999)
    await vi.advanceTimersByTimeAsync(1)
    answer(true)
    expect(await outcome).toBe('store_unavailable')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('ready()', () => {
  it('waits for the store', async () => {
    const ready = vi.fn(async () => {})
    await asking({ ...memoryRevocationStore(), ready }).ready()
    expect(ready).toHaveBeenCalledOnce()
  })

  it('fails with the store, even with onStoreError accept', async () => {
    const ready = () => Promise.reject(new StoreError('evicts'))
    const verifier = asking({ ...memoryRevocationStore(), ready }, { onStoreError: 'accept' })
    expect(await refusalOf(verifier.ready())).toMatchObject({
      code: 'store_unavailable',
      cause: { code: 'evicts' },
    })
  })

  it.each([
    [1_000, 10_000],
    [20_000, 20_000],
  ])('does not wait for ever: with a timeoutDuration of %d ms, %d ms', async (timeoutDuration, limit) => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const store = { ...memoryRevocationStore(), ready: () => new Promise<void>(() => {}) }
    const outcome = vi.fn()
    const ended = outcomeOf(asking(store, { timeoutDuration }).ready()).then(outcome)
    await vi.advanceTimersByTimeAsync(limit - 1)
    expect(outcome).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await ended
    expect(outcome).toHaveBeenCalledWith('store_unavailable')
  })

  it('needs nothing of a function', async () => {
    await asking(() => true).ready()
  })
})
