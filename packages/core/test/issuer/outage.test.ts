import { ISSUER, refusalOf, signingKey } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { channels } from '../../src/diagnostics.ts'
import type { AuthorizationServerUnavailableError } from '../../src/index.ts'
import {
  type Answer,
  createSetting,
  createWarmSetting,
  down,
  JWKS_URI,
  METADATA_URL,
  publishes,
} from '../support/issuer.ts'
import { HOUR, pass, START, stopTime } from '../support/time.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')

beforeEach(() => stopTime())

const refusal = async (call: Promise<unknown>): Promise<AuthorizationServerUnavailableError> =>
  (await refusalOf(call)) as unknown as AuthorizationServerUnavailableError

describe('without keys, an outage of the authorization server', () => {
  it('is a 503 with the cause, and no other request is made before the retry', async () => {
    const { server, verifier, verify, requests, status } = createSetting(down)
    const error = await refusal(verify(A))
    expect(error).toMatchObject({ status: 503, code: 'keys_unavailable', retryAfter: 1 })
    expect(error.cause).toMatchObject({ code: 'network', url: JWKS_URI })
    expect(status()).toMatchObject({ ready: false, keys: 0, age: undefined, nextRefresh: START + 1_000 })
    pass(999)
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
    expect(requests).toHaveLength(1)
    server.answer = publishes(A)
    pass(1)
    await verifier.ready()
    expect(status()).toMatchObject({ ready: true, lastError: undefined })
  })

  it('is reported as metadata_unavailable if the URL of the keys is not known', async () => {
    const { verify } = createSetting(down, { jwksUri: undefined })
    const expected = { code: 'metadata_unavailable', cause: { code: 'network', url: METADATA_URL } }
    expect(await refusal(verify(A))).toMatchObject(expected)
  })

  it('is retried after one second, then two, and so on up to eight', async () => {
    const { verify, status } = createSetting(down)
    const delays: number[] = []
    for (let failures = 0; failures < 5; failures++) {
      const { retryAfter } = await refusal(verify(A))
      delays.push((status().nextRefresh as number) - Date.now())
      expect(retryAfter * 1_000).toBe(delays.at(-1))
      pass(delays.at(-1) as number)
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 8_000])
  })

  it('causes one request for all concurrent requests, which are refused together', async () => {
    const { outcome, requests } = createSetting(down)
    const outcomes = await Promise.all([A, A, B].map((key) => outcome(key)))
    expect(outcomes).toEqual(Array(3).fill('keys_unavailable'))
    expect(requests).toHaveLength(1)
  })
})

describe('with keys, an outage of the authorization server', () => {
  it('is a 503 for a token with an unknown kid, with the Retry-After of the server', async () => {
    const { server, verify, status } = await createWarmSetting(publishes(A))
    server.answer = () => new Response('', { status: 503, headers: { 'retry-after': '120' } })
    const error = await refusal(verify(B))
    expect(error).toMatchObject({ status: 503, code: 'keys_unavailable', retryAfter: 120 })
    expect(error.cause).toBe(status().lastError)
    expect(status().nextRefresh).toBe(START + 180_000)
    pass(30_500)
    expect(await refusal(verify(B))).toMatchObject({ code: 'keys_unavailable', retryAfter: 90 })
  })

  it('asks a client to wait for at most a minute if an unknown kid may cause a retry', async () => {
    const { server, refreshes, verify, outcome, requests, status } = await createWarmSetting(publishes(A))
    server.answer = down
    pass(HOUR)
    for (let failures = 0; failures < 9; failures++) {
      await refreshes.after(() => outcome(A))
      pass((status().nextRefresh as number) - Date.now())
    }
    await refreshes.after(() => outcome(A))
    expect((status().nextRefresh as number) - Date.now()).toBe(300_000)
    expect(await refusal(verify(B))).toMatchObject({ retryAfter: 60 })
    const before = requests.length
    server.answer = publishes(A, B)
    pass(59_999)
    expect(await outcome(B)).toBe('keys_unavailable')
    expect(requests).toHaveLength(before)
    pass(1)
    expect(await outcome(B)).toBe('accepted')
  })
})

describe('metadata', () => {
  const discovering = { jwksUri: undefined }
  const answering =
    (keys: Answer, jwksUri = JWKS_URI): Answer =>
    (url) =>
      url === METADATA_URL ? Response.json({ issuer: ISSUER, jwks_uri: jwksUri }) : keys(url)

  it('is fetched before the first keys, and not before every refresh', async () => {
    const { refreshes, outcome, urls } = await createWarmSetting(answering(publishes(A)), discovering)
    pass(HOUR)
    await refreshes.after(() => outcome(A))
    expect(urls()).toEqual([METADATA_URL, JWKS_URI, JWKS_URI])
  })

  it('is fetched again after keys could not be fetched', async () => {
    const setting = await createWarmSetting(answering(publishes(A)), discovering)
    const { server, refreshes, outcome, urls } = setting
    server.answer = answering(() => new Response('', { status: 404 }))
    pass(HOUR)
    await refreshes.after(() => outcome(A))
    server.answer = answering(publishes(A), `${JWKS_URI}/new`)
    pass(1_000)
    await refreshes.after(() => outcome(A))
    expect(urls()).toEqual([METADATA_URL, JWKS_URI, JWKS_URI, METADATA_URL, `${JWKS_URI}/new`])
  })

  it('that cannot be fetched is reported, although keys are fetched from the last known URL', async () => {
    const { server, refreshes, outcome, status } = await createWarmSetting(
      answering(publishes(A)),
      discovering,
    )
    server.answer = (url) => (url === METADATA_URL ? down(url) : publishes(A)(url))
    pass(24 * HOUR)
    await refreshes.after(() => outcome(A))
    expect(status()).toMatchObject({
      ready: true,
      age: 0,
      nextRefresh: START + 25 * HOUR,
      lastError: { code: 'network', url: METADATA_URL },
    })
  })
})

describe('the refresh channels', () => {
  it('get no message without subscribers', async () => {
    const used = [
      channels.refreshStarted,
      channels.refreshSucceeded,
      channels.refreshFailed,
      channels.keysRotated,
    ]
    for (const channel of used) vi.spyOn(channel, 'hasSubscribers', 'get').mockReturnValue(false)
    const spies = used.map((channel) => vi.spyOn(channel, 'publish'))
    const { outcome, server, verifier } = createSetting(publishes(A))
    await verifier.ready()
    server.answer = down
    expect(await outcome(B)).toBe('keys_unavailable')
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})
