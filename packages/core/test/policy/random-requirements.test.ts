import { outcomeOf, signToken } from '@okta-resource-server/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allOf, type ClaimRequirement } from '../../src/policy/claims.ts'
import { checkRequirements } from '../../src/policy/guard.ts'
import { defineRequirements, type Requirements } from '../../src/policy/requirements.ts'
import type { VerifiedAccessToken } from '../../src/token/verified-access-token.ts'
import { settings, timeout } from '../support/properties.ts'
import { makeVerifier } from '../support/verifiers.ts'

/** A requirement, and whether the verified token meets it by a naive reading of the documentation. */
interface Judged<Value> {
  readonly value: Value
  readonly isMet: (token: Token) => boolean
}
type Members = Readonly<Record<string, unknown>>

interface Token {
  readonly scopes: readonly string[]
  readonly claims: Members
  readonly isUser: boolean
}

// Few names and values, so that they often meet.
const SCOPES = ['a', 'b', 'c', 'd']
const INCLUDES: Readonly<Record<string, readonly string[]>> = { a: ['b', 'c'], b: ['c'], c: [], d: [] }
const impliedScopes = { a: ['b'], b: ['c'] }
const name = fc.constantFrom('x', 'y', 'toString')
const plain = fc.constantFrom<string | number | boolean>('1', 1, true, '')

const claimValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    plain,
    fc.constant(null),
    fc.array(fc.oneof(plain, fc.record({ value: plain }), tie('value')), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value

const itemsOf = (claim: unknown): readonly unknown[] =>
  Array.isArray(claim)
    ? claim.map((item) =>
        Object(item) === item && !Array.isArray(item) && 'value' in item ? item.value : item,
      )
    : [claim]
const memberOf = (object: unknown, member: string): unknown =>
  Object.entries(object as object).find(([key]) => key === member)?.[1]
const isObject = (claim: unknown): boolean => JSON.stringify(claim)?.startsWith('{') ?? false

type JudgedClaim = readonly [ClaimRequirement, (claim: unknown) => boolean]
const claimRequirement: fc.Arbitrary<JudgedClaim> = fc.letrec<{ requirement: JudgedClaim }>((tie) => ({
  requirement: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    plain.map((wanted): JudgedClaim => [wanted, (claim) => itemsOf(claim).includes(wanted)]),
    fc
      .array(plain, { minLength: 1, maxLength: 3 })
      .map(
        (list): JudgedClaim => [list, (claim) => itemsOf(claim).some((item) => list.includes(item as ''))],
      ),
    fc
      .array(plain, { minLength: 1, maxLength: 3 })
      .map(
        (list): JudgedClaim => [
          allOf(...list),
          (claim) => list.every((each) => itemsOf(claim).includes(each)),
        ],
      ),
    fc.constant<JudgedClaim>([(claim) => claim === undefined, (claim) => claim === undefined]),
    fc
      .dictionary(name, tie('requirement'), { minKeys: 1, maxKeys: 3 })
      .map(
        (members): JudgedClaim => [
          Object.fromEntries(Object.entries(members).map(([key, [wanted]]) => [key, wanted])),
          (claim) =>
            isObject(claim) &&
            Object.entries(members).every(([key, [, isMet]]) => isMet(memberOf(claim, key))),
        ],
      ),
  ),
})).requirement

const scopes = fc.array(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 3 })
const hasScope = ({ scopes: granted }: Token, scope: string): boolean =>
  granted.some((each) => each === scope || INCLUDES[each]?.includes(scope))

const requirements: fc.Arbitrary<Judged<Requirements>> = fc.letrec<{ all: Judged<Requirements> }>((tie) => {
  const part = fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    scopes.map(
      (list): Judged<Requirements> => ({
        value: { scopes: list },
        isMet: (token) => list.every((scope) => hasScope(token, scope)),
      }),
    ),
    scopes.map(
      (list): Judged<Requirements> => ({
        value: { anyScope: list },
        isMet: (token) => list.some((scope) => hasScope(token, scope)),
      }),
    ),
    fc.constantFrom('user', 'service').map(
      (caller): Judged<Requirements> => ({
        value: { caller },
        isMet: ({ isUser }) => isUser === (caller === 'user'),
      }),
    ),
    fc.tuple(name, claimRequirement).map(
      ([claim, [wanted, isMet]]): Judged<Requirements> => ({
        value: { claims: { [claim]: wanted } },
        isMet: ({ claims }) => isMet(memberOf(claims, claim)),
      }),
    ),
    fc.array(tie('all'), { minLength: 1, maxLength: 3 }).map(
      (list): Judged<Requirements> => ({
        value: { anyOf: list.map(({ value }) => value) },
        isMet: (token) => list.some(({ isMet }) => isMet(token)),
      }),
    ),
  )
  // Parts of different kinds: a second part of a kind would replace the first.
  const kindOf = ({ value }: Judged<Requirements>): string => Object.keys(value).join()
  const all = fc.uniqueArray(part, { minLength: 1, maxLength: 3, selector: kindOf }).map(
    (parts): Judged<Requirements> => ({
      value: Object.assign({}, ...parts.map(({ value }) => value)),
      isMet: (token) => parts.every(({ isMet }) => isMet(token)),
    }),
  )
  return { all }
}).all

const verifier = makeVerifier({ impliedScopes })

it(
  'requirements that are made of random parts are met exactly if each part is',
  async () => {
    const outcomes = { met: 0, unmet: 0 }
    const token = fc.record({
      scopes: fc.uniqueArray(fc.constantFrom(...SCOPES), { maxLength: 2 }),
      claims: fc.dictionary(name, claimValue, { maxKeys: 3 }),
      isUser: fc.boolean(),
    })
    const property = fc.asyncProperty(token, requirements, async (issued, { value, isMet }) => {
      const { claims, scopes: scp, isUser } = issued
      const signed = signToken({ claims: { ...claims, scp, uid: isUser ? '00u1' : undefined } })
      const auth: VerifiedAccessToken = await verifier.verify(signed)
      const expected = isMet(issued)
      outcomes[expected ? 'met' : 'unmet']++
      for (const each of [value, defineRequirements(value)]) {
        const outcome = await outcomeOf(() => checkRequirements(auth, each))
        expect(outcome === 'accepted').toBe(expected)
      }
    })
    await fc.assert(property, settings)
    // Otherwise the property would say little.
    expect(Math.min(outcomes.met, outcomes.unmet)).toBeGreaterThan(settings.numRuns / 20)
  },
  timeout,
)
