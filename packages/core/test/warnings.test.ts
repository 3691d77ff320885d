import { setTimeout } from 'node:timers/promises'
import {
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  scriptedFetch,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { type RecordedWarning, recordWarnings } from '@okta-resource-server/testing/vitest'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { noteRequirements } from '../src/adapter.ts'
import type { AccessTokenVerifierOptions, ProfileName, Requirements } from '../src/index.ts'
import { createAccessTokenVerifier } from '../src/verifier.ts'
import { warnOnce } from '../src/warnings.ts'
import { API, AS, activeAnswer, askingVerifier } from './support/introspection.ts'
import { countVerifications, makeVerifier, recordMessages, remoteVerifier } from './support/verifiers.ts'

const ATTACKER = signingKey('ES256', 'attacker')
const FORGED = { key: ATTACKER, header: { kid: signingKey().kid } }
/** Shaped like a token of profile `generic`, which the issuer's default profiles do not include. */
const GENERIC = { cid: undefined, scp: undefined, client_id: CLIENT_ID, scope: 'messages:read' }

let warnings: readonly RecordedWarning[]

beforeEach(() => {
  // Tests create verifiers as a program should not; per-request.test.ts is about that.
  warnings = recordWarnings((code) => code !== 'ORS_VERIFIER_PER_REQUEST')
})

/** The codes of the warnings, after at least this many and some time for more. */
async function codes(least = 0): Promise<string[]> {
  await vi.waitFor(() => expect(warnings.length).toBeGreaterThanOrEqual(least), { timeout: 5_000 })
  await setTimeout(50)
  return warnings.map(({ code }) => code)
}

/** A verifier whose authorization server names this issuer in its metadata. */
function verifierWithMetadata(
  issuer: string,
  headers: Record<string, string> = {},
  options: Partial<AccessTokenVerifierOptions> = {},
) {
  const { fetch, requests } = scriptedFetch((url) =>
    url.includes('.well-known')
      ? Response.json({ issuer, jwks_uri: `${ISSUER}/v1/keys` })
      : Response.json(keySet(signingKey()), { headers }),
  )
  const verifier = createAccessTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    clock: () => NOW * 1_000,
    fetch,
    ...options,
  })
  onTestFinished(() => verifier.close())
  return { verifier, requests }
}

describe('a warning', () => {
  it('is emitted once per code and issuer, with both', async () => {
    warnOnce('ORS_CLOCK', { issuer: 'https://a.example', isFixed: true }, 'Advice.')
    warnOnce('ORS_CLOCK', { issuer: 'https://a.example', isFixed: true }, 'Advice.')
    warnOnce('ORS_CLOCK', { issuer: 'https://b.example', isFixed: true }, 'Advice.')
    warnOnce('ORS_PROFILE', { issuer: 'https://a.example', isFixed: true }, 'Advice.')

    expect(await codes(3)).toEqual(['ORS_CLOCK', 'ORS_CLOCK', 'ORS_PROFILE'])
    expect(warnings[0]?.message).toBe('Advice. (issuer https://a.example)')
  })

  it('is not emitted for more than 1,000 issuers', async () => {
    for (let i = 0; i < 1_100; i++)
      warnOnce('ORS_CLOCK', { issuer: `https://${i}.example`, isFixed: true }, 'Advice.')

    expect(await codes()).toHaveLength(1_000)
  })
})

it('is not emitted where it cannot be remembered that it was', async () => {
  const reported = Symbol.for('okta-resource-server.warnings')
  const known = Object.getOwnPropertyDescriptor(globalThis, reported) as PropertyDescriptor
  onTestFinished(() => void Object.defineProperty(globalThis, reported, known))
  Object.defineProperty(globalThis, reported, { get: () => undefined, configurable: true })

  warnOnce('ORS_CLOCK', { issuer: 'https://a.example', isFixed: true }, 'Advice.')
  expect(await codes()).toEqual([])
})

it('that cannot be emitted is not the reason that a call fails', () => {
  vi.mocked(process.emitWarning).mockImplementation(() => {
    throw new Error('no warnings here')
  })

  expect(() => warnOnce('ORS_CLOCK', { issuer: 'https://a.example', isFixed: true }, 'Advice.')).not.toThrow()
})

describe('a token that refers to a status list', () => {
  const status = { status_list: { idx: 3, uri: 'https://status.example/1' } }
  const token = (value: unknown) => signToken({ claims: { status: value } })

  it('is accepted with one warning and a message for each verification [REV-04]', async () => {
    const messages = recordMessages()
    const verifier = makeVerifier()
    const [one, other] = [token(status), token(status)]
    for (const each of [one, one, one, other]) await verifier.verify(each)

    expect(await codes(1)).toEqual(['ORS_STATUS_UNCHECKED'])
    expect(warnings[0]?.message).toContain('set statusListHosts, or use the option introspection')
    expect(warnings[0]?.message).not.toContain('status.example')
    const unchecked = messages.filter(([channel]) => channel === 'status.unchecked')
    expect(unchecked).toEqual(Array.from({ length: 3 }, () => ['status.unchecked', { issuer: ISSUER }]))
  })

  it('is not reported if the authorization server was asked about the token', async () => {
    const messages = recordMessages()
    const { server, outcome } = askingVerifier()
    server.reply = () => Response.json(activeAnswer({ status }))

    expect(await outcome('opaque-token')).toBe('accepted')
    expect(await codes()).toEqual([])
    expect(messages.map(([channel]) => channel)).not.toContain('status.unchecked')
  })

  it('is refused without a warning where revocation is checked, whatever the answer [REV-04]', async () => {
    const verifier = makeVerifier({ revocation: { isRevoked: () => false } })

    for (let time = 0; time < 2; time++)
      expect(await outcomeOf(verifier.verify(token(status)))).toBe('status_not_supported')
    expect(await outcomeOf(verifier.verify(token({})))).toBe('status_not_supported')
    expect(await outcomeOf(verifier.verify(token([])))).toBe('status_not_supported')
    expect(await codes()).toEqual([])
  })

  it('is one whose claim status is an object', async () => {
    for (const text of ['ACTIVE', 1, true, null]) {
      expect(await outcomeOf(makeVerifier().verify(token(text)))).toBe('accepted')
      const verifier = makeVerifier({ revocation: { isRevoked: () => false } })
      expect(await outcomeOf(verifier.verify(token(text)))).toBe('accepted')
    }
    expect(await codes()).toEqual([])
  })
})

describe('an issuer that differs by the slash at its end', () => {
  it('is reported when metadata names the other', async () => {
    const { verifier } = verifierWithMetadata(`${ISSUER}/`)
    await expect(verifier.ready()).rejects.toMatchObject({ status: 503 })

    expect(await codes(1)).toEqual(['ORS_ISSUER_SLASH'])
    expect(warnings[0]?.message).toContain('add it to the option issuer')
  })

  it('is reported when the configured one has the slash', async () => {
    const { verifier } = verifierWithMetadata(
      'https://as.example.com',
      {},
      { issuer: 'https://as.example.com/' },
    )
    await expect(verifier.ready()).rejects.toMatchObject({ status: 503 })

    expect(await codes(1)).toEqual(['ORS_ISSUER_SLASH'])
    expect(warnings[0]?.message).toContain('remove it from the option issuer')
  })

  it('is looked for in metadata when a token names the other', async () => {
    const { verifier } = verifierWithMetadata(`${ISSUER}/`)
    const token = signToken({ claims: { iss: `${ISSUER}/` } })

    expect(await outcomeOf(verifier.verify(token))).toBe('issuer_not_allowed')
    expect(await codes(1)).toEqual(['ORS_ISSUER_SLASH'])
  })

  it('causes no more requests once it is reported', async () => {
    const time = { now: NOW * 1_000 }
    const { verifier, requests } = verifierWithMetadata(`${ISSUER}/`, {}, { clock: () => time.now })
    const token = signToken({ claims: { iss: `${ISSUER}/` } })
    await outcomeOf(verifier.verify(token))
    await codes(1)
    const before = requests.length
    time.now += 3_600_000
    await outcomeOf(verifier.verify(token))
    await codes()

    expect(requests).toHaveLength(before)
  })

  it('is not reported because of a token alone, which anyone can make', async () => {
    const { verifier } = verifierWithMetadata(ISSUER)
    const token = signToken({ claims: { iss: `${ISSUER}/` } })

    for (let i = 0; i < 3; i++) expect(await outcomeOf(verifier.verify(token))).toBe('issuer_not_allowed')
    expect(await codes()).toEqual([])
  })

  it('is not reported for another difference', async () => {
    const { verifier } = verifierWithMetadata('https://other.example')
    await expect(verifier.ready()).rejects.toMatchObject({ status: 503 })

    expect(await codes()).toEqual([])
  })

  it('causes no request once keys are known', async () => {
    const { verifier, requests } = verifierWithMetadata(ISSUER)
    await verifier.ready()
    const before = requests.length
    await outcomeOf(verifier.verify(signToken({ claims: { iss: `${ISSUER}/` } })))
    await codes()

    expect(requests).toHaveLength(before)
  })
})

describe('tokens without an audience', () => {
  it('are reported if the signature is verified', async () => {
    const verifier = makeVerifier()

    expect(await outcomeOf(verifier.verify(signToken({ claims: { aud: undefined } })))).toBe(
      'audience_missing',
    )
    expect(await codes(1)).toEqual(['ORS_AUDIENCE_MISSING'])
    expect(warnings[0]?.message).toContain('set audience to null and clientIds to the clients')
  })

  it('are not reported if it is not', async () => {
    await outcomeOf(makeVerifier().verify(signToken({ ...FORGED, claims: { aud: undefined } })))

    expect(await codes()).toEqual([])
  })

  it('are not reported because of an answer about an opaque token', async () => {
    const { server, outcome } = askingVerifier()
    server.reply = () => Response.json(activeAnswer({ aud: undefined }))

    expect(await outcome('opaque-token')).toBe('audience_missing')
    expect(await codes()).toEqual([])
  })
})

describe('a required caller', () => {
  const USER = { caller: 'user' } as const

  it('is reported if tokens do not say who calls', async () => {
    const verifier = makeVerifier({ profile: ['rfc9068', 'generic'] })
    const token = signToken({ claims: GENERIC })

    for (let i = 0; i < 3; i++)
      expect(await outcomeOf(verifier.verify(token, USER))).toBe('caller_not_allowed')
    expect(await codes(1)).toEqual(['ORS_CALLER_UNKNOWN'])
    expect(warnings[0]?.message).toContain('Require scopes, claims or clientIds instead')
  })

  it('is not reported if the token says that the caller is another', async () => {
    const verifier = makeVerifier()
    const token = signToken({ claims: { uid: undefined } })

    for (let i = 0; i < 3; i++)
      expect(await outcomeOf(verifier.verify(token, USER))).toBe('caller_not_allowed')
    expect(await codes()).toEqual([])
  })

  it('is not reported if the answer about an opaque token says that the caller is another', async () => {
    const { server, verifier } = askingVerifier({}, { profile: 'generic' })
    server.reply = () => Response.json(activeAnswer({ idtyp: 'app' }))

    expect(await outcomeOf(verifier.verify('opaque-token', USER))).toBe('caller_not_allowed')
    expect(await codes()).toEqual([])
  })

  it('is not reported when a route is declared, if the authorization server may name one in its answers', async () => {
    noteRequirements(askingVerifier({}, { profile: 'rfc9068' }).verifier, USER)
    expect(await codes()).toEqual([])
  })

  it.each<[string, Requirements, ProfileName | readonly ProfileName[], boolean]>([
    ['no token can name one', USER, 'rfc9068', true],
    ['it is required by each alternative', { anyOf: [USER, { caller: 'service' }] }, 'rfc9068', true],
    ['there is another alternative', { anyOf: [USER, { scopes: ['a'] }] }, 'rfc9068', false],
    ['no caller is required', { scopes: ['a'] }, 'rfc9068', false],
    ['tokens of Okta name one', USER, 'okta', false],
    ['tokens may be of Entra ID', USER, 'generic', false],
    ['tokens of one of the profiles may name one', USER, ['rfc9068', 'generic'], false],
  ])(
    'is reported when a route is declared, if %s: %j, %s',
    async (_title, requirements, profile, expected) => {
      noteRequirements(makeVerifier({ profile }), requirements)
      expect(await codes(expected ? 1 : 0)).toEqual(expected ? ['ORS_CALLER_UNKNOWN'] : [])
    },
  )
})

describe('tokens of another profile', () => {
  it('are reported if the signature is verified', async () => {
    const verifier = makeVerifier()

    expect(await outcomeOf(verifier.verify(signToken({ claims: GENERIC })))).toBe('not_an_access_token')
    expect(await codes(1)).toEqual(['ORS_PROFILE'])
    expect(warnings[0]?.message).toContain("set profile to ['okta', 'rfc9068', 'generic']")
  })

  it('are reported if their audience is a list that contains that of the API', async () => {
    const token = signToken({ claims: { ...GENERIC, aud: ['api://other', AUDIENCE] } })

    expect(await outcomeOf(makeVerifier().verify(token))).toBe('not_an_access_token')
    expect(await codes(1)).toEqual(['ORS_PROFILE'])
  })

  it.each([
    ['are reported', undefined, ['ORS_PROFILE']],
    ['are not reported if they have one', AUDIENCE, []],
  ])('of a server whose tokens have no audience %s', async (_what, aud, expected) => {
    const verifier = makeVerifier({ audience: null, clientIds: CLIENT_ID })

    await outcomeOf(verifier.verify(signToken({ claims: { ...GENERIC, aud } })))
    expect(await codes(expected.length)).toEqual(expected)
  })

  it('cost no signature once they are reported', async () => {
    const { verifier, time } = remoteVerifier([signingKey()])
    await verifier.verify(signToken())
    await outcomeOf(verifier.verify(signToken({ claims: GENERIC })))
    await codes(1)
    const verifications = countVerifications()
    time.now += 120_000
    await outcomeOf(verifier.verify(signToken({ claims: { ...GENERIC, jti: 'another' } })))
    await codes()

    expect(verifications.count).toBe(0)
  })

  it.each([
    ['with an invalid signature', { ...FORGED, claims: GENERIC }],
    ['for another audience', { claims: { ...GENERIC, aud: 'api://other' } }],
    ['without scopes, as ID tokens are', { claims: { ...GENERIC, scope: undefined } }],
    ['that match no profile', { claims: GENERIC, header: { typ: 'other+jwt' } }],
    ['with a nonce', { claims: { ...GENERIC, scope: undefined, nonce: 'n' } }],
    ['with a hash of an access token', { claims: { ...GENERIC, at_hash: 'h' } }],
    ['that name themselves ID tokens', { claims: { ...GENERIC, token_use: 'id' } }],
  ])('are not reported %s', async (_what, options) => {
    expect(await outcomeOf(makeVerifier().verify(signToken(options)))).not.toBe('accepted')
    expect(await codes()).toEqual([])
  })

  it('cost one signature a minute, however many there are', async () => {
    const { verifier, time } = remoteVerifier([signingKey()])
    await verifier.verify(signToken())
    const verifications = countVerifications()
    for (let i = 0; i < 20; i++)
      await outcomeOf(verifier.verify(signToken({ ...FORGED, claims: { ...GENERIC, jti: `${i}` } })))
    await codes()
    expect(verifications.count).toBe(1)

    time.now += 50_000
    await outcomeOf(verifier.verify(signToken({ ...FORGED, claims: { ...GENERIC, jti: 'early' } })))
    await codes()
    expect(verifications.count).toBe(1)

    time.now += 10_000
    for (let i = 0; i < 20; i++)
      await outcomeOf(verifier.verify(signToken({ ...FORGED, claims: { ...GENERIC, jti: `${i}` } })))
    await codes()
    expect(verifications.count).toBe(2)
  })

  it('with an unknown key cause no request', async () => {
    const { verifier, requestCount } = remoteVerifier([signingKey()])
    await verifier.verify(signToken())
    await outcomeOf(verifier.verify(signToken({ claims: GENERIC, header: { kid: 'other' } })))

    expect(await codes()).toEqual([])
    expect(requestCount()).toBe(1)
  })

  it('are neither reported nor a reason to fetch keys if the server is asked about every token', async () => {
    const { server, outcome, others } = askingVerifier({ when: 'only' }, { profile: 'okta' })
    server.reply = () => Response.json(activeAnswer({ token_type: 'N_A' }))
    const claims = { ...GENERIC, iss: AS, aud: API }

    expect(await outcome(signToken({ claims }))).toBe('not_an_access_token')
    expect(await codes()).toEqual([])
    expect(others).toEqual([])
  })
})

describe('an audience that is a client', () => {
  it('is reported when a token of this client is accepted', async () => {
    const verifier = makeVerifier({ audience: CLIENT_ID })
    await verifier.verify(signToken({ claims: { aud: CLIENT_ID } }))

    expect(await codes(1)).toEqual(['ORS_AUDIENCE_IS_CLIENT'])
    expect(warnings[0]?.message).toContain('Give the API another audience')
  })

  it('is not reported for a token that is refused', async () => {
    await outcomeOf(
      makeVerifier({ audience: CLIENT_ID }).verify(signToken({ ...FORGED, claims: { aud: CLIENT_ID } })),
    )

    expect(await codes()).toEqual([])
  })
})

describe('clocks that differ', () => {
  const date = (seconds: number): string => new Date((NOW + seconds) * 1_000).toUTCString()

  it.each([
    ['ahead', { date: date(60) }],
    ['behind', { date: date(-60) }],
    ['ahead, after a cache', { date: date(0), age: '60' }],
  ])('are reported if the authorization server is %s', async (_what, headers) => {
    await verifierWithMetadata(ISSUER, headers).verifier.ready()

    expect(await codes(1)).toEqual(['ORS_CLOCK'])
    expect(warnings[0]?.message).toMatch(/about (59|60) seconds/)
    expect(warnings[0]?.message).toContain('Correct the clock that is wrong')
  })

  it.each([
    ['by no more than the tolerance', { date: date(5) }],
    ['by the age of a cached response', { date: date(-600), age: '600' }],
    ['by an unknown time', {}],
    ['by a date that is none', { date: 'soon' }],
    ['by an age that is none', { date: date(-60), age: 'old' }],
  ])('are not reported if they differ %s', async (_what, headers) => {
    await verifierWithMetadata(ISSUER, headers).verifier.ready()

    expect(await codes()).toEqual([])
  })

  it('are compared with the configured tolerance', async () => {
    await verifierWithMetadata(ISSUER, { date: date(60) }, { clockTolerance: 60 }).verifier.ready()

    expect(await codes()).toEqual([])
  })
})

describe('Amazon Cognito', () => {
  const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc'

  it('with an audience and without clients is reported at the start', async () => {
    makeVerifier({ issuer })

    expect(await codes(1)).toEqual(['ORS_COGNITO_CLIENTS'])
    expect(warnings[0]?.message).toContain('Set audience to null, and clientIds')
  })

  it('with clients is not reported', async () => {
    makeVerifier({ issuer, audience: null, clientIds: 'client' })
    makeVerifier({ issuer, clientIds: 'client' })

    expect(await codes()).toEqual([])
  })
})

describe('warnings', () => {
  it('contain no claim', async () => {
    const CANARY = 'canary7Kq'
    const claims = { jti: CANARY, sub: CANARY, uid: CANARY, email: CANARY, scope: CANARY }
    const verifier = makeVerifier({ audience: [AUDIENCE, CLIENT_ID] })
    await outcomeOf(verifier.verify(signToken({ claims: { ...claims, aud: undefined } })))
    await outcomeOf(verifier.verify(signToken({ claims: { ...GENERIC, ...claims } })))
    await outcomeOf(verifier.verify(signToken({ claims: { ...claims, scope: undefined, aud: [CLIENT_ID] } })))

    expect(await codes(3)).toHaveLength(3)
    for (const { message } of warnings) expect(message).not.toMatch(new RegExp(`${CANARY}|${CLIENT_ID}`))
  })

  it('cause nothing on a cache hit', async () => {
    const verifier = makeVerifier({ audience: CLIENT_ID })
    const token = signToken({ claims: { aud: CLIENT_ID } })
    for (let i = 0; i < 5; i++) await verifier.verify(token)

    expect(await codes()).toHaveLength(1)
  })
})
