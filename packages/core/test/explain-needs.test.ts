import { NOW, type ScriptedAnswer, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { Explanation } from '../src/token/explanation.ts'
import { activeAnswer, askingVerifier } from './support/introspection.ts'
import { makeVerifier } from './support/verifiers.ts'

const withOutcome = ({ checks }: Explanation, wanted: string): readonly string[] =>
  checks.filter(({ outcome }) => outcome === wanted).map(({ check }) => check)

/** What depends on the signature, in the order in which it is shown. */
const SIGNED = [
  ...['audience', 'client', 'identifiers', 'scopes', 'confirmation', 'status', 'actor'],
  ...['issuer usable', 'key published', 'possession'],
]

describe('explain() does not run what depends on a check that failed', () => {
  it.each<[string, string, readonly string[]]>([
    ['form', 'no.token', ['kind', 'issuer', 'algorithm', 'times', 'type', 'kid', 'signature', ...SIGNED]],
    [
      'issuer',
      signToken({ claims: { iss: 'https://other.example.com' } }),
      ['algorithm', 'times', 'type', 'kid', 'signature', ...SIGNED],
    ],
    ['algorithm', signToken({ header: { alg: 'HS256' } }), ['signature', ...SIGNED]],
    [
      'signature',
      signToken({ key: signingKey('ES256', 'attacker'), header: { kid: signingKey().kid } }),
      SIGNED,
    ],
    [
      'type',
      signToken({ claims: { cid: undefined, client_id: 'c', scp: undefined, scope: 's' } }),
      ['kid', 'client', 'scopes', 'issuer usable', 'key published', 'possession'],
    ],
    ['kind', signToken({ claims: { events: {} } }), ['issuer usable', 'key published', 'possession']],
    ['times', signToken({ claims: { exp: NOW - 60 } }), ['issuer usable', 'key published', 'possession']],
    ['kid', signToken({ header: { kid: undefined } }), ['issuer usable', 'key published', 'possession']],
  ])('%s', async (failed, token, notRun) => {
    const explanation = await makeVerifier().explain(token)
    expect(withOutcome(explanation, 'failed')).toEqual([failed])
    expect(withOutcome(explanation, 'not run')).toEqual(notRun)
  })

  it('but checks requirements even if the times are malformed', async () => {
    const token = signToken({ claims: { exp: 'soon' } })
    const { code, checks } = await makeVerifier().explain(token, { scopes: ['messages:read'] })
    expect(code).toBe('claim_malformed')
    expect(checks.at(-1)).toMatchObject({ check: 'requirement scopes', outcome: 'passed' })
  })

  it('the question whether an opaque token is active', async () => {
    const { verifier, server } = askingVerifier()
    const explain = (answer: ScriptedAnswer, token: string): Promise<Explanation> => {
      server.reply = () => answer
      return verifier.explain(token)
    }
    const ofAnswer = ['kind', 'times', 'audience', ...SIGNED.slice(1, 7)].map((name) => `answer: ${name}`)

    const inactive = await explain(Response.json({ active: false }), 'opaque-1')
    expect(withOutcome(inactive, 'failed')).toEqual(['active'])
    expect(inactive.checks.find(({ check }) => check === 'active')).toHaveProperty('found', {})
    expect(withOutcome(inactive, 'not run')).toEqual([
      ...[...ofAnswer, 'issuer usable', 'key published', 'times', 'possession'],
    ])

    const active = await explain(Response.json(activeAnswer()), 'opaque-2')
    expect(withOutcome(active, 'passed')).toEqual([
      ...['form', 'kind', 'issuer', 'active', ...ofAnswer],
      ...['issuer usable', 'key published', 'answer fresh', 'possession'],
    ])

    const wrong = { aud: 'x', exp: NOW - 60, sub: 1, scope: 1, cnf: {}, act: {}, events: {}, cid: 1 }
    const refused = await explain(Response.json(activeAnswer(wrong)), 'opaque-3')
    expect(withOutcome(refused, 'failed')).toEqual(ofAnswer.filter((name) => name !== 'answer: status'))
  })
})
