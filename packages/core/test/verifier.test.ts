import { inspect } from 'node:util'
import {
  accessTokenClaims,
  bearer,
  CLIENT_ID,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  refusalOf,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide } from '../src/adapter.ts'
import { AuthorizationServerUnavailableError } from '../src/refusal/errors.ts'
import { cache, isCached, makeVerifier, remoteVerifier, requestWith } from './support/verifiers.ts'

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen)
}

describe('a verified access token', () => {
  it('has claims, header, scopes, issuer, subject, client and expiration time', async () => {
    expect(await makeVerifier().verify(signToken())).toEqual({
      claims: accessTokenClaims(),
      header: { alg: 'ES256', kid: 'ES256-main' },
      scopes: ['messages:read', 'profile'],
      issuer: ISSUER,
      subject: 'someone@example.com',
      clientId: CLIENT_ID,
      expiresAt: NOW + 3_540,
    })
  })

  it('is the same from verify, from authenticate and from decide', async () => {
    const [verifier, token] = [makeVerifier({ tokenCache: false }), signToken()]
    const auth = await verifier.verify(token)
    const request = new Request('https://a.example', { headers: bearer(token) })
    expect(await verifier.authenticate(requestWith(token))).toEqual(auth)
    expect(await verifier.authenticate(request)).toEqual(auth)
    expect(await decide(verifier, requestWith(token))).toEqual(auth)
  })

  it('is deeply frozen, because requests share it', async () => {
    const claims = { groups: ['a', { b: [{ c: 1 }] }], address: { country: { a: [] } } }
    const auth = await makeVerifier().verify(signToken({ claims, header: { extra: { list: [{}] } } }))
    expect(isDeeplyFrozen(auth)).toBe(true)
    expect(() => (auth.scopes as string[]).push('admin')).toThrow(TypeError)
    expect(() => ((auth.claims.address as { country: { a: unknown } }).country.a = true)).toThrow(TypeError)
  })

  it('does not contain the token', async () => {
    const token = signToken()
    const auth = await makeVerifier().verify(token)
    const options = { depth: Number.POSITIVE_INFINITY, showHidden: true }
    for (const text of [inspect(auth, options), JSON.stringify(auth)]) {
      for (const segment of token.split('.')) expect(text).not.toContain(segment)
    }
  })
})

describe('verify', () => {
  const token = signToken()

  it.each([undefined, null, 1, {}, [token], Buffer.from(token), new String(token), Symbol('a')])(
    'refuses what is not a string as malformed: %o',
    async (value) => {
      expect(await outcomeOf(makeVerifier().verify(value as string))).toBe('token_malformed')
    },
  )

  it('refuses tokens of more than 16,384 bytes by default', async () => {
    const verifier = makeVerifier()
    const padded = (length: number): string => signToken({ claims: { padding: 'a'.repeat(length) } })
    expect(await outcomeOf(verifier.verify(padded(12_500)))).toBe('token_too_large')
    expect(await outcomeOf(verifier.verify('a'.repeat(16_385)))).toBe('token_too_large')
    expect(await outcomeOf(verifier.verify('a'.repeat(16_384)))).toBe('token_malformed')
    expect(await outcomeOf(verifier.verify(padded(11_000)))).toBe('accepted')
  })

  it('accepts and refuses tokens by the option maxTokenSize', async () => {
    const large = signToken({ claims: { padding: 'a'.repeat(18_000) } })
    const verifier = makeVerifier({ maxTokenSize: large.length })
    expect(await outcomeOf(verifier.verify(large))).toBe('accepted')
    expect(await outcomeOf(verifier.authenticate(requestWith(large)))).toBe('accepted')
    for (const code of [
      await outcomeOf(verifier.verify(`${large}A`)),
      await outcomeOf(verifier.authenticate(requestWith(`${large}A`))),
      await outcomeOf(makeVerifier({ maxTokenSize: token.length - 1 }).verify(token)),
    ]) {
      expect(code).toBe('token_too_large')
    }
  })
})

describe('keys that are fetched', () => {
  it('are fetched for the first token', async () => {
    const { verifier, requestCount } = remoteVerifier([signingKey()])
    expect(requestCount()).toBe(0)
    expect(await outcomeOf(verifier.verify(signToken()))).toBe('accepted')
    expect(requestCount()).toBe(1)
  })

  it('are fetched by ready() before the first token', async () => {
    const { verifier, requestCount } = remoteVerifier([signingKey()])
    expect(verifier.status()).toMatchObject({ ready: false, issuers: [{ issuer: ISSUER, keys: 0 }] })
    await verifier.ready()
    expect(verifier.status()).toMatchObject({ ready: true, issuers: [{ issuer: ISSUER, keys: 1 }] })
    expect(await outcomeOf(verifier.verify(signToken()))).toBe('accepted')
    expect(requestCount()).toBe(1)
  })

  it('are refused with 503, never with 401, while they are unavailable', async () => {
    const { verifier } = remoteVerifier([], { fetch: () => Promise.reject(new Error('no route')) })
    const error = await refusalOf(verifier.verify(signToken()))
    expect(error).toBeInstanceOf(AuthorizationServerUnavailableError)
    const { headers } = error as AuthorizationServerUnavailableError
    expect(error).toMatchObject({ status: 503, code: 'keys_unavailable', error: undefined })
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    await expect(verifier.ready()).rejects.toBeInstanceOf(AuthorizationServerUnavailableError)
  })

  it('are fetched again for a token without kid that no known key verifies', async () => {
    const [old, fresh] = [signingKey('ES256', 'old'), signingKey('ES256', 'fresh')]
    const { verifier, published, time } = remoteVerifier([old])
    await verifier.ready()
    published.keys = [old, fresh]
    time.now += 60_000
    const header = { typ: 'at+jwt', kid: undefined }
    expect(await outcomeOf(verifier.verify(signToken({ key: fresh, header })))).toBe('accepted')
    const attacker = signingKey('ES256', 'attacker')
    expect(await outcomeOf(verifier.verify(signToken({ key: attacker, header })))).toBe('signature_invalid')
  })

  it('are fetched for a token with an empty kid as for one without kid', async () => {
    const [old, fresh] = [signingKey('ES256', 'old'), signingKey('ES256', 'fresh')]
    const { verifier, published, requestCount } = remoteVerifier([old])
    await verifier.ready()
    published.keys = [old, fresh]
    const header = { typ: 'at+jwt', kid: '' }
    expect(await outcomeOf(verifier.verify(signToken({ key: fresh, header })))).toBe('accepted')
    expect(requestCount()).toBe(2)
  })
})

describe('status', () => {
  it('is ready once every issuer is', () => {
    const [other, jwks] = [`${ISSUER}2`, keySet(signingKey())]
    const { ready, issuers } = makeVerifier({ issuer: [{ issuer: ISSUER, jwks }, other] }).status()
    expect(issuers).toMatchObject([
      { issuer: ISSUER, ready: true },
      { issuer: other, ready: false },
    ])
    expect(ready).toBe(false)
    const both = makeVerifier({ issuer: [ISSUER, other].map((issuer) => ({ issuer, jwks })) })
    expect(both.status().ready).toBe(true)
  })
})

describe('close', () => {
  it('makes the verifier refuse every token with 503 verifier_closed, cached ones too', async () => {
    const verifier = makeVerifier()
    const [cached, verified] = [signToken(), signToken({ claims: { jti: 'AT.2' } })]
    await cache(verifier, cached)
    await verifier.verify(verified)
    const request = requestWith(cached)
    await decide(verifier, request)
    expect(await isCached(verifier, cached)).toBe(true)
    verifier.close()
    for (const call of [
      () => verifier.verify(cached),
      () => verifier.verify(verified),
      () => verifier.verify(signToken({ claims: { jti: 'AT.3' } })),
      () => verifier.verify(signToken({ claims: { exp: NOW - 60 } })),
      () => verifier.verify(signToken({ claims: { iss: 'https://a.example' } })),
      () => verifier.authenticate(requestWith(cached)),
      () => decide(verifier, request),
    ]) {
      const headers = { 'retry-after': '1', 'cache-control': 'no-store' }
      expect(await refusalOf(call)).toMatchObject({ code: 'verifier_closed', status: 503, headers })
    }
    expect(verifier.status().ready).toBe(false)
  })

  it('does not change how malformed requests are refused', async () => {
    const verifier = makeVerifier()
    verifier.close()
    expect(await outcomeOf(verifier.authenticate({ headers: {} }))).toBe('missing_token')
    expect(await outcomeOf(verifier.verify('abc'))).toBe('token_malformed')
  })

  it('can be called twice', async () => {
    const verifier = makeVerifier()
    verifier.close()
    verifier.close()
    expect(await outcomeOf(verifier.verify(signToken()))).toBe('verifier_closed')
  })

  it('refuses a token whose verification has started', async () => {
    const verifier = makeVerifier()
    const verification = outcomeOf(verifier.verify(signToken()))
    verifier.close()
    expect(await verification).toBe('verifier_closed')
  })
})
