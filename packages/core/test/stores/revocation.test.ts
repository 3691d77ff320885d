import { CLIENT_ID, ISSUER, NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { memoryRevocationStore } from '../../src/stores/memory-revocation-store.ts'
import type { Revocation } from '../../src/stores/revocation.ts'
import type { RevocationStore } from '../../src/stores/revocation-store.ts'
import { makeVerifier, untyped } from '../support/verifiers.ts'

const clock = (): number => NOW * 1_000
const USER = { sub: 'ada@example.com', uid: '00u1', jti: 'AT.1' }
const SIGNED_OUT = NOW - 60

async function storeWith(...revocations: readonly Revocation[]): Promise<RevocationStore> {
  const store = memoryRevocationStore({ clock })
  for (const revocation of revocations) await store.revoke(revocation)
  return store
}

/** How the token with these claims fares after these revocations. */
async function outcome(claims: object, ...revocations: readonly Revocation[]): Promise<string> {
  const verifier = makeVerifier({ revocation: { isRevoked: await storeWith(...revocations) } })
  return outcomeOf(verifier.verify(signToken({ claims: { ...USER, ...claims } })))
}

const atOrBefore = { auth_time: undefined, iat: SIGNED_OUT }
const after = { auth_time: undefined, iat: SIGNED_OUT + 1 }

describe('a revoked token is refused', () => {
  it.each<[string, Revocation]>([
    ['jti', { issuer: ISSUER, jti: 'AT.1' }],
    ['subject', { issuer: ISSUER, subject: 'ada@example.com', before: SIGNED_OUT }],
    ['uid', { issuer: ISSUER, uid: '00u1', before: SIGNED_OUT }],
    ['client', { issuer: ISSUER, clientId: CLIENT_ID, before: SIGNED_OUT }],
  ])('by its %s', async (_, revocation) => {
    expect(await outcome(atOrBefore)).toBe('accepted')
    expect(await outcome(atOrBefore, revocation)).toBe('token_revoked')
  })

  it('by its jti, however far the clocks of authorization server and writer differ', async () => {
    expect(await outcome({ iat: NOW + 4 }, { issuer: ISSUER, jti: 'AT.1' })).toBe('token_revoked')
  })

  it('by the present moment if none is given', async () => {
    const now = { issuer: ISSUER, uid: '00u1' }
    expect(await outcome({ iat: NOW, auth_time: NOW }, now)).toBe('token_revoked')
    expect(await outcome({ iat: NOW + 1, auth_time: NOW + 1 }, now)).toBe('accepted')
  })
})

describe('a revocation does not concern', () => {
  it.each<[string, Revocation]>([
    ['another jti', { issuer: ISSUER, jti: 'AT.2' }],
    ['another subject', { issuer: ISSUER, subject: 'bob@example.com' }],
    ['another user', { issuer: ISSUER, uid: '00u2' }],
    ['another client', { issuer: ISSUER, clientId: '0oa2' }],
    // Two issuers may have the same subject, jti and client.
    ['another issuer', { issuer: `${ISSUER}2`, subject: USER.sub }],
    ['the jti of another issuer', { issuer: `${ISSUER}/`, jti: 'AT.1' }],
    ['a uid with the value of the subject', { issuer: ISSUER, uid: USER.sub }],
    ['a client with the value of the user', { issuer: ISSUER, clientId: '00u1' }],
  ])('%s', async (_, revocation) => {
    expect(await outcome(atOrBefore, revocation)).toBe('accepted')
  })

  it('tokens that were issued afterwards', async () => {
    expect(await outcome(after, { issuer: ISSUER, uid: '00u1', before: SIGNED_OUT })).toBe('accepted')
  })

  it.each([
    // As one text, issuer and value would be the same in both.
    ['https://as.example/a', 'b', 'https://as.example/', 'ab'],
    ['https://as.example/1:', 'x', 'https://as.example/1', ':x'],
    ['https://as.example/', '7:subject1:x', 'https://as.example/7:subject', '1:x'],
  ])(
    'another issuer whose text continues in the value: %s and %s',
    async (issuer, value, other, otherValue) => {
      const store = await storeWith({ issuer, subject: value })
      const token = { issuer: other, subject: otherValue, clientId: undefined, expiresAt: NOW, claims: {} }
      expect(store.isRevoked(token)).toBe(false)
      expect(store.isRevoked({ ...token, issuer, subject: value })).toBe(true)
    },
  )
})

describe('the time of a token', () => {
  const revocation = { issuer: ISSUER, uid: '00u1', before: SIGNED_OUT }

  it.each<[string, object, string]>([
    [
      'auth_time if there is one, since a refresh has a later iat',
      { auth_time: SIGNED_OUT - 5, iat: NOW },
      'token_revoked',
    ],
    ['auth_time after a new sign-in', { auth_time: SIGNED_OUT + 1, iat: NOW }, 'accepted'],
    ['iat if there is no auth_time', atOrBefore, 'token_revoked'],
    [
      'iat where auth_time is later, which cannot be right',
      { auth_time: NOW * 1_000, iat: SIGNED_OUT },
      'token_revoked',
    ],
    ['auth_time where there is no iat', { auth_time: SIGNED_OUT, iat: undefined }, 'token_revoked'],
    ['a later auth_time where there is no iat', { auth_time: NOW, iat: undefined }, 'accepted'],
    ['unknown without both', { auth_time: undefined, iat: undefined }, 'token_revoked'],
    ['unknown if auth_time is not a number', { auth_time: String(NOW), iat: NOW }, 'token_revoked'],
    ['unknown if auth_time is null', { auth_time: null, iat: NOW }, 'token_revoked'],
  ])('is %s', async (_, claims, expected) => {
    expect(await outcome(claims, revocation)).toBe(expected)
    expect(await outcome(claims)).toBe('accepted')
  })

  it.each([
    [SIGNED_OUT + 0.001, SIGNED_OUT + 1, 'token_revoked'],
    [SIGNED_OUT + 0.001, SIGNED_OUT + 2, 'accepted'],
    [SIGNED_OUT, SIGNED_OUT + 0.5, 'accepted'],
    [SIGNED_OUT, SIGNED_OUT - 0.5, 'token_revoked'],
  ])('is compared with the moment rounded up to the second: %f, %f', async (before, iat, expected) => {
    expect(await outcome({ iat, auth_time: undefined }, { issuer: ISSUER, uid: '00u1', before })).toBe(
      expected,
    )
  })
})

describe('revocations that come out of order', () => {
  it.each([
    [[SIGNED_OUT - 100, SIGNED_OUT]],
    [[SIGNED_OUT, SIGNED_OUT - 100]],
    [[SIGNED_OUT - 7, SIGNED_OUT, SIGNED_OUT - 100]],
  ])('revive nothing: %j', async (moments) => {
    const revocations = moments.map((before) => ({ issuer: ISSUER, uid: '00u1', before }))
    expect(await outcome(atOrBefore, ...revocations)).toBe('token_revoked')
    expect(await outcome(after, ...revocations)).toBe('accepted')
  })
})

describe('revoke() rejects', () => {
  it.each([
    ['nothing', {}],
    ['no issuer', { subject: 'a' }],
    ['an empty issuer', { issuer: '', subject: 'a' }],
    ['no kind', { issuer: ISSUER }],
    ['two kinds', { issuer: ISSUER, subject: 'a', uid: 'b' }],
    ['an unknown kind', { issuer: ISSUER, sub: 'a' }],
    ['a kind from the prototype', { issuer: ISSUER, constructor: 'a' }],
    ['an empty value', { issuer: ISSUER, jti: '' }],
    ['a value that is no string', { issuer: ISSUER, uid: 1 }],
    ['a moment that is no number', { issuer: ISSUER, uid: 'a', before: '1' }],
    ['a Date', { issuer: ISSUER, uid: 'a', before: new Date() }],
    ['NaN', { issuer: ISSUER, uid: 'a', before: Number.NaN }],
    ['a moment before the epoch', { issuer: ISSUER, uid: 'a', before: -1 }],
    [
      'a moment in milliseconds, which would lock the user out',
      { issuer: ISSUER, uid: 'a', before: NOW * 1_000 },
    ],
    ['a moment in the future', { issuer: ISSUER, uid: 'a', before: NOW + 301 }],
  ])('%s', async (_, revocation) => {
    const store = memoryRevocationStore({ clock })
    const error = await store.revoke(untyped(revocation) as never).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TypeError)
    expect((error as TypeError).message).toMatch(/^(revoke\(\) needs issuer and|before must be a number)/)
  })

  it('never with the value in the message', async () => {
    const store = memoryRevocationStore({ clock })
    const revocation = { issuer: ISSUER, uid: 'canary', before: NOW * 1_000 }
    await expect(store.revoke(revocation)).rejects.toThrow(
      /^before must be a number of seconds since(?!.*canary)/,
    )
  })

  it('no moment that is a little ahead, since clocks differ', async () => {
    const store = memoryRevocationStore({ clock })
    await store.revoke({ issuer: ISSUER, uid: '00u1', before: NOW + 300 })
  })

  it('no moment at the epoch, which concerns no token', async () => {
    const store = memoryRevocationStore({ clock })
    await store.revoke({ issuer: ISSUER, uid: '00u1', before: 0 })
  })
})
