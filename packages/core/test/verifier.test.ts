import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AuthorizationServerUnavailableError, ConfigurationError } from '../src/errors.ts'
import type { RequestLike } from '../src/index.ts'
import { keySet, type SigningKey, signingKey } from './support/keys.ts'
import {
  CLIENT,
  ISSUER,
  makeToken,
  makeVerifier,
  NOW,
  oktaClaims,
  outcome,
  refusalOf,
  type Wanted,
} from './support/tokens.ts'
import { bearing, liveVerifier } from './support/verifiers.ts'

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen)
}

describe('a verified access token', () => {
  it('says who, what and until when', async () => {
    const verifier = await makeVerifier()
    const auth = await verifier.verify(await makeToken())
    expect(auth).toEqual({
      claims: oktaClaims(),
      header: { alg: 'ES256', kid: 'ES256-main' },
      scopes: ['messages:read', 'profile'],
      issuer: ISSUER,
      subject: 'someone@example.com',
      clientId: CLIENT,
      expiresAt: NOW + 3_540,
    })
  })

  it('is the same by verify, authenticate and decide', async () => {
    const token = await makeToken()
    const verifier = await makeVerifier({ tokenCache: false })
    const auth = await verifier.verify(token)
    expect(await verifier.authenticate(bearing(token))).toEqual(auth)
    expect(await verifier.decide(bearing(token))).toEqual(auth)
    expect(
      await verifier.authenticate(new Request('https://a.example', bearing(token) as RequestInit)),
    ).toEqual(auth)
  })

  it('is frozen to the bottom, since requests share it', async () => {
    const verifier = await makeVerifier()
    const claims = { groups: ['a', { b: [{ c: 1 }] }], act: { sub: { a: [] } } }
    const auth = await verifier.verify(await makeToken({ claims, header: { extra: { list: [{}] } } }))
    expect(isDeeplyFrozen(auth)).toBe(true)
    expect(() => (auth.scopes as string[]).push('admin')).toThrow(TypeError)
    expect(() => ((auth.claims.act as { sub: { admin: boolean } }).sub.admin = true)).toThrow(TypeError)
  })

  it('does not hold the token', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    const auth = await verifier.verify(token)
    for (const text of [inspect(auth, { depth: Infinity, showHidden: true }), JSON.stringify(auth)]) {
      for (const segment of token.split('.')) expect(text).not.toContain(segment)
    }
  })

  it('never was anything but text', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    for (const value of [
      undefined,
      null,
      1,
      {},
      [token],
      Buffer.from(token),
      new String(token),
      Symbol('a'),
    ]) {
      expect(await outcome(() => verifier.verify(value as string))).toBe('token_malformed')
    }
  })

  it('is refused beyond the size limit', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken({ claims: { padding: 'a'.repeat(12_500) } })
    expect(await outcome(() => verifier.verify(token))).toBe('token_too_large')
    expect(await outcome(() => verifier.verify('a'.repeat(16_385)))).toBe('token_too_large')
    expect(await outcome(() => verifier.verify('a'.repeat(16_384)))).toBe('token_malformed')
    expect(
      await outcome(async () =>
        verifier.verify(await makeToken({ claims: { padding: 'a'.repeat(11_000) } })),
      ),
    ).toBe('accepted')
  })
})

describe('decide', () => {
  it('gives a promise for a token it has to verify, and the token itself once it has', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    const first = verifier.decide(bearing(token))
    expect(first).toBeInstanceOf(Promise)
    const auth = await first
    const second = verifier.decide(bearing(token))
    expect(second).not.toBeInstanceOf(Promise)
    expect(second).toBe(auth)
    expect(await verifier.verify(token)).toBe(auth)
  })

  it.each<[string, () => RequestLike | Promise<RequestLike>]>([
    ['missing_token', () => ({ headers: {} })],
    ['malformed_authorization_header', () => bearing('abc def')],
    ['malformed_authorization_header', () => bearing('')],
    ['multiple_tokens', () => ({ ...bearing('abc'), url: '/?access_token=abc' })],
    ['token_malformed', () => bearing('abc')],
    ['algorithm_not_allowed', async () => bearing(await makeToken({ header: { alg: 'none' } }))],
    ['issuer_not_allowed', async () => bearing(await makeToken({ claims: { iss: 'https://a.example' } }))],
    ['token_expired', async () => bearing(await makeToken({ claims: { exp: NOW - 5 } }))],
    ['not_an_access_token', async () => bearing(await makeToken({ header: { typ: 'dpop+jwt' } }))],
    ['key_id_missing', async () => bearing(await makeToken({ header: { kid: undefined } }))],
    ['key_unknown', async () => bearing(await makeToken({ header: { kid: 'other' } }))],
  ])('throws %s in the same tick', async (code, make) => {
    const verifier = await makeVerifier()
    const request = await make()
    expect(() => verifier.decide(request)).toThrow(expect.objectContaining({ code }))
    await expect(verifier.authenticate(request)).rejects.toMatchObject({ code })
  })

  it('judges the header as strictly once the token is known', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    await verifier.verify(token)
    for (const credentials of [`${token} `, `${token}, x`, `${token}\n`, `"${token}"`, `${token}\ud800`]) {
      expect(() => verifier.decide(bearing(credentials))).toThrow(
        expect.objectContaining({ code: 'malformed_authorization_header' }),
      )
    }
  })

  it('rejects where the signature had to be looked at', async () => {
    const verifier = await makeVerifier()
    const decision = verifier.decide(bearing(await makeToken({ claims: { aud: 'other' } })))
    expect(decision).toBeInstanceOf(Promise)
    await expect(decision).rejects.toMatchObject({ code: 'audience_mismatch' })
  })
})

describe('keys that come over the network', () => {
  it('are fetched with the first token, and by ready', async () => {
    const key = await signingKey('ES256')
    const { verifier, fetched } = await liveVerifier([key])
    expect(verifier.status()).toMatchObject({ ready: false, issuers: [{ issuer: ISSUER, keys: 0 }] })
    expect(fetched()).toBe(0)
    await verifier.ready()
    expect(verifier.status()).toMatchObject({ ready: true, issuers: [{ issuer: ISSUER, keys: 1 }] })
    expect(await outcome(async () => verifier.verify(await makeToken({ key })))).toBe('accepted')
    expect(fetched()).toBe(1)
    verifier.close()
  })

  it('of several issuers are ready when those of each are', async () => {
    const [other, jwks] = [`${ISSUER}2`, keySet(await signingKey('ES256'))]
    const verifier = await makeVerifier({ issuer: [{ issuer: ISSUER, jwks }, other] })
    const { ready, issuers } = verifier.status()
    expect(issuers).toMatchObject([
      { issuer: ISSUER, ready: true },
      { issuer: other, ready: false },
    ])
    expect(ready).toBe(false)
    const both = await makeVerifier({ issuer: [ISSUER, other].map((issuer) => ({ issuer, jwks })) })
    expect(both.status().ready).toBe(true)
  })

  it('that are out of reach end in a 503, never in a 401', async () => {
    const { verifier } = await liveVerifier([], { fetch: () => Promise.reject(new Error('no route')) })
    const error = await refusalOf(async () => verifier.verify(await makeToken()))
    expect(error).toBeInstanceOf(AuthorizationServerUnavailableError)
    expect(error).toMatchObject({ status: 503, code: 'keys_unavailable', error: undefined })
    expect(Number(error.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    await expect(verifier.ready()).rejects.toBeInstanceOf(AuthorizationServerUnavailableError)
    verifier.close()
  })

  it('are looked for once more for a token without kid that no known key verified', async () => {
    const [old, fresh] = [await signingKey('ES256', 'old'), await signingKey('ES256', 'fresh')]
    const { verifier, published, time } = await liveVerifier([old])
    await verifier.ready()
    published.keys = [old, fresh]
    time.now += 60_000
    const header = { typ: 'at+jwt', kid: undefined }
    expect(await outcome(async () => verifier.verify(await makeToken({ key: fresh, header })))).toBe(
      'accepted',
    )
    const attacker = await signingKey('ES256', 'attacker')
    expect(await outcome(async () => verifier.verify(await makeToken({ key: attacker, header })))).toBe(
      'signature_invalid',
    )
    verifier.close()
  })
})

describe('an empty kid', () => {
  it('of a made-up token does not stand in the way of tokens without kid after a rotation', async () => {
    const [old, fresh] = [await signingKey('ES256', 'old'), await signingKey('ES256', 'fresh')]
    const { verifier, published } = await liveVerifier([old])
    await verifier.ready()
    const empty = { typ: 'at+jwt', kid: '' }
    expect(await outcome(async () => verifier.verify(await makeToken({ key: fresh, header: empty })))).toBe(
      'key_unknown',
    )
    published.keys = [fresh]
    const none = { typ: 'at+jwt', kid: undefined }
    expect(await outcome(async () => verifier.verify(await makeToken({ key: fresh, header: none })))).toBe(
      'accepted',
    )
    verifier.close()
  })
})

describe('a closed verifier', () => {
  it('answers 503 to every token, verified before or not', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken()
    await verifier.verify(token)
    verifier.close()
    for (const candidate of [token, await makeToken({ claims: { jti: 'AT.2' } })]) {
      const error = await refusalOf(() => verifier.verify(candidate))
      expect(error).toMatchObject({ code: 'verifier_closed', status: 503, headers: { 'retry-after': '1' } })
    }
    expect(verifier.status().ready).toBe(false)
  })
})

describe('diagnostics', () => {
  it('tell of each acceptance and refusal, and of nothing else', async () => {
    const seen: unknown[] = []
    const note = (message: unknown): void => void seen.push(message)
    const names = ['okta-resource-server:token.accepted', 'okta-resource-server:token.refused']
    const verifier = await makeVerifier()
    const token = await makeToken()
    await verifier.verify(token)
    for (const name of names) subscribe(name, note)
    try {
      await verifier.verify(token)
      await verifier.verify(await makeToken({ claims: { jti: 'AT.2' } }))
      for (let time = 0; time < 2; time++) await verifier.authenticate(bearing(token))
      await verifier.authenticate(bearing(await makeToken({ claims: { jti: 'AT.3' } })))
      await outcome(() => verifier.verify('abc'))
      await outcome(() => verifier.decide({ headers: {} }))
      await outcome(() => verifier.verify(token, { scopes: ['admin'] }))
      await expect(verifier.verify(token, { scopes: [] })).rejects.toThrow(ConfigurationError)
    } finally {
      for (const name of names) unsubscribe(name, note)
    }
    await verifier.verify(token)
    expect(seen).toEqual([
      { issuer: ISSUER, cached: true },
      { issuer: ISSUER, cached: false },
      { issuer: ISSUER, cached: true },
      { issuer: ISSUER, cached: true },
      { issuer: ISSUER, cached: false },
      { code: 'token_malformed' },
      { code: 'missing_token' },
      { code: 'insufficient_scope' },
    ])
  })
})

describe('the order of the checks', () => {
  it('puts what costs nothing first, and what says something of the claims last', async () => {
    const verifier = await makeVerifier({ clientIds: ['nobody'] })
    const faults: readonly Wanted[] = [
      {},
      { claims: { aud: 'other' } },
      { key: { ...(await signingKey('ES256', 'attacker')), kid: 'ES256-main' } },
      { header: { kid: 'other' } },
      { header: { typ: 'other' } },
      { claims: { exp: NOW - 100 } },
      { header: { alg: 'HS256' } },
    ]
    const [header, claims, codes] = [{}, {}, [] as string[]]
    let key: SigningKey | undefined
    for (const fault of faults) {
      Object.assign(header, fault.header)
      Object.assign(claims, fault.claims)
      key ??= fault.key
      const token = await makeToken({ header, claims, ...(key && { key }) })
      codes.unshift(await outcome(() => verifier.verify(token)))
    }
    expect(codes).toEqual([
      'algorithm_not_allowed',
      'token_expired',
      'not_an_access_token',
      'key_unknown',
      'signature_invalid',
      'audience_mismatch',
      'client_not_allowed',
    ])
  })
})
