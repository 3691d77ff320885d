import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LimitError, Limiter } from '../../src/issuer/limiter.ts'
import { type Deferred, deferred } from '../support/deferred.ts'

const LONG = 60_000

/** Work that the test ends. */
function createWork(): {
  readonly started: number
  readonly ends: Deferred<string>[]
  run: () => Promise<string>
} {
  const ends: Deferred<string>[] = []
  const run = (): Promise<string> => {
    const end = deferred<string>()
    ends.push(end)
    return end.promise
  }
  return {
    ends,
    run,
    get started() {
      return ends.length
    },
  }
}
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

describe('a limiter', () => {
  it('starts some work at once, and more in order as others end', async () => {
    const [limiter, work] = [new Limiter(2), createWork()]
    const results = [0, 1, 2, 3].map(() => limiter.run(work.run, LONG))
    expect(work.started).toBe(2)
    work.ends[1]?.resolve('b')
    expect(await results[1]).toBe('b')
    await settled()
    expect(work.started).toBe(3)
    work.ends[2]?.resolve('c')
    expect(await results[2]).toBe('c')
    work.ends[0]?.resolve('a')
    await settled()
    work.ends[3]?.resolve('d')
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('passes an error on, and starts the next work', async () => {
    const limiter = new Limiter(1)
    const error = new Error('failed')
    const results = [
      limiter.run(() => Promise.reject(error), LONG),
      limiter.run(() => Promise.resolve('next'), LONG),
    ]
    await expect(results[0]).rejects.toBe(error)
    expect(await results[1]).toBe('next')
  })

  it('refuses work when ten times its concurrency is waiting', async () => {
    const [limiter, work] = [new Limiter(2), createWork()]
    const results = Array.from({ length: 22 }, () => limiter.run(work.run, LONG))
    await expect(limiter.run(work.run, LONG)).rejects.toThrow(new LimitError('too many are waiting'))
    expect(work.started).toBe(2)
    for (let next = 0; next < 22; next++) {
      work.ends[next]?.resolve('done')
      await settled()
    }
    expect(await Promise.all(results)).toHaveLength(22)
    const more = limiter.run(work.run, LONG)
    work.ends[22]?.resolve('more')
    expect(await more).toBe('more')
  })

  it('ends the wait for work that is too slow, and starts the next', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const [limiter, work] = [new Limiter(1), createWork()]
    const slow = limiter.run(work.run, 100)
    const next = limiter.run(work.run, 1_000)
    slow.catch(() => {})
    vi.advanceTimersByTime(100)
    await expect(slow).rejects.toThrow(new LimitError('the time limit was reached'))
    await settled()
    expect(work.started).toBe(2)
    work.ends[0]?.reject(new Error('late'))
    work.ends[1]?.resolve('next')
    expect(await next).toBe('next')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('counts the time in the queue, and does not start work whose time is up', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const [limiter, work] = [new Limiter(1), createWork()]
    const first = limiter.run(work.run, 1_000)
    const impatient = limiter.run(work.run, 100)
    impatient.catch(() => {})
    vi.advanceTimersByTime(100)
    await expect(impatient).rejects.toBeInstanceOf(LimitError)
    work.ends[0]?.resolve('first')
    expect(await first).toBe('first')
    await settled()
    expect(work.started).toBe(1)
    const last = limiter.run(work.run, 100)
    expect(work.started).toBe(2)
    work.ends[1]?.resolve('last')
    expect(await last).toBe('last')
  })

  it('starts nothing in place of work whose time is up while it waits', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const [limiter, work] = [new Limiter(1), createWork()]
    const first = limiter.run(work.run, 1_000)
    const patient = limiter.run(work.run, 1_000)
    const impatient = limiter.run(work.run, 100)
    impatient.catch(() => {})
    vi.advanceTimersByTime(100)
    await expect(impatient).rejects.toBeInstanceOf(LimitError)
    await settled()
    expect(work.started).toBe(1)
    work.ends[0]?.resolve('first')
    expect(await first).toBe('first')
    await settled()
    work.ends[1]?.resolve('patient')
    expect(await patient).toBe('patient')
  })

  it('starts urgent work before other work that has waited for longer', async () => {
    const limiter = new Limiter(1)
    const end = deferred<void>()
    const order: string[] = []
    const results = [
      limiter.run(() => end.promise, LONG),
      limiter.run(async () => void order.push('ordinary'), LONG),
      limiter.run(async () => void order.push('urgent'), LONG, true),
    ]
    end.resolve()
    await Promise.all(results)
    expect(order).toEqual(['urgent', 'ordinary'])
  })

  it('ends every wait when it is closed', async () => {
    const [limiter, work] = [new Limiter(1), createWork()]
    const results = [limiter.run(work.run, LONG), limiter.run(work.run, LONG)]
    limiter.close()
    for (const result of results) {
      await expect(result).rejects.toThrow(new LimitError('the verifier was closed'))
    }
    expect(work.started).toBe(1)
  })
})
