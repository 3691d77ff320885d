import { AUDIENCE, CLIENT_ID, ISSUER, outcomeOf, signToken } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { noteRequirements } from '../src/adapter.ts'
import { checkRequirements, type ProfileName, type Requirements } from '../src/index.ts'
import { warnOnce } from '../src/warnings.ts'
import { activeAnswer, askingVerifier } from './support/introspection.ts'
import { makeVerifier, recordMessages } from './support/verifiers.ts'
import { codes, GENERIC, startRecording, warnings } from './support/warnings.ts'

beforeEach(() => startRecording())

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

  it('is not reported by tokens of users where a service is required: Entra ID marks only those of services', async () => {
    const verifier = makeVerifier({ profile: ['rfc9068', 'generic'] })
    const [user, service] = [
      signToken({ claims: GENERIC }),
      signToken({ claims: { ...GENERIC, idtyp: 'app' } }),
    ]
    const requirements = { anyOf: [{ caller: 'service' }, { scopes: ['admin'] }] } as const

    expect(await outcomeOf(verifier.verify(user, requirements))).toBe('caller_not_allowed')
    const auth = await verifier.verify(user)
    expect(await outcomeOf(() => checkRequirements(auth, requirements))).toBe('caller_not_allowed')
    expect(await outcomeOf(verifier.verify(service, requirements))).toBe('accepted')
    expect(await codes()).toEqual([])
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
