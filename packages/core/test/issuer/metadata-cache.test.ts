import { type ScriptedAnswer, scriptedFetch } from '@okta-resource-server/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MetadataCache } from '../../src/issuer/metadata.ts'
import type { AuthorizationServerOptions } from '../../src/options/authorization-server.ts'
import { issuerConfiguration } from '../../src/options/issuer.ts'
import { failureOf, fetchOptions } from '../support/http.ts'

const ISSUER = 'https://as.example/oauth2/default'
const JWKS_URI = 'https://as.example/oauth2/default/v1/keys'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const RETRY = 300_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const pass = (milliseconds: number): void => void vi.advanceTimersByTime(milliseconds)
const metadata = (jwksUri = JWKS_URI): Response => Response.json({ issuer: ISSUER, jwks_uri: jwksUri })
const moved = (): Response => metadata(`${JWKS_URI}/new`)
const down = (): Error => new Error('down')

function createCache(own: Partial<AuthorizationServerOptions> = {}) {
  const server: { answer: () => ScriptedAnswer } = { answer: () => metadata() }
  const { fetch, requests } = scriptedFetch(() => server.answer())
  const options = { issuer: ISSUER, audience: 'api', fetch, staleIfError: HOUR, ...own }
  const cache = new MetadataCache(issuerConfiguration(options, 'issuer'))
  const request = fetchOptions(fetch)
  return { server, requests, cache, request, jwksUri: () => cache.address(request) }
}

describe('the metadata cache', () => {
  it('fetches nothing before it is asked', () => {
    const { cache, requests } = createCache()
    expect(cache.isKnown).toBe(false)
    expect(cache.lastError).toBeUndefined()
    expect(requests).toEqual([])
  })

  it('fetches nothing if jwksUri is configured', async () => {
    const { cache, requests, jwksUri } = createCache({ jwksUri: JWKS_URI })
    expect(cache.isKnown).toBe(true)
    expect(await jwksUri()).toBe(JWKS_URI)
    expect(requests).toEqual([])
  })

  it('fetches metadata once a day', async () => {
    const { server, requests, cache, jwksUri } = createCache()
    expect(await jwksUri()).toBe(JWKS_URI)
    expect(cache.isKnown).toBe(true)
    server.answer = moved
    pass(DAY - 1)
    expect(await jwksUri()).toBe(JWKS_URI)
    expect(requests).toHaveLength(1)
    pass(1)
    expect(await jwksUri()).toBe(`${JWKS_URI}/new`)
    expect(requests).toHaveLength(2)
  })

  it('fetches metadata again after it was invalidated', async () => {
    const { server, requests, cache, jwksUri } = createCache()
    await jwksUri()
    server.answer = moved
    cache.invalidate()
    expect(await jwksUri()).toBe(`${JWKS_URI}/new`)
    await jwksUri()
    expect(requests).toHaveLength(2)
  })

  it('reports the failure of the first request, and tries again at once', async () => {
    const { server, cache, jwksUri } = createCache()
    server.answer = down
    const error = await failureOf(jwksUri())
    expect(error.code).toBe('network')
    expect(cache.lastError).toBe(error)
    expect(cache.isKnown).toBe(false)
    server.answer = () => metadata()
    expect(await jwksUri()).toBe(JWKS_URI)
  })

  it('returns the last good URL while metadata cannot be fetched, and retries every five minutes', async () => {
    const { server, requests, cache, jwksUri } = createCache()
    await jwksUri()
    server.answer = down
    pass(DAY)
    expect(await jwksUri()).toBe(JWKS_URI)
    expect(cache.lastError?.code).toBe('network')
    expect(requests).toHaveLength(2)
    pass(RETRY - 1)
    expect(await jwksUri()).toBe(JWKS_URI)
    expect(requests).toHaveLength(2)
    pass(1)
    expect(await jwksUri()).toBe(JWKS_URI)
    expect(requests).toHaveLength(3)
    server.answer = moved
    pass(RETRY)
    expect(await jwksUri()).toBe(`${JWKS_URI}/new`)
    expect(cache.lastError).toBeUndefined()
  })

  it('forgets the last good URL when it is older than a day and staleIfError', async () => {
    const { server, cache, jwksUri } = createCache()
    await jwksUri()
    server.answer = down
    pass(DAY + HOUR - 1)
    expect(await jwksUri()).toBe(JWKS_URI)
    pass(1)
    expect((await failureOf(jwksUri())).code).toBe('network')
    expect(cache.isKnown).toBe(false)
  })

  it('counts the age of metadata from the end of the request', async () => {
    const { server, requests, jwksUri } = createCache()
    server.answer = () => {
      pass(4_000)
      return metadata()
    }
    await jwksUri()
    pass(DAY - 1)
    await jwksUri()
    expect(requests).toHaveLength(1)
    server.answer = down
    pass(HOUR)
    expect(await jwksUri()).toBe(JWKS_URI)
    pass(1)
    await failureOf(jwksUri())
  })

  it('is not prolonged by a wall clock that is set back', async () => {
    const { server, requests, jwksUri } = createCache()
    await jwksUri()
    vi.setSystemTime(Date.now() - DAY)
    server.answer = moved
    pass(DAY)
    expect(await jwksUri()).toBe(`${JWKS_URI}/new`)
    expect(requests).toHaveLength(2)
  })

  it('fails if a refresh of known metadata used up the time limit, and skips it the next time', async () => {
    const { server, requests, cache, request, jwksUri } = createCache()
    await jwksUri()
    pass(DAY)
    const abort = new AbortController()
    server.answer = () => {
      abort.abort()
      return down()
    }
    const error = await failureOf(cache.address({ ...request, signal: abort.signal }))
    expect(error.code).toBe('timeout')
    expect(cache.lastError).toBe(error)
    expect(await jwksUri()).toBe(JWKS_URI)
    expect(requests).toHaveLength(2)
  })

  it('is refreshed from the URL where it was found', async () => {
    const { fetch, requests } = scriptedFetch((url) =>
      url.includes('openid-configuration') ? metadata() : new Response('', { status: 502 }),
    )
    const cache = new MetadataCache(
      issuerConfiguration({ issuer: ISSUER, audience: 'api', fetch, staleIfError: HOUR }, 'issuer'),
    )
    const urls = (): readonly string[] => requests.splice(0).map(({ url }) => url)
    await cache.address(fetchOptions(fetch))
    const [, second] = urls()
    expect(second).toBe(`${ISSUER}/.well-known/openid-configuration`)
    pass(DAY)
    await cache.address(fetchOptions(fetch))
    expect(urls()).toEqual([second])
  })
})
