import { generateKeyPairSync } from 'node:crypto'
import { expect, it, onTestFinished, vi } from 'vitest'
import { diagnose } from '../src/diagnose.ts'

const ISSUER = 'https://example.okta.com/oauth2/default'

it('nothing is fetched any more once a diagnosis has failed', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const documents = [
    { issuer: ISSUER, jwks_uri: `${ISSUER}/v1/keys` },
    { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256' }] },
  ]
  const fetch = vi.fn(async (url: string) => Response.json(documents[url.includes('.well-known') ? 0 : 1]))
  vi.stubGlobal('fetch', fetch)
  onTestFinished(() => void vi.unstubAllGlobals())
  const replayStore = { claim: () => true, ready: () => Promise.reject(new Error('no such host')) }
  const options = { issuer: ISSUER, audience: 'api://default', dpop: { replayStore } }

  const diagnosis = diagnose({ options, requirements: undefined, request: undefined }, undefined)
  await expect(diagnosis).rejects.toMatchObject({ code: 'store_unavailable' })
  const requests = fetch.mock.calls.length
  expect(requests).toBeGreaterThan(1)
  await vi.advanceTimersByTimeAsync(24 * 3_600_000)
  expect(fetch).toHaveBeenCalledTimes(requests)
})
