import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'

/** Loads the module as in Cloudflare Workers, whose `waitUntil` is this one. */
async function inWorkers(waitUntil: (work: Promise<unknown>) => void) {
  const spy = vi
    .spyOn(process, 'getBuiltinModule')
    .mockImplementation(((name: string) =>
      name === 'cloudflare:workers' ? { waitUntil } : undefined) as never)
  onTestFinished(() => spy.mockRestore())
  return (await import('../src/keep-alive.ts')).keepAlive
}

beforeEach(() => vi.resetModules())

it('the runtime is asked to wait for work that requests share, and never for its failure', async () => {
  const kept: Promise<unknown>[] = []
  const keepAlive = await inWorkers((work) => void kept.push(work))
  const failure = new Error('no keys')
  await expect(keepAlive(Promise.reject(failure))).rejects.toBe(failure)
  expect(await keepAlive(Promise.resolve('keys'))).toBe('keys')
  expect(kept).toHaveLength(2)
  expect((await Promise.allSettled(kept)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
})

it('work goes on where the runtime cannot wait for it', async () => {
  const keepAlive = await inWorkers(() => {
    throw new Error('outside of a request')
  })
  expect(await keepAlive(Promise.resolve('keys'))).toBe('keys')
})
