import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import {
  type AuthMiddleware,
  ConfigurationError,
  type InsufficientScopeError,
  oktaAuth,
  requireAnyScope,
  requireAuth,
  requireClaims,
  requireScopes,
} from '../src/index.ts'
import { outcome, request } from './requests.ts'

const token = signToken({
  claims: { scp: ['messages:read', 'profile'], groups: ['staff', 'admins'], tenant: 'a' },
})
const oktaAuthOptional = oktaAuth({ ...verifierOptions(), credentials: 'optional' })

/** What a guard behind `oktaAuth()` passes to `next`. */
async function guarded(
  guard: AuthMiddleware,
  headers: Record<string, string> = bearer(token),
): Promise<unknown> {
  const req = request(headers)
  expect(await outcome(oktaAuthOptional, req)).toBeUndefined()
  return outcome(guard, req)
}

describe('requireScopes', () => {
  it('accepts a token that has every scope', async () => {
    expect(await guarded(requireScopes('messages:read', 'profile'))).toBeUndefined()
    expect(await guarded(requireScopes(['profile', 'messages:read']))).toBeUndefined()
  })

  it('refuses a token that lacks one of them, whichever it is', async () => {
    const refusal = { status: 403, code: 'insufficient_scope', requirement: 'scopes' }
    expect(await guarded(requireScopes('messages:read', 'write'))).toMatchObject(refusal)
    expect(await guarded(requireScopes(['write', 'messages:read']))).toMatchObject(refusal)
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
  it('accepts a token that has at least one of the scopes', async () => {
    expect(await guarded(requireAnyScope('write', 'profile'))).toBeUndefined()
    expect(await guarded(requireAnyScope(['write', 'profile']))).toBeUndefined()
  })

  it('refuses a token that has none of them, and asks for the first', async () => {
    const refusal = (await guarded(requireAnyScope('write', 'admin'))) as InsufficientScopeError
    expect(refusal).toMatchObject({ status: 403, requirement: 'anyScope', requiredScopes: ['write'] })
    expect(refusal.headers['www-authenticate']).toMatch(/ scope="write"$/)
  })

  it('throws a ConfigurationError at construction if no scope is given', () => {
    expect(() => requireAnyScope()).toThrow(ConfigurationError)
  })
})

describe('requireClaims', () => {
  it('accepts a token whose claims equal a value, are in a list, or satisfy a function', async () => {
    expect(await guarded(requireClaims({ groups: 'admins', tenant: ['a', 'b'] }))).toBeUndefined()
    expect(await guarded(requireClaims({ tenant: (value) => value === 'a' }))).toBeUndefined()
  })

  it('refuses any other token with 403, without disclosing the required value', async () => {
    const refusal = (await guarded(requireClaims({ tenant: 'secret-tenant' }))) as InsufficientScopeError
    expect(refusal).toMatchObject({
      status: 403,
      code: 'insufficient_claims',
      requirement: 'claims.tenant',
    })
    expect(JSON.stringify(refusal.headers)).not.toContain('secret-tenant')
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

describe('requireAuth', () => {
  const requirements = {
    scopes: ['messages:read'],
    anyScope: ['admin', 'profile'],
    claims: { tenant: 'a', groups: 'staff' },
  }

  it('accepts a token that meets all requirements', async () => {
    expect(await guarded(requireAuth(requirements))).toBeUndefined()
  })

  it.each([
    ['scopes', { ...requirements, scopes: ['messages:read', 'write'] }, 'insufficient_scope'],
    ['anyScope', { ...requirements, anyScope: ['admin'] }, 'insufficient_scope'],
    ['claims.tenant', { ...requirements, claims: { tenant: 'b', groups: 'staff' } }, 'insufficient_claims'],
  ])('refuses a token that does not meet %s with 403', async (requirement, wanted, code) => {
    expect(await guarded(requireAuth(wanted))).toMatchObject({ status: 403, code, requirement })
  })

  it('is not affected by later changes of its argument', async () => {
    const scopes = ['write']
    const guard = requireAuth({ scopes })
    scopes.length = 0
    expect(await guarded(guard)).toMatchObject({ status: 403, requiredScopes: ['write'] })
  })

  it.each([
    ['undefined', undefined, 'requirements', 'option_invalid'],
    ['an empty object', {}, 'requirements', 'option_invalid'],
    ['a requirement that is undefined', { scopes: undefined }, 'scopes', 'option_invalid'],
    ['empty claims', { scopes: ['a'], claims: {} }, 'claims', 'option_invalid'],
    ['a list of scopes', ['messages:read'], 'requirements', 'option_invalid'],
    ['an unknown requirement', { scope: ['messages:read'] }, 'scope', 'option_unknown'],
    [
      'credentials, which are an option of oktaAuth',
      { credentials: 'optional' },
      'credentials',
      'option_unknown',
    ],
  ])('throws a ConfigurationError at construction for %s', (_what, wrong, option, code) => {
    let error: unknown
    try {
      requireAuth(wrong as never)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ option, code })
  })
})

describe.each([
  ['requireScopes', requireScopes('messages:read')],
  ['requireAnyScope', requireAnyScope('messages:read')],
  ['requireClaims', requireClaims({ tenant: 'a' })],
  ['requireAuth', requireAuth({ scopes: ['messages:read'] })],
])('%s', (_name, guard) => {
  it('refuses with 401 if credentials are optional and absent', async () => {
    expect(await guarded(guard, {})).toMatchObject({
      name: 'MissingTokenError',
      status: 401,
      code: 'missing_token',
    })
  })

  it.each([
    ['is absent', {}],
    ['is undefined', { auth: undefined }],
    ['is null', { auth: null }],
    ['is what another library sets', { auth: { sub: 'someone', scope: 'messages:read' } }],
    ['has scopes in a string', { auth: { scopes: 'messages:read', claims: { tenant: 'a' } } }],
    ['has no claims', { auth: { scopes: ['messages:read'] } }],
  ])(
    'passes a ConfigurationError to next if oktaAuth() did not run and req.auth %s',
    async (_what, members) => {
      const error = await outcome(guard, Object.assign(request(), members) as never)
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error).toMatchObject({ code: 'middleware_missing' })
      expect(error).not.toHaveProperty('status')
    },
  )

  it('checks a token that a test has set by hand', async () => {
    const auth = { scopes: ['messages:read'], claims: { tenant: 'a' } }
    expect(await outcome(guard, Object.assign(request(), { auth }) as never)).toBeUndefined()
    const other = { scopes: [], claims: {} }
    expect(await outcome(guard, Object.assign(request(), { auth: other }) as never)).toMatchObject({
      status: 403,
    })
  })

  it('does not check what the application has put into req.auth after oktaAuth()', async () => {
    const req = request()
    expect(await outcome(oktaAuthOptional, req)).toBeUndefined()
    Object.assign(req, { auth: { scopes: ['messages:read'], claims: { tenant: 'a' } } })
    expect(await outcome(guard, req)).toMatchObject({ status: 401 })
  })
})
