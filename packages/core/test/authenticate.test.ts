import {
  NOW,
  outcomeOf,
  type SigningKey,
  signingKey,
  signToken,
  type TokenOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { decide } from '../src/adapter.ts'
import { ConfigurationError } from '../src/refusal/errors.ts'
import type { RequestLike } from '../src/request/request.ts'
import {
  cache,
  countVerifications,
  decideNow,
  isCached,
  makeVerifier,
  remoteVerifier,
  requestWith,
} from './support/verifiers.ts'

const refusal = (code: string): unknown => expect.objectContaining({ code })

describe('a decision', () => {
  it('is a promise if the token has to be verified, and the result itself if it is cached', async () => {
    const [verifier, token] = [makeVerifier(), signToken()]
    expect(decide(verifier, requestWith(token))).toBeInstanceOf(Promise)
    await cache(verifier, token)
    const auth = decideNow(verifier, token)
    expect(decideNow(verifier, token)).toBe(auth)
    expect(await verifier.verify(token)).toBe(auth)
  })

  it.each<[string, RequestLike]>([
    ['missing_token', { headers: {} }],
    ['malformed_authorization_header', requestWith('abc def')],
    ['malformed_authorization_header', requestWith('')],
    ['multiple_tokens', { ...requestWith('abc'), url: '/?access_token=abc' }],
    ['token_malformed', requestWith('abc')],
    ['algorithm_not_allowed', requestWith(signToken({ header: { alg: 'none' } }))],
    ['issuer_not_allowed', requestWith(signToken({ claims: { iss: 'https://a.example' } }))],
    ['token_expired', requestWith(signToken({ claims: { exp: NOW - 5 } }))],
    ['dpop_proof', requestWith(signToken({ header: { typ: 'dpop+jwt' } }))],
    ['not_an_access_token', requestWith(signToken({ header: { typ: 'other+jwt' } }))],
    ['key_id_missing', requestWith(signToken({ header: { kid: undefined } }))],
    ['key_unknown', requestWith(signToken({ header: { kid: 'other' } }))],
  ])('is thrown at once if it needs no signature: %s', async (code, request) => {
    const verifier = makeVerifier()
    expect(() => decide(verifier, request)).toThrow(refusal(code))
    await expect(verifier.authenticate(request)).rejects.toMatchObject({ code })
  })

  it('rejects if the signature had to be verified', async () => {
    const decision = decide(makeVerifier(), requestWith(signToken({ claims: { aud: 'other' } })))
    expect(decision).toBeInstanceOf(Promise)
    await expect(decision).rejects.toMatchObject({ code: 'audience_mismatch' })
  })
})

describe('the checks', () => {
  it('are made in this order, so that cheap ones come first and claims are read last', async () => {
    const verifier = makeVerifier({ clientIds: ['another'] })
    const faults: readonly TokenOptions[] = [
      {},
      { claims: { aud: 'other' } },
      { key: { ...signingKey('ES256', 'attacker'), kid: 'ES256-main' } },
      { header: { kid: 'other' } },
      { claims: { nonce: 'n' } },
      { claims: { exp: NOW - 100 } },
      { header: { alg: 'HS256' } },
      { claims: { iss: 'https://a.example' } },
      { claims: { events: {} } },
      { header: { crit: ['exp'] } },
    ]
    const [header, claims, codes] = [{}, {}, [] as string[]]
    let key: SigningKey | undefined
    for (const fault of faults) {
      Object.assign(header, fault.header)
      Object.assign(claims, fault.claims)
      key ??= fault.key
      codes.unshift(await outcomeOf(verifier.verify(signToken({ header, claims, ...(key && { key }) }))))
    }
    expect(codes).toEqual([
      'unsupported_header_parameter',
      'security_event_token',
      'issuer_not_allowed',
      'algorithm_not_allowed',
      'token_expired',
      'id_token',
      'key_unknown',
      'signature_invalid',
      'audience_mismatch',
      'client_not_allowed',
    ])
  })

  it('of the times are repeated after the wait for keys', async () => {
    const key = signingKey()
    const time = { now: NOW * 1_000 }
    const { verifier } = remoteVerifier([key], {
      clock: () => time.now,
      clockTolerance: 0,
      fetch: async () => {
        time.now += 5_000
        return Response.json({ keys: [key.jwk] })
      },
    })
    expect(await outcomeOf(verifier.verify(signToken({ claims: { exp: NOW + 3 } })))).toBe('token_expired')
  })

  it('of the key is repeated after the signature was verified', async () => {
    const [old, fresh] = [signingKey('ES256', 'old'), signingKey('ES256', 'fresh')]
    const { verifier, published, time } = remoteVerifier([old, fresh], { cacheMaxAge: 60_000 })
    await verifier.ready()
    published.keys = [fresh]
    time.now += 60_000
    const { subtle } = globalThis.crypto
    const verify = subtle.verify.bind(subtle)
    const spy = vi.spyOn(subtle, 'verify').mockImplementation(async (...parameters) => {
      await vi.waitFor(() => expect(verifier.status().issuers[0]).toMatchObject({ keys: 1 }))
      return verify(...parameters)
    })
    onTestFinished(() => spy.mockRestore())
    expect(await outcomeOf(verifier.verify(signToken({ key: old })))).toBe('key_unknown')
    expect(spy).toHaveBeenCalledOnce()
  })
})

describe('a cached token', () => {
  it('does not make the Authorization header less strict', async () => {
    const [verifier, token] = [makeVerifier(), signToken()]
    await cache(verifier, token)
    for (const credentials of [`${token} `, `${token}, x`, `${token}\n`, `"${token}"`, `${token}\ud800`]) {
      expect(() => decide(verifier, requestWith(credentials))).toThrow(
        refusal('malformed_authorization_header'),
      )
    }
  })

  it('does not skip the checks of the other parts of a request', async () => {
    const [verifier, token] = [makeVerifier(), signToken()]
    await cache(verifier, token)
    const { headers } = requestWith(token)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const line = ['Authorization', `Bearer ${token}`]
    for (let time = 0; time < 2; time++) {
      expect(decideNow(verifier, token)).toBeDefined()
      for (const [request, code] of [
        [{ headers, url: '/?access_token=a' }, 'multiple_tokens'],
        [{ headers: { ...headers, ...form }, body: { access_token: 'a' } }, 'multiple_tokens'],
        [{ headers, rawHeaders: [...line, ...line] }, 'multiple_authorization_headers'],
        [{ headers: {} }, 'missing_token'],
        [{ headers: { authorization: token } }, 'unsupported_scheme'],
        [{ headers: { authorization: `Basic ${token}` } }, 'unsupported_scheme'],
        [{ headers: { authorization: `Bearer${token}` } }, 'unsupported_scheme'],
      ] as const) {
        expect(() => decide(verifier, request)).toThrow(refusal(code))
      }
    }
  })

  it('is checked against the clock on every request', async () => {
    const time = { now: NOW * 1_000 }
    const verifier = makeVerifier({ clock: () => time.now, clockTolerance: 5, maxTokenAge: 600 })
    const token = signToken({ claims: { iat: NOW, exp: NOW + 100 } })
    await cache(verifier, token)
    time.now = (NOW + 104) * 1_000 + 999
    expect(decideNow(verifier, token)).toBeDefined()
    time.now = (NOW + 105) * 1_000
    expect(() => decide(verifier, requestWith(token))).toThrow(refusal('token_expired'))
    time.now = (NOW - 6) * 1_000
    expect(await outcomeOf(verifier.authenticate(requestWith(token)))).toBe('token_issued_in_future')
  })

  it('is checked against the maximum age on every request', async () => {
    const time = { now: NOW * 1_000 }
    const verifier = makeVerifier({ clock: () => time.now, clockTolerance: 0, maxTokenAge: 60 })
    const token = signToken({ claims: { iat: NOW } })
    await cache(verifier, token)
    time.now += 60_000
    expect(decideNow(verifier, token)).toBeDefined()
    time.now += 1
    expect(() => decide(verifier, requestWith(token))).toThrow(refusal('token_too_old'))
  })

  it('is checked against the requirements of each request', async () => {
    const [verifier, token] = [makeVerifier(), signToken()]
    await cache(verifier, token)
    for (let round = 0; round < 2; round++) {
      const codeOf = (requirements?: object): Promise<string> =>
        outcomeOf(verifier.authenticate(requestWith(token), requirements))
      expect(await codeOf({ scopes: ['messages:write'] })).toBe('insufficient_scope')
      expect(await codeOf({ scopes: ['messages:read'], claims: { ver: 1 } })).toBe('accepted')
      expect(await codeOf({ claims: { ver: 2 } })).toBe('insufficient_claims')
      expect(await codeOf()).toBe('accepted')
    }
    await expect(verifier.verify(token, { scope: ['a'] } as object)).rejects.toThrow(ConfigurationError)
  })

  it('is refused once its key is withdrawn, and the request that finds the keys due does not wait', async () => {
    const [old, fresh] = [signingKey('ES256', 'old'), signingKey('ES256', 'fresh')]
    const { verifier, published, time, requestCount } = remoteVerifier([old, fresh], { cacheMaxAge: 60_000 })
    const [bad, good] = [signToken({ key: old }), signToken({ key: fresh })]
    await cache(verifier, bad, good)
    published.keys = [fresh]
    expect(decideNow(verifier, bad)).toBeDefined()
    time.now += 60_000
    const auth = decideNow(verifier, good)
    await vi.waitFor(() => expect(verifier.status().issuers[0]).toMatchObject({ keys: 1 }))
    expect(requestCount()).toBe(2)
    expect(await outcomeOf(verifier.authenticate(requestWith(bad)))).toBe('key_unknown')
    expect(decideNow(verifier, good)).toBe(auth)
  })

  it('is accepted by the first request after its key was withdrawn and published again', async () => {
    const [old, fresh] = [signingKey('ES256', 'old'), signingKey('ES256', 'fresh')]
    const { verifier, published } = remoteVerifier([old])
    const token = signToken({ key: old })
    await cache(verifier, token)
    published.keys = [fresh]
    expect(await outcomeOf(verifier.verify(signToken({ key: fresh })))).toBe('accepted')
    published.keys = [old, fresh]
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
  })
})

describe('a refused token', () => {
  it('is never cached', async () => {
    const verifications = countVerifications()
    const verifier = makeVerifier()
    const forged = signToken({ key: { ...signingKey('ES256', 'attacker'), kid: 'ES256-main' } })
    for (let time = 1; time <= 3; time++) {
      expect(await outcomeOf(verifier.verify(forged))).toBe('signature_invalid')
      expect(verifications.count).toBe(time)
    }
  })

  it('is cached if only the requirements are not met', async () => {
    const [verifier, token] = [makeVerifier(), signToken()]
    for (let time = 0; time < 2; time++) await outcomeOf(verifier.verify(token, { scopes: ['admin'] }))
    expect(await isCached(verifier, token)).toBe(true)
  })
})
