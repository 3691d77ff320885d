import { keySet, NOW, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, decideMessage } from '../../src/adapter.ts'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import type { RequestLike } from '../../src/request/request.ts'
import { memoryRevocationStore } from '../../src/stores/memory-revocation-store.ts'
import type { AccessTokenVerifier } from '../../src/verifier.ts'
import { API, AS, activeAnswer, askingVerifier } from '../support/introspection.ts'
import { createTenants, tenant, tokenOf } from '../support/tenants.ts'
import { cache, decideNow, makeVerifier, remoteVerifier, requestWith } from '../support/verifiers.ts'

const token = signToken({ claims: { jti: 'AT.1', iat: NOW - 60, exp: NOW + 600 } })

/** Takes a token into the cache, and the decision about its header. */
async function warm(verifier: AccessTokenVerifier, text = token): Promise<void> {
  await cache(verifier, text)
  for (let time = 0; time < 3; time++) decideNow(verifier, text)
}

/** A verifier with a cached token, and what happens to it. */
interface Scene {
  readonly verifier: AccessTokenVerifier
  readonly text?: string
  readonly event: () => unknown
}

const time = { now: NOW * 1_000 }
const withClock = (event: () => unknown, options: Partial<AccessTokenVerifierOptions> = {}): Scene => {
  time.now = NOW * 1_000
  return { verifier: makeVerifier({ clock: () => time.now, clockTolerance: 0, ...options }), event }
}

const SCENES: readonly [title: string, code: string, create: () => Scene][] = [
  [
    'the verifier is closed',
    'verifier_closed',
    () => {
      const verifier = makeVerifier()
      return { verifier, event: () => verifier.close() }
    },
  ],
  [
    'its tenant is removed',
    'issuer_not_allowed',
    () => {
      const { verifier, function_ } = createTenants(() => ({}), { clock: () => NOW * 1_000 })
      const event = (): void => {
        function_.resolve = () => undefined
        verifier.forgetIssuer(tenant(1))
      }
      return { verifier, text: tokenOf(tenant(1)), event }
    },
  ],
  [
    'its tenant is replaced by one with another audience',
    'audience_mismatch',
    () => {
      const { verifier, function_ } = createTenants(() => ({}), { clock: () => NOW * 1_000 })
      const event = (): void => {
        function_.resolve = () => ({ audience: 'another' })
        verifier.forgetIssuer(tenant(1))
      }
      return { verifier, text: tokenOf(tenant(1)), event }
    },
  ],
  [
    'its key is withdrawn',
    'key_unknown',
    () => {
      const [old, fresh] = [signingKey('ES256', 'old'), signingKey('ES256', 'fresh')]
      const { verifier, published } = remoteVerifier([old, fresh])
      const event = async (): Promise<void> => {
        published.keys = [fresh]
        // An unknown key has the keys fetched.
        await outcomeOf(verifier.verify(signToken({ key: signingKey('ES256', 'other') })))
        expect(verifier.status().issuers[0]).toMatchObject({ keys: 1 })
      }
      return { verifier, text: signToken({ key: old }), event }
    },
  ],
  [
    'its keys are too old',
    'keys_unavailable',
    () => {
      const remote = remoteVerifier([signingKey()], { staleIfError: 0, cacheMaxAge: 60_000 })
      remote.verifier.ready()
      return {
        verifier: remote.verifier,
        event: () => {
          remote.published.keys = undefined as never
          remote.time.now += 300_000
        },
      }
    },
  ],
  ['it expires', 'token_expired', () => withClock(() => (time.now += 600_000))],
  ['the clock is set back', 'token_issued_in_future', () => withClock(() => (time.now -= 61_000))],
  [
    'it expires, although the authorization server has said that it expires later',
    'token_expired',
    () => {
      time.now = NOW * 1_000
      const { verifier, server } = askingVerifier(
        { when: 'always', cacheMaxAge: 120_000 },
        { jwks: keySet(signingKey()), clock: () => time.now, clockTolerance: 0 },
      )
      server.reply = () => Response.json(activeAnswer({ exp: NOW + 600 }))
      const claims = {
        iss: AS,
        aud: API,
        client_id: 'client-1',
        cid: undefined,
        scp: undefined,
        exp: NOW + 60,
      }
      const text = signToken({ header: { typ: 'at+jwt' }, claims })
      return { verifier, text, event: () => (time.now += 60_000) }
    },
  ],
  [
    'the clock is set back to a time before nbf',
    'token_not_yet_valid',
    () => ({
      ...withClock(() => (time.now -= 31_000)),
      text: signToken({ claims: { iat: NOW - 600, nbf: NOW - 30, exp: NOW + 600 } }),
    }),
  ],
  ['the clock tells no time', 'token_expired', () => withClock(() => (time.now = Number.NaN))],
  [
    'it reaches the maximum age',
    'token_too_old',
    () => withClock(() => (time.now += 60_001), { maxTokenAge: 120 }),
  ],
]

/** The same cached token in requests of every form. */
const requestsWith = (text: string): Readonly<Record<string, () => RequestLike>> => ({
  'a new request': () => requestWith(text),
  'a request with other spacing': () => ({ headers: { authorization: `bearer  ${text}` } }),
  'a frozen request': () => Object.freeze(requestWith(text)),
  'a wrapper': () => ({ raw: requestWith(text) }),
  'a Fetch request': () => new Request('https://api.example/', requestWith(text)),
})

describe('a cached token is refused after', () => {
  it.each(SCENES)('%s', async (_title, code, create) => {
    for (const form of Object.keys(requestsWith(token))) {
      const { verifier, text = token, event } = create()
      await warm(verifier, text)
      const request = requestsWith(text)[form]?.() as RequestLike
      expect(await outcomeOf(() => decide(verifier, request))).toBe('accepted')
      await event()
      const message = requestWith(text)
      for (let round = 0; round < 2; round++) {
        // The request that was accepted before is decided about again, too.
        expect(await outcomeOf(() => decide(verifier, request)), form).toBe(code)
        expect(await outcomeOf(() => decide(verifier, requestsWith(text)[form]?.() as RequestLike))).toBe(
          code,
        )
        expect(await outcomeOf(() => decideMessage(verifier, message))).toBe(code)
        expect(await outcomeOf(verifier.verify(text))).toBe(code)
      }
    }
  })
})

describe('a cached token is looked up again', () => {
  const throwing = (): never => {
    throw new Error('no connection')
  }
  /** A store with this answer, which may say how often it was written to. */
  const storeWith = (state: { answer: () => unknown; writes: number | undefined }) => ({
    ...memoryRevocationStore({ clock: () => NOW * 1_000 }),
    isRevoked: () => state.answer() as boolean,
    writes: state.writes === undefined ? undefined : () => state.writes as number,
  })

  it.each<[string, string, () => unknown]>([
    ['revokes it', 'token_revoked', () => true],
    ['revokes it later', 'token_revoked', async () => true],
    ['throws', 'store_unavailable', throwing],
    ['rejects', 'store_unavailable', () => Promise.reject(new Error('lost'))],
    ['gives no answer', 'store_unavailable', () => undefined],
  ])('in a store that now %s', async (_title, code, answer) => {
    for (const writes of [undefined, 1]) {
      const state = { answer: () => false as unknown, writes }
      const verifier = makeVerifier({ revocation: { isRevoked: storeWith(state) as never } })
      await warm(verifier)
      Object.assign(state, { answer, writes: writes && 2 })
      for (let round = 0; round < 2; round++) {
        expect(await outcomeOf(() => decide(verifier, requestWith(token)))).toBe(code)
        expect(await outcomeOf(verifier.verify(token))).toBe(code)
        expect(await outcomeOf(() => decideMessage(verifier, requestWith(token)))).toBe(code)
      }
      state.answer = () => false
      expect(decideNow(verifier, token)).toBeDefined()
    }
  })

  it('for each request after one that was accepted although the store threw', async () => {
    const state = { answer: throwing as () => unknown, writes: 1 }
    const revocation = { isRevoked: storeWith(state) as never, onStoreError: 'accept' as const }
    const verifier = makeVerifier({ revocation })
    await warm(verifier)
    state.answer = () => true
    expect(await outcomeOf(() => decide(verifier, requestWith(token)))).toBe('token_revoked')
  })

  it('for each request in a store that cannot say how often it was written to', async () => {
    const state = { answer: () => false as unknown, writes: 1 }
    const verifier = makeVerifier({ revocation: { isRevoked: storeWith(state) as never } })
    await warm(verifier)
    Object.defineProperty(state, 'writes', { get: throwing })
    decideNow(verifier, token)
    state.answer = () => true
    expect(await outcomeOf(() => decide(verifier, requestWith(token)))).toBe('token_revoked')
    expect(await outcomeOf(verifier.verify(token))).toBe('token_revoked')
  })

  it('if it was revoked while the store was asked', async () => {
    const state = { answer: () => false as unknown, writes: 1 }
    const verifier = makeVerifier({ revocation: { isRevoked: storeWith(state) as never } })
    await warm(verifier)
    state.writes++
    state.answer = () => {
      state.writes++
      return false
    }
    decideNow(verifier, token)
    state.answer = () => true
    expect(await outcomeOf(() => decide(verifier, requestWith(token)))).toBe('token_revoked')
  })
})

describe('a cached token is accepted again', () => {
  it('after the clock was set back and forward', async () => {
    const { verifier } = withClock(() => {})
    for (const step of [61_000, 600_000, 86_400_000]) {
      await warm(verifier)
      time.now -= step
      expect(await outcomeOf(() => decide(verifier, requestWith(token)))).not.toBe('accepted')
      time.now += step
      expect(await outcomeOf(() => decide(verifier, requestWith(token)))).toBe('accepted')
    }
  })
})
