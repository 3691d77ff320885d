import { NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { makeVerifier } from '../support/verifiers.ts'

type Claims = Readonly<Record<string, unknown>>

const verify = (act: unknown) => makeVerifier().verify(signToken({ claims: { act } }))

/** An actor that is this many characters long as JSON. */
const ofLength = (characters: number): Claims => ({ sub: 'x'.repeat(characters - '{"sub":""}'.length) })

/** A chain of this many actors. */
function chain(levels: number): Claims {
  const actor = { sub: `actor${levels}` }
  return levels === 1 ? actor : { ...actor, act: chain(levels - 1) }
}

describe('auth.actor', () => {
  it('is the outermost act, without the actors before it [DEL-01]', async () => {
    const auth = await verify({
      ...{ sub: 'agent', iss: 'https://agents.example', sub_profile: 'ai_agent' },
      act: { sub: 'first-agent' },
    })
    expect(auth.actor).toEqual({ sub: 'agent', iss: 'https://agents.example', sub_profile: 'ai_agent' })
    expect((auth.claims.act as Claims).act).toEqual({ sub: 'first-agent' })
  })

  it('is undefined for a token without act, and for one that only permits an actor', async () => {
    expect((await verify(undefined)).actor).toBeUndefined()
    expect((await verify('noActor')).actor).toBeUndefined()
    const token = signToken({ claims: { may_act: { sub: 'agent' } } })
    expect((await makeVerifier().verify(token)).actor).toBeUndefined()
  })

  it('does not change what else the token says', async () => {
    const act = {
      sub: 'agent',
      client_id: 'other',
      scope: 'messages:admin',
      exp: NOW - 60,
      aud: 'api://other',
    }
    const { subject, clientId, scopes, expiresAt } = await verify(act)
    const plain = await verify(undefined)
    expect({ subject, clientId, scopes, expiresAt }).toEqual({
      ...{ subject: plain.subject, clientId: plain.clientId },
      ...{ scopes: plain.scopes, expiresAt: plain.expiresAt },
    })
  })

  it('is frozen, and so is what it contains', async () => {
    const { actor } = await verify({ sub: 'agent', roles: ['a'] })
    expect(Object.isFrozen(actor)).toBe(true)
    expect(Object.isFrozen(actor?.roles)).toBe(true)
  })

  it('is the same for a cached token', async () => {
    const verifier = makeVerifier()
    const token = signToken({ claims: { act: { sub: 'agent' } } })
    for (let time = 0; time < 3; time++)
      expect((await verifier.verify(token)).actor).toEqual({ sub: 'agent' })
  })
})

describe('the claim act', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a number', 1],
    ['a list', [{ sub: 'agent' }]],
    ['an empty object', {}],
    ['an object with an earlier actor only', { act: { sub: 'agent' } }],
    ['an actor whose sub is a number', { sub: 1 }],
    ['an actor whose sub is null', { sub: null }],
    ['an actor whose iss is a list', { sub: 'agent', iss: ['https://a.example'] }],
    ['an actor whose earlier actor is a string', { sub: 'agent', act: 'x' }],
    ['an actor whose earlier actor is empty', { sub: 'agent', act: {} }],
    ['a chain of nine actors', chain(9)],
    ['a chain of sixty actors', chain(60)],
    ['more than 4,096 characters', ofLength(4_097)],
    ['many members', Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`m${index}`, index]))],
  ])('is malformed if it is %s [DEL-05]', async (_title, act) => {
    expect(await outcomeOf(verify(act))).toBe('claim_malformed')
  })

  it.each<[string, unknown]>([
    ['a chain of eight actors', chain(8)],
    ['an actor with an identifier other than sub', { client_id: 'agent' }],
    ['4,096 characters', ofLength(4_096)],
    ['text, which is no actor', 'noActor'],
  ])('may be %s', async (_title, act) => {
    expect(await outcomeOf(verify(act))).toBe('accepted')
  })
})

describe('explain() of a token with act', () => {
  it('shows the claim', async () => {
    const act = { sub: 'agent' }
    const token = signToken({ claims: { act } })
    const { checks } = await makeVerifier().explain(token, { delegation: 'none' })
    const row = (name: string) => checks.find(({ check }) => check === name)
    expect(row('actor')).toMatchObject({ outcome: 'passed', found: { act }, unverified: false })
    expect(row('requirement delegation')).toMatchObject({
      ...{
        outcome: 'failed',
        code: 'delegation_not_allowed',
        found: { act },
        wanted: { delegation: 'none' },
      },
    })
  })

  it('judges no requirement if the claim is malformed', async () => {
    const token = signToken({ claims: { act: ['agent'] } })
    const { accepted, code, checks } = await makeVerifier().explain(token, { delegation: 'none' })
    expect({ accepted, code }).toEqual({ accepted: false, code: 'claim_malformed' })
    expect(checks.at(-1)).toMatchObject({ check: 'requirement delegation', outcome: 'not run' })
  })
})
