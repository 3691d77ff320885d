import { outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../../src/adapter.ts'
import { checkRequirements } from '../../src/policy/guard.ts'
import { defineRequirements } from '../../src/policy/requirements.ts'
import type { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { boundToken, DER, requestOverTls } from '../possession/certificates.ts'
import { configurationErrorOf, makeVerifier, recordMessages, requestWith } from '../support/verifiers.ts'
import { codeOf, tokenWith } from './handmade.ts'

const JKT = { jkt: 'a'.repeat(43) }
const X5T = { 'x5t#S256': 'b'.repeat(43) }

describe('possession', () => {
  it.each([
    ['any', undefined, false],
    ['any', JKT, true],
    ['any', X5T, true],
    ['any', { ...JKT, ...X5T }, true],
    ['dpop', undefined, false],
    ['dpop', JKT, true],
    ['dpop', X5T, false],
    ['dpop', { ...JKT, ...X5T }, true],
    ['mtls', undefined, false],
    ['mtls', JKT, false],
    ['mtls', X5T, true],
    ['mtls', { ...JKT, ...X5T }, true],
  ] as const)('%s of a token bound to %j: %s', async (possession, confirmation, isMet) => {
    const token = { ...tokenWith([]), confirmation }
    expect(await codeOf(token, { possession })).toBe(isMet ? 'accepted' : 'possession_required')
  })

  it.each([[''], ['DPoP'], ['tls'], [true], [null], [['dpop']], [{}], ['toString']])(
    'cannot be %j',
    (possession) => {
      const error = configurationErrorOf(() => defineRequirements({ possession } as never))
      expect(error.option).toBe('possession')
      expect(error.message).toContain("must be 'any', 'dpop' or 'mtls'")
    },
  )

  it('is required per route, of tokens that other routes accept without', async () => {
    const verifier = makeVerifier({ mtls: 'allowed' })
    const request = requestWith(signToken())
    await decide(verifier, request)
    expect(await outcomeOf(() => requireOn(request, undefined, { possession: 'any' }))).toBe(
      'possession_required',
    )
    // A requirement that is not met does not undo the decision.
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['profile'] }))).toBe('accepted')
    const secured = requestOverTls(boundToken(DER), DER)
    await decide(verifier, secured)
    expect(await outcomeOf(() => requireOn(secured, undefined, { possession: 'mtls' }))).toBe('accepted')
    expect(await outcomeOf(() => requireOn(secured, undefined, { possession: 'dpop' }))).toBe(
      'possession_required',
    )
  })

  it('that a call requires is not met by an unbound token, and a later guard still finds the decision', async () => {
    const verifier = makeVerifier({ mtls: 'allowed' })
    const request = requestWith(signToken())
    for (const _time of [1, 2, 3]) {
      expect(await outcomeOf(verifier.authenticate(request, { possession: 'mtls' }))).toBe(
        'possession_required',
      )
      expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['profile'] }))).toBe('accepted')
    }
  })

  it('is a 401 invalid_token, so that the client gets another token, and is published by name', async () => {
    const messages = recordMessages()
    const error = await refusalOf(makeVerifier().verify(signToken(), { possession: 'mtls' }))
    expect(error).toMatchObject({ status: 401, error: 'invalid_token', code: 'possession_required' })
    expect(messages).toContainEqual([
      'token.refused',
      expect.objectContaining({ check: 'requirements', requirement: 'possession' }),
    ])
  })

  it.each([
    ['dpop', { dpop: {}, mtls: 'allowed' }, 'DPoP'],
    ['any', { dpop: {}, mtls: 'allowed' }, 'Bearer, DPoP'],
    ['mtls', { dpop: {}, mtls: 'allowed' }, 'Bearer'],
    // Where DPoP is not accepted, no challenge may ask for it.
    ['any', { dpop: { mode: 'disabled' }, mtls: 'allowed' }, 'Bearer'],
    ['dpop', { dpop: { mode: 'disabled' }, mtls: 'allowed' }, 'Bearer'],
  ] as const)(
    '%s is challenged with the schemes that meet it, of %j: %s',
    async (possession, options, schemes) => {
      const error = await refusalOf(makeVerifier(options).verify(signToken(), { possession }))
      const { headers } = error as unknown as ResourceServerError
      const named = headers['www-authenticate']?.match(/(?:Bearer|DPoP)(?= realm=)/g)
      expect(named?.join(', ')).toBe(schemes)
    },
  )

  it('can be an alternative', async () => {
    const auth = await makeVerifier().verify(signToken({ claims: { scp: ['admin'] } }))
    const either = defineRequirements({ anyOf: [{ possession: 'any' }, { scopes: ['admin'] }] })
    expect(await outcomeOf(() => checkRequirements(auth, either))).toBe('accepted')
    const both = defineRequirements({ anyOf: [{ possession: 'any' }, { scopes: ['other'] }] })
    expect(await outcomeOf(() => checkRequirements(auth, both))).toBe('possession_required')
  })
})
