import { outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../src/adapter.ts'
import type { ResourceServerError } from '../src/refusal/resource-server-error.ts'
import { configurationErrorOf, makeVerifier, requestWith } from './support/verifiers.ts'

const readMessages = { scopes: ['messages:read'] }
const verifier = makeVerifier()

describe('a route guard', () => {
  it('checks the token of the decision', async () => {
    const request = requestWith(signToken())
    await decide(verifier, request)
    expect(await outcomeOf(() => requireOn(request, undefined, readMessages))).toBe('accepted')
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['a'] }))).toBe('insufficient_scope')
    expect(await outcomeOf(() => requireOn(request, undefined, { claims: { ver: 2 } }))).toBe(
      'insufficient_claims',
    )
  })

  it('ignores an auth that was set by hand after a decision', async () => {
    const request = requestWith(signToken())
    await decide(verifier, request)
    const auth = { scopes: ['admin'], claims: {} }
    expect(await outcomeOf(() => requireOn(request, auth, { scopes: ['admin'] }))).toBe('insufficient_scope')
    const anonymous = { headers: {} }
    decide(verifier, anonymous, undefined, true)
    expect(await outcomeOf(() => requireOn(anonymous, auth, { scopes: ['admin'] }))).toBe('missing_token')
  })

  it.each([
    ['an anonymous request', { headers: {} }],
    ['a request with bad credentials', requestWith('abc')],
    ['a request whose token fails after a wait', requestWith(signToken({ claims: { aud: 'other' } }))],
  ])('refuses %s with 401 missing_token', async (_title, request) => {
    await outcomeOf(async () => decide(verifier, request, undefined, true))
    const refusal = await refusalOf(() => requireOn(request, undefined, readMessages))
    expect(refusal).toMatchObject({ status: 401, code: 'missing_token' })
  })

  it.each([
    ...[undefined, null, {}, { scopes: [] }, { claims: {} }, { scopes: 'a', claims: {} }, 'auth'],
    { scopes: [], claims: null },
  ])('throws a ConfigurationError if no middleware ran and auth is %j', (auth) => {
    const error = configurationErrorOf(() => requireOn({ headers: {} }, auth, readMessages))
    expect(error).toMatchObject({ code: 'middleware_missing', option: 'oktaAuth' })
    expect(error.message).toContain('oktaAuth()')
  })
})

describe('an auth that a test has set by hand', () => {
  const auth = { scopes: ['messages:read'], claims: { tenant: 'a' } }

  it('is checked like one that was verified', async () => {
    const codeOf = (requirements: object): Promise<string> =>
      outcomeOf(() => requireOn({}, auth, requirements))
    expect(await codeOf(readMessages)).toBe('accepted')
    expect(await codeOf({ claims: { tenant: ['a', 'b'] } })).toBe('accepted')
    expect(await codeOf({ scopes: ['messages:write'] })).toBe('insufficient_scope')
    expect(await codeOf({ claims: { tenant: 'b' } })).toBe('insufficient_claims')
    expect(await codeOf({ caller: 'user' })).toBe('caller_not_allowed')
  })

  it('is refused with the default challenge', async () => {
    const refusal = await refusalOf(() => requireOn({}, auth, { anyScope: ['a', 'b'] }))
    const { headers } = refusal as unknown as ResourceServerError
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="api", .*scope="a"$/)
  })
})
