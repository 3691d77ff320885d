import type { IncomingMessage, ServerResponse } from 'node:http'
import type { VerifiedAccessToken } from '@okta-resource-server/core'
import { describe, expect, it } from 'vitest'
import {
  type AuthMiddleware,
  ConfigurationError,
  InsufficientScopeError,
  MissingTokenError,
  requireAnyScope,
  requireClaims,
  requireScopes,
} from '../src/index.ts'

const auth = { claims: { groups: ['staff', 'admins'], tenant: 'a' }, scopes: ['read', 'list'] }

function outcome(guard: AuthMiddleware, token: unknown = auth): unknown {
  const calls: unknown[] = []
  const req = { auth: token as VerifiedAccessToken } as unknown as IncomingMessage
  guard(req, {} as ServerResponse, (error) => calls.push(error))
  expect(calls).toHaveLength(1)
  return calls[0]
}

describe('requireScopes', () => {
  it('passes a token that has every scope', () => {
    expect(outcome(requireScopes('read', 'list'))).toBeUndefined()
    expect(outcome(requireScopes(['list', 'read']))).toBeUndefined()
  })

  it('refuses a token that lacks one of them, whichever it is', () => {
    expect(outcome(requireScopes('read', 'write'))).toBeInstanceOf(InsufficientScopeError)
    expect(outcome(requireScopes(['write', 'read']))).toBeInstanceOf(InsufficientScopeError)
  })

  it.each([undefined, null])('refuses with 401 when req.auth is %s', (none) => {
    const error = outcome((req, res, next) =>
      requireScopes('read')(Object.assign(req, { auth: none }), res, next),
    )
    expect(error).toBeInstanceOf(MissingTokenError)
    expect(error).toMatchObject({ status: 401, code: 'missing_token' })
  })

  it.each([
    ['no scope', () => requireScopes()],
    ['an empty array', () => requireScopes([])],
    ['several scopes in one string', () => requireScopes('read write')],
    ['an empty scope', () => requireScopes('')],
    ['an array among strings', () => requireScopes('read', ['write'] as never)],
    ['undefined', () => requireScopes(undefined as never)],
  ])('throws a ConfigurationError at construction for %s', (_what, construct) => {
    expect(construct).toThrow(ConfigurationError)
  })
})

describe('requireAnyScope', () => {
  it('passes a token that has at least one of the scopes', () => {
    expect(outcome(requireAnyScope('write', 'list'))).toBeUndefined()
    expect(outcome(requireAnyScope(['write', 'list']))).toBeUndefined()
  })

  it('refuses a token that has none of them', () => {
    expect(outcome(requireAnyScope('write'))).toMatchObject({ status: 403, requiredScopes: ['write'] })
  })

  it('throws a ConfigurationError when no scope is given', () => {
    expect(() => requireAnyScope()).toThrow(ConfigurationError)
  })
})

describe('requireClaims', () => {
  it('passes a token whose claims equal a value, are in a list, or satisfy a function', () => {
    expect(outcome(requireClaims({ groups: 'admins', tenant: ['a', 'b'] }))).toBeUndefined()
    expect(outcome(requireClaims({ tenant: (value) => value === 'a' }))).toBeUndefined()
  })

  it('refuses any other token with 403, without disclosing the required value', () => {
    const error = outcome(requireClaims({ tenant: 'secret-tenant' }))
    expect(error).toMatchObject({ status: 403, code: 'insufficient_claims' })
    expect(JSON.stringify((error as InsufficientScopeError).headers)).not.toContain('secret-tenant')
  })

  it('refuses with 401 when there is no token', () => {
    expect(
      outcome((_req, res, next) => requireClaims({ tenant: 'a' })({} as IncomingMessage, res, next)),
    ).toBeInstanceOf(MissingTokenError)
  })

  it.each([
    ['undefined', undefined],
    ['an empty object', {}],
    ['an array', ['tenant']],
    ['a value that is an object', { tenant: {} }],
  ])('throws a ConfigurationError at construction for %s', (_what, claims) => {
    expect(() => requireClaims(claims as never)).toThrow(ConfigurationError)
  })
})
