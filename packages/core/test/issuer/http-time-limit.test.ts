import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { getEventListeners } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ScriptedAnswer, scriptedFetch } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { channels } from '../../src/diagnostics.ts'
import { fetchJson, type JsonDocument } from '../../src/issuer/http.ts'
import { deferred } from '../support/deferred.ts'
import { failureOf, fetchOptions, watchedResponse } from '../support/http.ts'

const ADDRESS = 'https://as.example/keys'
const JSON_TYPE = { 'content-type': 'application/json' }
const timeout = {
  code: 'timeout',
  url: ADDRESS,
  message: expect.stringContaining('no response within the time limit'),
}

afterEach(() => void vi.restoreAllMocks())

/** A request that can be aborted, made with a fetch that ignores the signal. */
function requestIgnoringSignal(response: Promise<Response>): {
  readonly abort: AbortController
  readonly work: Promise<JsonDocument>
} {
  const abort = new AbortController()
  return {
    abort,
    work: fetchJson(
      ADDRESS,
      fetchOptions(() => response, { signal: abort.signal }),
    ),
  }
}

describe('a fetch that ignores the signal', () => {
  it('is not waited for, and its late response is released', async () => {
    const { response, body } = watchedResponse([new Uint8Array(10)], { headers: JSON_TYPE })
    const late = deferred<Response>()
    const { abort, work } = requestIgnoringSignal(late.promise)
    abort.abort()
    expect(await failureOf(work)).toMatchObject(timeout)
    expect(body.cancelled).toBe(0)
    late.resolve(response)
    await late.promise
    expect(body).toEqual({ cancelled: 1, pulled: 0 })
  })

  it('causes no unhandled rejection if it fails later', async () => {
    const late = deferred<Response>()
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const { abort, work } = requestIgnoringSignal(late.promise)
      abort.abort()
      expect(await failureOf(work)).toMatchObject(timeout)
      late.reject(new Error('late'))
      await nextTurn()
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })

  it('is not waited for if the signal was aborted before the request', async () => {
    const options = fetchOptions(() => new Promise(() => {}), { signal: AbortSignal.abort() })
    expect(await failureOf(fetchJson(ADDRESS, options))).toMatchObject(timeout)
  })

  it('has its body released if the time limit is reached while the body is read', async () => {
    const { response, body } = watchedResponse([new Uint8Array(10)], { headers: JSON_TYPE }, { ends: false })
    const { abort, work } = requestIgnoringSignal(Promise.resolve(response))
    await vi.waitUntil(() => body.pulled === 2, { interval: 1 })
    expect(body.cancelled).toBe(0)
    abort.abort()
    expect(await failureOf(work)).toMatchObject(timeout)
    expect(body).toEqual({ cancelled: 1, pulled: 2 })
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  })

  it('has its body released if the time limit is reached in the moment the response arrives', async () => {
    const chunks = [new Uint8Array(10), new Uint8Array(10)]
    const { response, body } = watchedResponse(chunks, { headers: JSON_TYPE }, { ends: false })
    const { abort, work } = requestIgnoringSignal(Promise.resolve(response))
    Object.defineProperty(response, 'status', {
      get: () => {
        abort.abort()
        return 200
      },
    })
    expect(await failureOf(work)).toMatchObject(timeout)
    await nextTurn()
    expect(body).toEqual({ cancelled: 1, pulled: 1 })
  })
})

describe('the diagnostics channels', () => {
  const CHANNELS = ['fetch.started', 'fetch.succeeded', 'fetch.failed'] as const
  const WITH_SECRETS = 'https://user:password@as.example/keys?secret=1'
  const get = (answer: () => ScriptedAnswer): Promise<JsonDocument> =>
    fetchJson(WITH_SECRETS, fetchOptions(scriptedFetch(answer).fetch))

  it('report the start and the end of a request, without credentials and query', async () => {
    const messages: [string, unknown][] = []
    const listener = (message: unknown, name: string | symbol): void =>
      void messages.push([String(name), message])
    for (const name of CHANNELS) subscribe(`okta-resource-server:${name}`, listener)
    try {
      await get(() => Response.json({}, { headers: { 'cache-control': 'max-age=60' } }))
      const error = await failureOf(get(() => new Error('down')))
      expect(messages).toEqual([
        ['okta-resource-server:fetch.started', { url: ADDRESS }],
        ['okta-resource-server:fetch.succeeded', { url: ADDRESS, maxAge: 60 }],
        ['okta-resource-server:fetch.started', { url: ADDRESS }],
        ['okta-resource-server:fetch.failed', { url: ADDRESS, error }],
      ])
    } finally {
      for (const name of CHANNELS) unsubscribe(`okta-resource-server:${name}`, listener)
    }
  })

  it('get no message without subscribers', async () => {
    const used = [channels.fetchStarted, channels.fetchSucceeded, channels.fetchFailed]
    const spies = used.map((channel) => vi.spyOn(channel, 'publish'))
    await get(() => Response.json({}))
    await failureOf(get(() => new Error('down')))
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})
