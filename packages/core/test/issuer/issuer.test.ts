import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  bearer,
  ISSUER,
  keySet,
  outcomeOf,
  scriptedFetch,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Authenticator } from '../../src/authenticate.ts'
import { createClock } from '../../src/clock.ts'
import { JwtIssuer } from '../../src/issuer/jwt-issuer.ts'
import type { IssuerRegistry } from '../../src/issuer/registry.ts'
import { configure } from '../../src/options/options.ts'
import { TokenCache } from '../../src/token/cache.ts'
import { decodeUnverified } from '../../src/token/unverified.ts'
import { type Answer, createSetting, down, JWKS_URI, publishes } from '../support/issuer.ts'
import { HOUR, pass, START, stopTime } from '../support/time.ts'
import { configurationErrorOf } from '../support/verifiers.ts'

const A = signingKey('ES256', 'a')
const B = signingKey('ES256', 'b')
const rsa = signingKey('RS256')

beforeEach(() => stopTime({ timers: true }))

describe('an issuer with the option jwks', () => {
  const fixed = { jwks: keySet(A, rsa), jwksUri: undefined }

  it('is ready for ever, and fetches nothing', async () => {
    const { verifier, status, outcome, requests } = createSetting(down, fixed)
    await verifier.ready()
    expect(await outcome(A)).toBe('accepted')
    expect(await outcome(rsa)).toBe('accepted')
    pass(1_000 * 365 * 24 * HOUR)
    expect(status()).toEqual({
      issuer: ISSUER,
      ready: true,
      keys: 2,
      age: undefined,
      nextRefresh: undefined,
      lastError: undefined,
    })
    expect(requests).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('refuses keys that it does not have, and keys of another algorithm, and fetches nothing', async () => {
    const { outcome, requests } = createSetting(down, fixed)
    const WITHOUT_KID = { typ: 'at+jwt', kid: undefined }
    expect(await outcome(B)).toBe('key_unknown')
    expect(await outcome(signingKey('ES384'), WITHOUT_KID)).toBe('key_unknown')
    expect(await outcome(A, { kid: rsa.kid })).toBe('key_unsuitable')
    expect(await outcome(B, WITHOUT_KID)).toBe('signature_invalid')
    expect(requests).toEqual([])
  })
})

it.each(['jwks', 'initialJwks'])('%s without a usable key is a mistake in the options', (option) => {
  const unusable = { keys: [{ kty: 'oct', k: 'c2VjcmV0' }], fetchedAt: START }
  const create = () => createSetting(down, { jwksUri: undefined, [option]: unusable })
  const error = configurationErrorOf(create)
  expect(error.option).toBe(option)
  expect(error.message).toContain(`${option} has no public signature key of an allowed algorithm`)
})

/** An issuer that can be replaced, and the authenticator that decides about its tokens. */
function createIssuer(answer: Answer, options: object = { jwksUri: JWKS_URI }) {
  const { fetch, requests } = scriptedFetch(answer)
  const configuration = configure({ issuer: ISSUER, audience: 'api://default', fetch, ...options })
  const create = (): JwtIssuer =>
    new JwtIssuer([...configuration.issuers.values()][0] as JwtIssuer['configuration'])
  const registry = { issuer: create() }
  const found = { find: () => registry.issuer } as unknown as IssuerRegistry
  const authenticator = new Authenticator(
    found,
    new TokenCache({ max: 10, maxSize: 100_000 }, createClock(Date.now)),
    configuration,
  )
  const authenticate = async (token: string): Promise<unknown> =>
    authenticator.authenticate({ headers: bearer(token) })
  return { registry, create, requests, outcome: (token: string) => outcomeOf(authenticate(token)) }
}

describe('a retired issuer', () => {
  it.each([
    ['published', { jwksUri: JWKS_URI }],
    ['fixed', { jwks: keySet(A) }],
  ])('verifies nothing, whether its keys are %s', async (_title, options) => {
    const { registry } = createIssuer(publishes(A), options)
    const { issuer } = registry
    await issuer.ready()
    expect(issuer.usable).toBe(true)
    issuer.retire()
    expect(issuer.usable).toBe(false)
    expect(issuer.status()).toMatchObject({ ready: false, keys: 1, nextRefresh: undefined })
    const { code, status, retryAfter, cause } = issuer.unavailable()
    expect([status, code, retryAfter, cause]).toEqual([503, 'verifier_closed', 1, undefined])
    const verify = async (): Promise<unknown> =>
      issuer.verify(decodeUnverified(signToken({ key: A }), 10_000))
    expect(await outcomeOf(verify())).toBe('verifier_closed')
    expect(await outcomeOf(issuer.ready())).toBe('verifier_closed')
    issuer.retire()
  })

  it('leaves neither a timer nor a request', async () => {
    const { registry, requests } = createIssuer(publishes(A))
    await registry.issuer.ready()
    await nextTurn()
    expect(vi.getTimerCount()).toBe(1)
    registry.issuer.retire()
    expect(vi.getTimerCount()).toBe(0)
    pass(48 * HOUR)
    registry.issuer.refreshWhenDue(Date.now())
    await nextTurn()
    expect(requests).toHaveLength(1)
  })

  it('leaves nothing behind if it was never used', () => {
    const { registry, requests } = createIssuer(publishes(A))
    registry.issuer.retire()
    expect(registry.issuer.status()).toMatchObject({ ready: false, keys: 0 })
    expect(requests).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not accept its tokens from the cache: the issuer that replaces it verifies them again', async () => {
    const published = { keys: [A] }
    const { registry, create, requests, outcome } = createIssuer(() =>
      Response.json(keySet(...published.keys)),
    )
    const token = signToken({ key: A })
    for (let times = 0; times < 3; times++) expect(await outcome(token)).toBe('accepted')
    expect(requests).toHaveLength(1)
    registry.issuer.retire()
    expect(await outcome(token)).toBe('verifier_closed')
    published.keys = [B]
    registry.issuer = create()
    expect(await outcome(token)).toBe('key_unknown')
    published.keys = [A, B]
    registry.issuer = create()
    expect(await outcome(token)).toBe('accepted')
  })
})
