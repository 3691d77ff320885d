import { outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { allOf } from '../../src/policy/claims.ts'
import { defineRequirements, type Requirements } from '../../src/policy/requirements.ts'
import { ConfigurationError } from '../../src/refusal/errors.ts'
import { makeVerifier } from '../support/verifiers.ts'
import { codeOf, tokenWith } from './handmade.ts'

type Wanted = NonNullable<Requirements['authorizationDetails']>

const LACKS = 'insufficient_authorization_details'

const judge = (details: unknown, authorizationDetails: Wanted): Promise<string> =>
  codeOf(tokenWith([], { authorization_details: details }), { authorizationDetails })

const READ = { type: 'account', actions: 'read' } as const
const GRANTED = { type: 'account', actions: ['list', 'read'] }
const PAYMENT = {
  ...{ type: 'payment', actions: ['initiate'], identifier: 'order-1' },
  instructedAmount: { currency: 'EUR', amount: '10.00' },
}
const atMost = (limit: number) => (amount: unknown) => typeof amount === 'string' && Number(amount) <= limit

describe('authorizationDetails', () => {
  it.each<[string, unknown, Wanted]>([
    ['the type', [{ type: 'account' }], { type: 'account' }],
    ['an action', [GRANTED], READ],
    ['another object beside it', ['x', null, { type: 'other' }, GRANTED], READ],
    ['all actions', [GRANTED], { type: 'account', actions: allOf('read', 'list') }],
    ['one of several actions', [GRANTED], { type: 'account', actions: ['write', 'read'] }],
    ['two authorizations in two objects', [GRANTED, PAYMENT], [READ, { ...READ, actions: 'list' }]],
    [
      'the members of an object',
      [PAYMENT],
      {
        ...{ type: 'payment', actions: 'initiate', identifier: 'order-1' },
        instructedAmount: { currency: 'EUR', amount: atMost(10) },
      },
    ],
    [
      'a member that a function accepts',
      [PAYMENT],
      { type: 'payment', actions: 'initiate', identifier: () => true, instructedAmount: () => true },
    ],
  ])('is met by %s', async (_title, details, wanted) => {
    expect(await judge(details, wanted)).toBe('accepted')
  })

  it.each<[string, unknown, Wanted]>([
    ['no claim', undefined, READ],
    ['null', null, READ],
    ['an object instead of a list', GRANTED, READ],
    ['a text', 'account', READ],
    ['an empty list', [], READ],
    ['an unknown type', [{ ...GRANTED, type: 'accounts' }], READ],
    ['a type in another case', [{ ...GRANTED, type: 'Account' }], READ],
    ['a list as type', [{ ...GRANTED, type: ['account'] }], READ],
    ['no type', [{ actions: ['read'] }], READ],
    ['another action', [{ type: 'account', actions: ['reader'] }], READ],
    ['no action', [{ type: 'account' }], READ],
    ['an action that is no list', [{ type: 'account', actions: 'read' }], READ],
    ['an action as an object', [{ type: 'account', actions: [{ value: 'read' }] }], READ],
    [
      'a location that the requirement does not name',
      [{ ...GRANTED, locations: ['https://a.example'] }],
      READ,
    ],
    ['a member that is unknown', [{ ...GRANTED, limit: 1 }], READ],
    ['a member that is unknown and null', [{ ...GRANTED, limit: null }], READ],
    [
      'an action of an object, and the type of another',
      [{ type: 'account' }, { ...GRANTED, type: 'x' }],
      READ,
    ],
    ['one of two authorizations', [GRANTED], [READ, { type: 'payment' }]],
    ['an amount beyond the limit', [PAYMENT], paymentOf(5)],
    [
      'a nested member that is unknown',
      [{ ...PAYMENT, instructedAmount: { currency: 'EUR', amount: '1', until: 'noon' } }],
      paymentOf(10),
    ],
    [
      'an identifier that is no text',
      [{ type: 'account', identifier: 1 }],
      { type: 'account', identifier: 1 },
    ],
  ])('is not met by %s [DEL-03]', async (_title, details, wanted) => {
    expect(await judge(details, wanted)).toBe(LACKS)
  })

  it('treats the names of Object.prototype as unknown members', async () => {
    expect(await judge([{ ...GRANTED, constructor: 'x' }], READ)).toBe(LACKS)
    expect(await judge([{ ...GRANTED, toString: 'x' }], READ)).toBe(LACKS)
  })

  it('is a 403 without a scope, and explain() shows the claim', async () => {
    const verifier = makeVerifier()
    const token = signToken({ claims: { authorization_details: [{ ...GRANTED, limit: 1 }] } })
    const requirements: Requirements = { authorizationDetails: READ }
    await expect(verifier.verify(token, requirements)).rejects.toMatchObject({
      ...{ status: 403, code: LACKS, requirement: 'authorizationDetails', requiredScopes: [] },
    })
    const { checks } = await verifier.explain(token, requirements)
    expect(checks.at(-1)).toMatchObject({
      ...{ check: 'requirement authorizationDetails', code: LACKS },
      found: { authorization_details: [{ type: 'account', limit: 1 }] },
      wanted: { authorizationDetails: READ },
    })
    expect(
      await outcomeOf(
        verifier.verify(signToken({ claims: { authorization_details: [GRANTED] } }), requirements),
      ),
    ).toBe('accepted')
  })

  it.each<[unknown, string, RegExp]>([
    [undefined, 'authorizationDetails', /an object with a type, such as/],
    [null, 'authorizationDetails', /an object with a type, such as/],
    ['account', 'authorizationDetails', /an object with a type, such as/],
    [[], 'authorizationDetails', /not be an empty list/],
    [new Array(1), 'authorizationDetails[0]', /an object with a type/],
    [{}, 'authorizationDetails', /an object with a type/],
    [{ actions: 'read' }, 'authorizationDetails', /an object with a type/],
    [{ type: ['account'] }, 'authorizationDetails', /an object with a type/],
    [{ type: '' }, 'authorizationDetails', /an object with a type/],
    [[{ type: 'account' }, { type: 1 }], 'authorizationDetails[1]', /an object with a type/],
    [{ type: 'account', actions: [] }, 'authorizationDetails.actions', /non-empty list/],
    [{ type: 'account', limit: null }, 'authorizationDetails.limit', /string, number or boolean/],
  ])('must be well-formed: %j is a ConfigurationError', (authorizationDetails, option, advice) => {
    const define = () => defineRequirements({ authorizationDetails } as Requirements)
    expect(define).toThrow(ConfigurationError)
    expect(define).toThrow(advice)
    expect(define).toThrow(expect.objectContaining({ option }))
  })
})

function paymentOf(limit: number): Exclude<Wanted, readonly unknown[]> {
  return {
    ...{ type: 'payment', actions: 'initiate', identifier: 'order-1' },
    instructedAmount: { currency: 'EUR', amount: atMost(limit) },
  }
}
