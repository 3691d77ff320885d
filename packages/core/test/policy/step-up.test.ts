import { NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../../src/adapter.ts'
import { type AuthenticationRequirement, OKTA_ACR } from '../../src/index.ts'
import { defineRequirements } from '../../src/policy/requirements.ts'
import { cache, configurationErrorOf, decideNow, makeVerifier, requestWith } from '../support/verifiers.ts'
import { codeOf, tokenWith } from './handmade.ts'

const WRONG = 'insufficient_user_authentication'
const OLD = 'authentication_too_old'
const { phishingResistant: PHR, phishingResistantHardware: PHRH, twoFactors: TWO, oneFactor: ONE } = OKTA_ACR

type Claims = Readonly<Record<string, unknown>>

const outcome = (claims: Claims, authentication: AuthenticationRequirement, options = {}): Promise<string> =>
  outcomeOf(makeVerifier(options).verify(signToken({ claims }), { authentication }))

describe('acrValues', () => {
  it.each<[unknown, string]>([
    [PHR, 'accepted'],
    [TWO, 'accepted'],
    [PHRH, WRONG],
    [ONE, WRONG],
    [undefined, WRONG],
    [null, WRONG],
    ['', WRONG],
    ['PHR', WRONG],
    ['phr ', WRONG],
    [`${PHR} ${TWO}`, WRONG],
    ['phrx', WRONG],
    [`${TWO}:ifpossible`, WRONG],
    [[PHR], WRONG],
    [{ phr: true }, WRONG],
    [1, WRONG],
    ['constructor', WRONG],
  ])(
    'accepts one of its values, character by character: %j is %s [STEP-05] [STEP-06]',
    async (acr, expected) => {
      expect(await outcome({ acr }, { acrValues: [PHR, TWO] })).toBe(expected)
    },
  )

  it('are not ordered: the highest level is not enough for a lower one [STEP-06]', async () => {
    expect(await outcome({ acr: PHRH }, { acrValues: [PHR] })).toBe(WRONG)
    expect(await outcome({ acr: PHR }, { acrValues: [TWO] })).toBe(WRONG)
    expect(await outcome({ acr: TWO }, { acrValues: [ONE] })).toBe(WRONG)
  })

  it('have the order that satisfies gives them, directly and through others [STEP-06]', async () => {
    const satisfies = { [PHRH]: [PHR], [PHR]: [TWO], [TWO]: [ONE] }
    for (const acr of [PHRH, PHR, TWO]) {
      expect(await outcome({ acr }, { acrValues: [TWO], satisfies })).toBe('accepted')
    }
    expect(await outcome({ acr: ONE }, { acrValues: [TWO], satisfies })).toBe(WRONG)
    expect(await outcome({ acr: TWO }, { acrValues: [PHR], satisfies })).toBe(WRONG)
    expect(
      await outcome(
        { acr: 'gold' },
        { acrValues: ['silver'], satisfies: { gold: ['silver'], silver: ['gold'] } },
      ),
    ).toBe('accepted')
  })
})

describe('maxAge', () => {
  it.each<[unknown, string]>([
    [NOW, 'accepted'],
    [NOW - 300, 'accepted'],
    [NOW - 305, 'accepted'],
    [NOW - 306, OLD],
    [NOW + 5, 'accepted'],
    [NOW + 6, OLD],
    [0, OLD],
    [-1, OLD],
    [undefined, OLD],
    [null, OLD],
    [String(NOW), OLD],
    [[NOW], OLD],
    [{}, OLD],
    [true, OLD],
    [1e308, OLD],
  ])('compares auth_time %j: %s [STEP-05] [STEP-07]', async (authTime, expected) => {
    expect(await outcome({ auth_time: authTime }, { maxAge: 300 })).toBe(expected)
  })

  it('can be 0, with the tolerance that a new token needs to arrive', async () => {
    expect(await outcome({ auth_time: NOW - 5 }, { maxAge: 0 })).toBe('accepted')
    expect(await outcome({ auth_time: NOW - 6 }, { maxAge: 0 })).toBe(OLD)
    expect(await outcome({ auth_time: NOW - 1 }, { maxAge: 0 }, { clockTolerance: 0 })).toBe(OLD)
  })

  it('is compared with the clock of each request, cached or not, and by guards', async () => {
    let now = NOW
    const verifier = makeVerifier({ clock: () => now * 1_000 })
    const recent = defineRequirements({ authentication: { maxAge: 60 } })
    const token = signToken({ claims: { auth_time: NOW } })
    await cache(verifier, token)
    const request = requestWith(token)
    decide(verifier, request)
    expect(await outcomeOf(() => decideNow(verifier, token, recent))).toBe('accepted')
    expect(await outcomeOf(() => requireOn(request, undefined, recent))).toBe('accepted')
    now += 66
    expect(await outcomeOf(() => decideNow(verifier, token, recent))).toBe(OLD)
    expect(await outcomeOf(() => requireOn(request, undefined, recent))).toBe(OLD)
    now = NOW - 3_600
    expect(await outcomeOf(() => requireOn(request, undefined, recent))).toBe(OLD)
    now = Number.NaN
    expect(await outcomeOf(() => requireOn(request, undefined, recent))).toBe(OLD)
  })

  it('is compared with the clock of this machine for a token that a test made by hand', async () => {
    const seconds = Math.floor(Date.now() / 1_000)
    const by = (claims: object) => ({ ...tokenWith([], claims), subject: 'someone' })
    expect(await codeOf(by({ auth_time: seconds }), { authentication: { maxAge: 60 } })).toBe('accepted')
    expect(await codeOf(by({ auth_time: seconds - 3_600 }), { authentication: { maxAge: 60 } })).toBe(OLD)
  })

  it('is worthless after a token exchange that sets auth_time to its own time, unless clientIds excludes the client', async () => {
    // Okta: the user signed in yesterday, and the service exchanges the token now.
    const exchanged = signToken({ claims: { cid: '0oa1service', uid: '00u1', auth_time: NOW, iat: NOW } })
    const direct = signToken({ claims: { cid: '0oa1app', uid: '00u1', auth_time: NOW, iat: NOW } })
    const recent = { authentication: { maxAge: 60 } }
    expect(await outcomeOf(makeVerifier().verify(exchanged, recent))).toBe('accepted')
    const strict = makeVerifier({ clientIds: '0oa1app' })
    expect(await outcomeOf(strict.verify(exchanged, recent))).toBe('client_not_allowed')
    expect(await outcomeOf(strict.verify(direct, recent))).toBe('accepted')
  })
})

describe('amr', () => {
  it.each<[unknown, string]>([
    [['pwd', 'otp', 'mfa'], 'accepted'],
    [['mfa', 'otp'], 'accepted'],
    [['mfa'], WRONG],
    [['pwd', 'otp'], WRONG],
    [['MFA', 'OTP'], WRONG],
    [['mfa otp'], WRONG],
    ['mfa otp', WRONG],
    [undefined, WRONG],
    [[], WRONG],
    [{ mfa: true, otp: true }, WRONG],
  ])('must contain all values: %j is %s [STEP-05]', async (amr, expected) => {
    const authentication = { amr: ['mfa', 'otp'] }
    const marked = signToken({ claims: { amr }, header: { typ: 'at+jwt' } })
    expect(await outcomeOf(makeVerifier().verify(marked, { authentication }))).toBe(expected)
    const unmarked = signToken({ claims: { amr } })
    const verifier = makeVerifier({ profile: 'generic' })
    expect(await outcomeOf(verifier.verify(unmarked, { authentication }))).toBe(expected)
  })

  it('marks an ID token for the profile okta, since Okta reserves the name in access tokens', async () => {
    const token = signToken({ claims: { amr: ['mfa'] } })
    expect(await outcomeOf(makeVerifier({ profile: 'okta' }).verify(token))).toBe('not_an_access_token')
  })
})

it.each<[unknown, string, RegExp]>([
  [undefined, 'authentication', /must be an object such as/],
  [null, 'authentication', /must be an object such as/],
  ['phr', 'authentication', /must be an object such as/],
  [['phr'], 'authentication', /must be an object such as/],
  [{}, 'authentication', /such as { acrValues: /],
  [{ satisfies: { phrh: ['phr'] } }, 'authentication', /needs acrValues, maxAge or amr/],
  [{ acr: 'phr' }, 'authentication.acr', /not an option/],
  [{ acrValues: [] }, 'authentication.acrValues', /at least one value/],
  [{ acrValues: 'phr' }, 'authentication.acrValues', /at least one value/],
  [{ acrValues: ['phr phrh'] }, 'authentication.acrValues', /without spaces/],
  [{ acrValues: ['a"b'] }, 'authentication.acrValues', /quotation marks/],
  [{ acrValues: ['phr', ''] }, 'authentication.acrValues', /at least one value/],
  [{ acrValues: ['a\nb'] }, 'authentication.acrValues', /without spaces/],
  [{ acrValues: [1] }, 'authentication.acrValues', /at least one value/],
  [{ acrValues: Array(2) }, 'authentication.acrValues', /at least one value/],
  [{ amr: 'mfa' }, 'authentication.amr', /at least one value/],
  [{ amr: [] }, 'authentication.amr', /at least one value/],
  [{ maxAge: -1 }, 'authentication.maxAge', /integer of seconds, at least 0/],
  [{ maxAge: 1.5 }, 'authentication.maxAge', /integer of seconds/],
  [{ maxAge: '60' }, 'authentication.maxAge', /integer of seconds/],
  [{ maxAge: Number.NaN }, 'authentication.maxAge', /integer of seconds/],
  [{ maxAge: Number.POSITIVE_INFINITY }, 'authentication.maxAge', /integer of seconds/],
  [{ maxAge: 1, satisfies: { phrh: ['phr'] } }, 'authentication.satisfies', /acrValues, which is missing/],
  [{ acrValues: ['phr'], satisfies: ['phrh'] }, 'authentication.satisfies', /such as { phrh: /],
  [{ acrValues: ['phr'], satisfies: null }, 'authentication.satisfies', /such as { phrh: /],
  [{ acrValues: ['phr'], satisfies: { phrh: 'phr' } }, 'authentication.satisfies.phrh', /at least one value/],
])('the requirement %j is a ConfigurationError about %s', (authentication, option, advice) => {
  const error = configurationErrorOf(() => defineRequirements({ authentication } as never))
  expect(error.option).toBe(option)
  expect(error.message).toMatch(advice)
})
