import { ISSUER, outcomeOf, signToken, verifierOptions } from '@okta-resource-server/testing'
import { type RecordedWarning, recordWarnings } from '@okta-resource-server/testing/vitest'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { AccessTokenVerifier, AccessTokenVerifierOptions, Requirements } from '../../src/index.ts'
import { asInNewProcess } from '../support/new-process.ts'

let core: typeof import('../../src/index.ts')
let adapter: typeof import('../../src/adapter.ts')
let warnings: readonly RecordedWarning[]

beforeEach(async () => {
  ;({ core, adapter } = await asInNewProcess())
  warnings = recordWarnings((code) => code === 'ORS_POSSESSION_DISABLED')
})

function create(options: Partial<AccessTokenVerifierOptions> = {}): AccessTokenVerifier {
  const verifier = core.createAccessTokenVerifier({
    ...verifierOptions(),
    ...options,
  } as AccessTokenVerifierOptions)
  onTestFinished(() => verifier.close())
  return verifier
}

const DPOP = { possession: 'dpop' } as const
const MTLS = { possession: 'mtls' } as const
const EITHER = { possession: 'any' } as const
const NO_DPOP = { dpop: 'disabled', mtls: 'allowed' } as const
const NEITHER = { dpop: 'disabled' } as const

describe('proof of possession that a route requires although its option is disabled', () => {
  it.each<[Requirements, Partial<AccessTokenVerifierOptions>, string | undefined]>([
    [MTLS, {}, "possession: 'mtls', but mtls is 'disabled'"],
    [MTLS, { mtls: 'allowed' }, undefined],
    [
      MTLS,
      NEITHER,
      "possession, but dpop and mtls are 'disabled', so every token is refused. Set dpop or mtls to 'allowed', or remove",
    ],
    [DPOP, {}, undefined],
    [DPOP, NO_DPOP, "possession: 'dpop', but dpop is 'disabled'"],
    [EITHER, {}, undefined],
    [EITHER, NO_DPOP, undefined],
    [EITHER, NEITHER, "possession, but dpop and mtls are 'disabled'"],
    [{ anyOf: [MTLS, { scopes: ['a'], ...MTLS }] }, {}, "possession: 'mtls', but mtls is 'disabled'"],
    [{ anyOf: [MTLS, DPOP] }, NEITHER, "possession, but dpop and mtls are 'disabled'"],
    [{ anyOf: [MTLS, DPOP] }, {}, undefined],
    [{ anyOf: [MTLS, { scopes: ['a'] }] }, {}, undefined],
    [{ scopes: ['a'] }, NEITHER, undefined],
  ])('is reported when the route is declared: %j with %j', (requirements, options, text) => {
    const verifier = create(options)
    for (let i = 0; i < 2; i++) adapter.noteRequirements(verifier, requirements)
    expect(warnings.map(({ message }) => message)).toEqual(
      text === undefined ? [] : [expect.stringContaining(text)],
    )
  })

  it('is reported when the verifier is used first, if the requirements were defined before', async () => {
    core.defineRequirements(MTLS)
    const verifier = create()
    expect(warnings).toEqual([])

    expect(await outcomeOf(verifier.authenticate({ headers: {} }))).toBe('missing_token')
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.message).toContain(
      `Set mtls to 'allowed', or remove the requirement. (issuer ${ISSUER})`,
    )
  })

  it('is reported with the first token of a call that requires it', async () => {
    expect(await outcomeOf(create().verify(signToken(), MTLS))).toBe('possession_required')
    expect(warnings).toHaveLength(1)
  })

  it('is reported for issuers that a function finds, too', () => {
    const verifier = core.createAccessTokenVerifier({ audience: 'api://default', issuer: () => undefined })
    onTestFinished(() => verifier.close())
    adapter.noteRequirements(verifier, MTLS)
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('(issuer found by a function)'),
    ])
  })

  it('is reported once for a list of issuers', () => {
    const others = ['https://a.example.com/', 'https://b.example.com/']
    const { audience, jwks } = verifierOptions()
    const verifier = core.createAccessTokenVerifier({
      issuer: others.map((issuer) => ({ issuer, audience, jwks })),
    } as AccessTokenVerifierOptions)
    onTestFinished(() => verifier.close())
    adapter.noteRequirements(verifier, MTLS)
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining(`(issuer ${others.join(', ')})`),
    ])
  })

  it('is reported beside a caller that no token names', () => {
    const both = recordWarnings()
    const verifier = create({ profile: 'rfc9068' })
    adapter.noteRequirements(verifier, { caller: 'user', ...MTLS })
    expect(both.map(({ code }) => code)).toEqual(['ORS_CALLER_UNKNOWN', 'ORS_POSSESSION_DISABLED'])
  })
})
