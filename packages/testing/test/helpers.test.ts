import { describe, expect, it } from 'vitest'
import { outcomeOf, refusalOf, ShiftedClock, scriptedFetch, serve } from '../src/index.ts'
import { serve as serveDuringTest } from '../src/vitest.ts'

const refusal = Object.assign(new Error('refused'), { code: 'token_expired', status: 401 })

describe('ShiftedClock', () => {
  it('moves forward and back', () => {
    const clock = new ShiftedClock(() => 1_000)
    clock.advance(500)
    expect(clock.now()).toBe(1_500)
    clock.back(1_000)
    expect(clock.now()).toBe(500)
  })

  it('goes on like the system clock by default', () => {
    const clock = new ShiftedClock()
    clock.advance(3_600_000)
    expect(clock.now()).toBeGreaterThanOrEqual(Date.now() + 3_599_000)
  })
})

describe('outcomeOf', () => {
  it('is the code of a refusal, whether thrown or rejected', async () => {
    expect(await outcomeOf(Promise.reject(refusal))).toBe('token_expired')
    expect(
      await outcomeOf(() => {
        throw refusal
      }),
    ).toBe('token_expired')
  })

  it('is "accepted" for a call that succeeds', async () => {
    expect(await outcomeOf(() => 'anything')).toBe('accepted')
    expect(await outcomeOf(Promise.resolve())).toBe('accepted')
  })

  it.each([
    ['an error without a code', new Error('fault')],
    ['a system error, which has a code and no status', Object.assign(new Error(''), { code: 'ENOENT' })],
    ['something that is not an error', { code: 'token_expired', status: 401 }],
  ])('throws %s', async (_what, thrown) => {
    await expect(outcomeOf(Promise.reject(thrown))).rejects.toBe(thrown)
  })
})

describe('refusalOf', () => {
  it('is the refusal itself', async () => {
    expect(await refusalOf(Promise.reject(refusal))).toBe(refusal)
  })

  it('throws when the call is accepted', async () => {
    await expect(refusalOf(() => undefined)).rejects.toThrow('accepted')
  })
})

describe('scriptedFetch', () => {
  it('answers from the script and records the requests', async () => {
    const { fetch, requests } = scriptedFetch((url) => Response.json({ url }))
    const response = await fetch(new URL('https://as.example/keys'), { redirect: 'manual' })
    expect(await response.json()).toEqual({ url: 'https://as.example/keys' })
    expect(requests).toEqual([{ url: 'https://as.example/keys', init: { redirect: 'manual' } }])
  })

  it('rejects when the script answers with an error', async () => {
    const failure = new TypeError('fetch failed')
    await expect(scriptedFetch(() => failure).fetch('https://as.example')).rejects.toBe(failure)
  })
})

describe('serve', () => {
  it('serves until it is closed, and can be closed twice', async () => {
    const { url, close } = await serve((_request, response) => response.end('hello'))
    expect(await (await fetch(url)).text()).toBe('hello')
    await close()
    await close()
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('ends connections whose answer is still to come', async () => {
    const { url, close } = await serve(() => void close())
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })
})

describe('serve in Vitest', () => {
  let url: string

  it('serves during the test', async () => {
    url = await serveDuringTest((_request, response) => response.end('hello'))
    expect(await (await fetch(url)).text()).toBe('hello')
  })

  it('has closed the server when the test has ended', async () => {
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })
})
