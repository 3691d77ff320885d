import { NOW, outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { requireOn } from '../../src/adapter.ts'
import {
  InsufficientUserAuthenticationError,
  OKTA_ACR,
  type Requirements,
  type ResourceServerError,
} from '../../src/index.ts'
import { makeVerifier, recordMessages, requestWith } from '../support/verifiers.ts'

const WRONG = 'insufficient_user_authentication'
const { phishingResistant: PHR, phishingResistantHardware: PHRH, oneFactor: ONE } = OKTA_ACR

type Claims = Readonly<Record<string, unknown>>

const challengeOf = async (claims: Claims, requirements: Requirements): Promise<string> => {
  const { headers } = await responseOf(makeVerifier().verify(signToken({ claims }), requirements))
  return String(headers['www-authenticate'])
}

/** A refusal, with the headers of its response. */
const responseOf = async (call: Promise<unknown>): Promise<ResourceServerError> =>
  (await refusalOf(call)) as unknown as ResourceServerError

describe('the challenge', () => {
  it('is a 401 with the levels in order of preference and the age, in the scheme that was used [STEP-01] [STEP-02]', async () => {
    const authentication = { acrValues: [PHRH, PHR], maxAge: 300 }
    const error = await responseOf(
      makeVerifier().verify(signToken({ claims: { acr: ONE } }), { authentication }),
    )
    expect(error).toBeInstanceOf(InsufficientUserAuthenticationError)
    expect(error).toMatchObject({
      ...{ status: 401, error: WRONG, code: WRONG, requirement: 'authentication.acrValues' },
      ...{ acrValues: [PHRH, PHR], maxAge: 300 },
    })
    expect(error.headers).toEqual({
      'www-authenticate': `Bearer realm="api", error="${WRONG}", error_description="A different authentication level is required", acr_values="phrh phr", max_age="300"`,
      'cache-control': 'no-store',
    })
  })

  it.each([
    [{ acrValues: [PHR] }, 'authentication.acrValues'],
    [{ amr: ['mfa'] }, 'authentication.amr'],
    [{ maxAge: 60 }, 'authentication.maxAge'],
  ])('is of an error that names what is not met: %j', async (authentication, requirement) => {
    const error = await responseOf(makeVerifier().verify(signToken(), { authentication }))
    expect(error).toMatchObject({ requirement })
  })

  it('has no parameter that the route does not ask for [STEP-02]', async () => {
    expect(await challengeOf({}, { authentication: { maxAge: 0 } })).toMatch(/ max_age="0"$/)
    expect(await challengeOf({}, { authentication: { maxAge: 0 } })).not.toContain('acr_values')
    expect(await challengeOf({}, { authentication: { acrValues: ['a'] } })).not.toContain('max_age')
    expect(await challengeOf({}, { authentication: { amr: ['mfa'] } })).not.toMatch(/acr_values|max_age/)
  })

  it('names the scopes of the route, so that the new token has them as well [STEP-03]', async () => {
    const required = { authentication: { acrValues: [PHR] }, scopes: ['messages:read', 'read'] }
    const claims = { scp: ['messages:read', 'read'] }
    expect(await challengeOf(claims, required)).toMatch(/ acr_values="phr", scope="messages:read read"$/)
    expect(await challengeOf({}, { authentication: { acrValues: [PHR] } })).not.toContain(' scope=')
    const withoutScopes = { authentication: { acrValues: [PHR] }, claims: { ver: 1 } }
    expect(await challengeOf({}, withoutScopes)).not.toContain(' scope=')
  })

  it('is not given before everything else passed, so that it tells strangers nothing [STEP-04]', async () => {
    const verifier = makeVerifier()
    const authentication = { acrValues: [PHR], maxAge: 1 }
    for (const [claims, others, code] of [
      [{ exp: NOW - 60 }, {}, 'token_expired'],
      [{ aud: 'other' }, {}, 'audience_mismatch'],
      [{ iss: 'https://other.example' }, {}, 'issuer_not_allowed'],
      [{ cnf: { jkt: 'a'.repeat(43) } }, {}, 'sender_constrained'],
      [{}, { scopes: ['admin'] }, 'insufficient_scope'],
      [{}, { claims: { groups: 'admin' } }, 'insufficient_claims'],
      [{}, { caller: 'service' }, 'caller_not_allowed'],
      [{}, { possession: 'any' }, 'possession_required'],
      [{}, { anyOf: [{ scopes: ['admin'] }] }, 'insufficient_scope'],
    ] as const) {
      // The order in which the requirements are written does not matter.
      for (const requirements of [
        { authentication, ...others },
        { ...others, authentication },
      ]) {
        expect(await outcomeOf(verifier.verify(signToken({ claims }), requirements))).toBe(code)
      }
    }
  })

  it('of an alternative is that of the first one', async () => {
    const first = {
      anyOf: [{ authentication: { acrValues: [PHR] }, scopes: ['read'] }, { scopes: ['admin'] }],
    }
    expect(await challengeOf({ scp: ['read'] }, first)).toMatch(/ acr_values="phr", scope="read"$/)
    expect(await outcomeOf(makeVerifier().verify(signToken({ claims: { scp: ['admin'] } }), first))).toBe(
      'accepted',
    )
  })

  it('does not undo the decision about the request, and is published with the requirement', async () => {
    const messages = recordMessages()
    const verifier = makeVerifier()
    const request = requestWith(signToken())
    const authentication = { acrValues: [PHR] }
    expect(await outcomeOf(verifier.authenticate(request, { authentication }))).toBe(WRONG)
    expect(await outcomeOf(() => requireOn(request, undefined, { authentication }))).toBe(WRONG)
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['profile'] }))).toBe('accepted')
    expect(messages.filter(([channel]) => channel === 'token.refused')).toHaveLength(2)
    expect(messages).toContainEqual([
      'token.refused',
      expect.objectContaining({
        code: WRONG,
        check: 'requirements',
        requirement: 'authentication.acrValues',
      }),
    ])
  })
})

describe('a token without a user', () => {
  const service = { uid: undefined, sub: '0oa1' }
  const authentication = { acrValues: [PHR], maxAge: 60 }

  it.each<[string, Parameters<typeof signToken>[0], string]>([
    ['okta', { claims: service }, 'user_required'],
    // Even with claims that an administrator has added for all tokens.
    ['okta', { claims: { ...service, acr: PHR, auth_time: NOW } }, 'user_required'],
    ['okta', { claims: {} }, WRONG],
    ['okta', { claims: { uid: '00u1', sub: '0oa1', cid: '0oa1' } }, WRONG],
    [
      'rfc9068',
      { header: { typ: 'at+jwt' }, claims: { cid: undefined, client_id: 'c', sub: 'c' } },
      'user_required',
    ],
    [
      'rfc9068',
      { header: { typ: 'at+jwt' }, claims: { cid: undefined, client_id: 'c', sub: undefined } },
      'user_required',
    ],
    ['rfc9068', { header: { typ: 'at+jwt' }, claims: { cid: undefined, client_id: 'c', sub: 'u' } }, WRONG],
    // A token that meets the requirement is accepted, unless it is known to be that of a service.
    [
      'rfc9068',
      {
        header: { typ: 'at+jwt' },
        claims: { cid: undefined, client_id: 'c', sub: 'c', acr: PHR, auth_time: NOW },
      },
      'accepted',
    ],
    ['generic', { claims: { idtyp: 'app', sub: 'x' } }, 'user_required'],
    ['generic', { claims: { idtyp: 'user' } }, WRONG],
  ])(
    'gets a 403 in place of a challenge that its client could only repeat: %s %j',
    async (profile, token, code) => {
      const verifier = makeVerifier({ profile: profile as 'okta' })
      expect(await outcomeOf(verifier.verify(signToken(token), { authentication }))).toBe(code)
    },
  )

  it('is answered without acr_values and max_age', async () => {
    const { status, headers } = await responseOf(
      makeVerifier().verify(signToken({ claims: service }), { authentication }),
    )
    expect(status).toBe(403)
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="api", error="insufficient_scope", /)
    expect(headers['www-authenticate']).not.toMatch(/acr_values|max_age|scope=/)
  })
})
