import { CLIENT_ID, ISSUER, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../src/adapter.ts'
import { checkRequirements } from '../src/policy/guard.ts'
import type { ErrorCode } from '../src/refusal/codes.ts'
import { HINTS } from '../src/refusal/hints.ts'
import type { RequestLike } from '../src/request/request.ts'
import { cache, makeVerifier, recordMessages, requestWith } from './support/verifiers.ts'

const CHECKS: Readonly<Partial<Record<ErrorCode, string>>> = {
  missing_token: 'credentials',
  token_malformed: 'form',
  issuer_not_allowed: 'issuer',
  token_expired: 'times',
  key_unknown: 'signature',
  signature_invalid: 'signature',
  audience_mismatch: 'audience',
  client_not_allowed: 'client',
  sender_constrained: 'confirmation',
  insufficient_scope: 'requirements',
  insufficient_claims: 'requirements',
}
/** The message about a refusal, with what is usually not known. */
const refused = (code: string, known: object = {}): unknown => [
  'token.refused',
  {
    code,
    check: CHECKS[code as ErrorCode],
    hint: HINTS[code as ErrorCode],
    issuer: undefined,
    clientId: undefined,
    cached: false,
    requirement: undefined,
    ...known,
  },
]
const accepted = (cached: boolean): unknown => [
  'token.accepted',
  { issuer: ISSUER, clientId: CLIENT_ID, cached },
]

describe('a decision is published once', () => {
  it('if the token is accepted: with issuer, client, and whether it was cached', async () => {
    const [verifier, token] = [makeVerifier(), signToken()]
    const messages = recordMessages()
    await verifier.verify(token)
    await verifier.authenticate(requestWith(token))
    expect(messages.splice(0)).toEqual([accepted(false), accepted(false)])
    await verifier.verify(token)
    await verifier.authenticate(requestWith(token))
    decide(verifier, requestWith(token), { scopes: ['messages:read'] })
    expect(messages).toEqual([accepted(true), accepted(true), accepted(true)])
  })

  it('for each of the requests that share a verification', async () => {
    const [verifier, token] = [makeVerifier({ tokenCache: false }), signToken()]
    const messages = recordMessages()
    await Promise.all([1, 2, 3].map(() => verifier.authenticate(requestWith(token))))
    expect(messages).toEqual([accepted(false), accepted(false), accepted(false)])
  })

  it('if several guards of one verifier decide about the same request at once', async () => {
    const [verifier, request] = [makeVerifier({ tokenCache: false }), requestWith(signToken())]
    const messages = recordMessages()
    await Promise.all([decide(verifier, request), decide(verifier, request, { scopes: ['messages:read'] })])
    expect(messages).toEqual([accepted(false)])
  })

  it('if several middlewares of one verifier decide about the same request', async () => {
    const [verifier, request] = [makeVerifier({ tokenCache: false }), requestWith(signToken())]
    const messages = recordMessages()
    await decide(verifier, request)
    await decide(verifier, request)
    expect(messages).toEqual([accepted(false)])
  })

  it.each([{}, false] as const)(
    'if a request is accepted that lacked what another call required: as refused, and as accepted (tokenCache: %j)',
    async (tokenCache) => {
      const [verifier, request] = [makeVerifier({ tokenCache }), requestWith(signToken())]
      await verifier.verify(signToken())
      await verifier.verify(signToken())
      const messages = recordMessages()
      await outcomeOf(async () => decide(verifier, request, { scopes: ['admin'] }))
      for (let i = 0; i < 2; i++) await decide(verifier, request, { scopes: ['messages:read'] })
      expect(messages.map(([name]) => name)).toEqual(['token.refused', 'token.accepted'])
    },
  )

  it('if a request without credentials is refused by one middleware and let through by another', async () => {
    const [verifier, request] = [makeVerifier(), { headers: {} }]
    const messages = recordMessages()
    await outcomeOf(async () => decide(verifier, request))
    for (let i = 0; i < 2; i++) decide(verifier, request, undefined, true)
    expect(messages).toEqual([refused('missing_token'), ['request.anonymous', {}]])
  })

  it('if a request without credentials is let through: as anonymous, not as refused', () => {
    const messages = recordMessages()
    decide(makeVerifier(), { headers: {} }, undefined, true)
    expect(messages).toEqual([['request.anonymous', {}]])
  })

  it('by a route guard only if it refuses', async () => {
    const [verifier, request] = [makeVerifier(), requestWith(signToken())]
    const messages = recordMessages()
    await decide(verifier, request)
    requireOn(request, undefined, { scopes: ['messages:read'] })
    await outcomeOf(() => requireOn(request, undefined, { anyScope: ['a', 'b'] }))
    const known = { issuer: ISSUER, clientId: CLIENT_ID, cached: true }
    expect(messages).toEqual([
      accepted(false),
      refused('insufficient_scope', { ...known, requirement: 'anyScope' }),
    ])
  })

  it('by checkRequirements() only if it refuses, and without a client for a copy of a token', async () => {
    const auth = await makeVerifier().verify(signToken())
    const messages = recordMessages()
    checkRequirements(auth, { scopes: ['messages:read'] })
    for (const each of [auth, { ...auth }]) {
      await outcomeOf(() => checkRequirements(each, { claims: { tenant: 'a' } }))
    }
    const requirement = 'claims.tenant'
    expect(messages).toEqual([
      refused('insufficient_claims', { issuer: ISSUER, clientId: CLIENT_ID, cached: true, requirement }),
      refused('insufficient_claims', { requirement }),
    ])
  })

  it('by a route guard after an anonymous request, and for an auth that was set by hand', async () => {
    const messages = recordMessages()
    const request = { headers: {} }
    decide(makeVerifier(), request, undefined, true)
    await outcomeOf(() => requireOn(request, undefined, { scopes: ['a'] }))
    await outcomeOf(() => requireOn({}, { scopes: [], claims: {} }, { claims: { tenant: 'a' } }))
    expect(messages.slice(1)).toEqual([
      refused('missing_token'),
      refused('insufficient_claims', { requirement: 'claims.tenant' }),
    ])
  })

  it('but not if the application is at fault', async () => {
    const verifier = makeVerifier()
    const messages = recordMessages()
    await expect(verifier.authenticate({} as RequestLike)).rejects.toBeInstanceOf(TypeError)
    expect(() => requireOn({}, undefined, { scopes: ['a'] })).toThrow()
    expect(() => requireOn({}, { scopes: [], claims: {} }, {})).toThrow()
    expect(messages).toEqual([])
  })
})

describe('a refusal is published with what is known about the token', () => {
  const issuer = ISSUER
  const [clientId, attacker] = [CLIENT_ID, { ...signingKey('ES256', 'attacker'), kid: signingKey().kid }]

  it.each<[string, object, string, object]>([
    ['nothing', {}, 'abc', {}],
    ['nothing of an unknown issuer', {}, signToken({ claims: { iss: 'https://a.example' } }), {}],
    ['the configured issuer', {}, signToken({ claims: { exp: 1 } }), { issuer }],
    ['no client of a forged token', {}, signToken({ key: attacker }), { issuer }],
    ['the client of a verified token', { clientIds: 'a' }, signToken(), { issuer, clientId }],
    ['the client of a bound token', {}, signToken({ claims: { cnf: {} } }), { issuer, clientId }],
  ])('%s', async (_title, options, token, known) => {
    const verifier = makeVerifier(options)
    const messages = recordMessages()
    const codes = [
      await outcomeOf(verifier.verify(token)),
      await outcomeOf(verifier.authenticate(requestWith(token))),
    ]
    expect(messages).toEqual(codes.map((code) => refused(code, known)))
  })

  it.each([
    [{ scopes: ['admin'] }, 'insufficient_scope', 'scopes'],
    [{ anyScope: ['admin', 'root'] }, 'insufficient_scope', 'anyScope'],
    [{ claims: { ver: 1, department: 'sales' } }, 'insufficient_claims', 'claims.department'],
  ])(
    'the requirement that failed, for a token that is cached or not: %o',
    async (requirements, code, requirement) => {
      const [verifier, token] = [makeVerifier(), signToken()]
      const messages = recordMessages()
      await outcomeOf(verifier.verify(token, requirements))
      await cache(verifier, token)
      messages.splice(1)
      await outcomeOf(verifier.verify(token, requirements))
      await outcomeOf(async () => decide(verifier, requestWith(token), requirements))
      const known = { issuer, clientId, requirement }
      expect(messages).toEqual([
        refused(code, known),
        refused(code, { ...known, cached: true }),
        refused(code, { ...known, cached: true }),
      ])
    },
  )

  it('that a cached token has expired', async () => {
    const time = { now: 1_900_000_000_000 }
    const [verifier, token] = [makeVerifier({ clock: () => time.now }), signToken()]
    await cache(verifier, token)
    const messages = recordMessages()
    time.now += 3_600_000
    await outcomeOf(async () => decide(verifier, requestWith(token)))
    expect(messages).toEqual([refused('token_expired', { issuer, clientId, cached: true })])
  })

  it('that a cached token is accepted once a store has answered', async () => {
    const verifier = makeVerifier({ revocation: { isRevoked: async () => false } })
    const token = signToken()
    await cache(verifier, token)
    const messages = recordMessages()
    await verifier.verify(token)

    expect(messages).toEqual([accepted(true)])
  })
})
