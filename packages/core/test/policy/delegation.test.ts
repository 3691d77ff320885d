import { ISSUER, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../../src/adapter.ts'
import { defineRequirements, type Requirements } from '../../src/policy/requirements.ts'
import { ConfigurationError } from '../../src/refusal/errors.ts'
import { decideNow, makeVerifier, requestWith } from '../support/verifiers.ts'

type Delegation = NonNullable<Requirements['delegation']>

const OTHER = 'https://agents.example'

const judge = (act: unknown, delegation: Delegation): Promise<string> =>
  outcomeOf(makeVerifier().verify(signToken({ claims: { act } }), { delegation }))

describe('delegation', () => {
  it.each<[string, unknown, Delegation, string]>([
    ['none, without an actor', undefined, 'none', 'accepted'],
    ['none, with an actor', { sub: 'a' }, 'none', 'delegation_not_allowed'],
    ['required, with an actor', { sub: 'a' }, 'required', 'accepted'],
    ['required, without an actor', undefined, 'required', 'actor_not_allowed'],
    ['an actor, which the token has', { sub: 'a' }, { actors: ['a'] }, 'accepted'],
    ['one of two actors, which the token has', { sub: 'b' }, { actors: ['a', 'b'] }, 'accepted'],
    ['an actor, without any', undefined, { actors: ['a'] }, 'actor_not_allowed'],
    ['another actor', { sub: 'b' }, { actors: ['a'] }, 'actor_not_allowed'],
    ['an actor in another case', { sub: 'A' }, { actors: ['a'] }, 'actor_not_allowed'],
    ['an actor that has no sub', { client_id: 'a' }, { actors: ['a'] }, 'actor_not_allowed'],
    ['an actor of the same issuer', { sub: 'a', iss: ISSUER }, { actors: ['a'] }, 'accepted'],
    ['an actor of another issuer, by sub', { sub: 'a', iss: OTHER }, { actors: ['a'] }, 'actor_not_allowed'],
    [
      ...(['an actor of another issuer', { sub: 'a', iss: OTHER }] as const),
      ...([{ actors: [{ issuer: OTHER, subject: 'a' }] }, 'accepted'] as const),
    ],
    [
      ...(['an actor of another issuer than that of the token', { sub: 'a' }] as const),
      ...([{ actors: [{ issuer: OTHER, subject: 'a' }] }, 'actor_not_allowed'] as const),
    ],
  ])('is %s', async (_title, act, delegation, code) => {
    expect(await judge(act, delegation)).toBe(code)
  })

  it('is decided by the outermost actor only [DEL-01]', async () => {
    const act = { sub: 'current', act: { sub: 'earlier' } }
    expect(await judge(act, { actors: ['current'] })).toBe('accepted')
    expect(await judge(act, { actors: ['earlier'] })).toBe('actor_not_allowed')
  })

  it('is not shown by the permission for a later one, may_act', async () => {
    const token = signToken({ claims: { may_act: { sub: 'a' } } })
    expect(await outcomeOf(makeVerifier().verify(token, { delegation: 'required' }))).toBe(
      'actor_not_allowed',
    )
    expect(await outcomeOf(makeVerifier().verify(token, { delegation: 'none' }))).toBe('accepted')
  })

  it('is checked for cached tokens and by guards, and can be an alternative [DEL-02]', async () => {
    const verifier = makeVerifier()
    const token = signToken({ claims: { act: { sub: 'a' } } })
    const request = requestWith(token)
    const none = defineRequirements({ delegation: 'none' })
    await verifier.verify(token)
    await decide(verifier, request)
    expect(await outcomeOf(() => decideNow(verifier, token, none))).toBe('delegation_not_allowed')
    expect(await outcomeOf(() => requireOn(request, undefined, none))).toBe('delegation_not_allowed')
    const either: Requirements = { anyOf: [{ delegation: 'none' }, { delegation: { actors: ['a'] } }] }
    expect(await outcomeOf(() => requireOn(request, undefined, either))).toBe('accepted')
  })

  it('is a 403 without a scope, and names the requirement', async () => {
    const token = signToken({ claims: { act: { sub: 'a' } } })
    await expect(makeVerifier().verify(token, { delegation: 'none' })).rejects.toMatchObject({
      ...{ status: 403, error: 'insufficient_scope', requirement: 'delegation', requiredScopes: [] },
    })
  })

  it.each<[unknown, string, RegExp]>([
    [undefined, 'delegation', /'none', 'required', or an object/],
    [null, 'delegation', /'none', 'required', or an object/],
    [true, 'delegation', /'none', 'required', or an object/],
    ['allowed', 'delegation', /'none', 'required', or an object/],
    [['a'], 'delegation', /'none', 'required', or an object/],
    [{}, 'delegation', /such as { actors: /],
    [{ actors: [] }, 'delegation.actors', /at least one actor/],
    [{ actors: 'a' }, 'delegation.actors', /at least one actor/],
    [{ actors: new Array(1) }, 'delegation.actors[0]', /the subject of an actor, or { issuer, subject }/],
    [{ actors: ['a', ''] }, 'delegation.actors[1]', /the subject of an actor/],
    [{ actors: [{ subject: 'a' }] }, 'delegation.actors[0]', /{ issuer, subject }/],
    [{ actors: [{ issuer: '', subject: 'a' }] }, 'delegation.actors[0]', /{ issuer, subject }/],
    [{ actors: [{ issuer: OTHER, subject: 1 }] }, 'delegation.actors[0]', /{ issuer, subject }/],
    [{ actors: [{ issuer: OTHER, subject: 'a', act: {} }] }, 'delegation.actors[0].act', /not an option/],
    [{ actors: ['a'], mode: 'required' }, 'delegation.mode', /not an option/],
  ])('must be well-formed: %j is a ConfigurationError', (delegation, option, advice) => {
    const define = () => defineRequirements({ delegation } as Requirements)
    expect(define).toThrow(ConfigurationError)
    expect(define).toThrow(advice)
    expect(define).toThrow(expect.objectContaining({ option }))
  })
})
