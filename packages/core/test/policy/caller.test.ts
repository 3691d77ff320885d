import { outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../../src/adapter.ts'
import { checkRequirements } from '../../src/policy/guard.ts'
import { defineRequirements } from '../../src/policy/requirements.ts'
import { decideNow, makeVerifier, requestWith } from '../support/verifiers.ts'
import { codeOf, tokenWith } from './handmade.ts'

const AGENT = { cid: undefined, uid: undefined, scp: undefined, scope: 'read', sub_profile: 'service' }
const ENTRA = { cid: undefined, uid: undefined, azp: 'client', scp: 'read' }
const NEITHER = [false, false]
const USER = [true, false]
const SERVICE = [false, true]

describe('caller', () => {
  it.each<[string, Parameters<typeof signToken>[0], readonly boolean[]]>([
    ['okta', { claims: {} }, USER],
    ['okta', { claims: { uid: undefined, sub: '0oa1' } }, SERVICE],
    // A service that acts on behalf of a user.
    ['okta', { claims: { cid: '0oa1service', uid: '00u1' } }, USER],
    // Some clients can choose an identifier like that of a user (RFC 9700, section 4.15).
    ['okta', { claims: { uid: undefined, sub: 'someone@example.com' } }, SERVICE],
    ['okta', { claims: { uid: '' } }, NEITHER],
    ['okta', { claims: { uid: null } }, NEITHER],
    ['okta', { claims: { uid: ['00u1'] } }, NEITHER],
    ['okta', { claims: { uid: undefined, idtyp: 'user' } }, SERVICE],
    ['okta', { claims: AGENT }, SERVICE],
    ['okta', { claims: { ...AGENT, sub_profile: 'ai_agent' } }, SERVICE],
    ['okta', { claims: { ...AGENT, sub_profile: 'user' } }, USER],
    // A list with spaces, in any case (OAuth 2.0 Entity Profiles).
    ['okta', { claims: { ...AGENT, sub_profile: 'ai_agent web_app' } }, SERVICE],
    ['okta', { claims: { ...AGENT, sub_profile: 'Service AI_Agent' } }, SERVICE],
    ['okta', { claims: { ...AGENT, sub_profile: 'User' } }, USER],
    ['okta', { claims: { ...AGENT, sub_profile: 'user service' } }, NEITHER],
    ['okta', { claims: { ...AGENT, sub_profile: 'ai_agent user' } }, NEITHER],
    ['okta', { claims: { ...AGENT, sub_profile: 'superuser' } }, NEITHER],
    ['okta', { claims: { ...AGENT, sub_profile: 'user,service' } }, NEITHER],
    ['okta', { claims: { ...AGENT, sub_profile: ' ' } }, NEITHER],
    ['okta', { claims: { ...AGENT, sub_profile: 'device' } }, NEITHER],
    ['generic', { claims: { ...ENTRA, idtyp: 'user' } }, USER],
    ['generic', { claims: { ...ENTRA, idtyp: 'app' } }, SERVICE],
    ['generic', { claims: { ...ENTRA, idtyp: 'device' } }, NEITHER],
    ['generic', { claims: { ...ENTRA, idtyp: ['app'] } }, NEITHER],
    ['generic', { claims: ENTRA }, NEITHER],
    // Outside of Okta, neither the presence nor the absence of uid says anything.
    ['generic', { claims: { ...ENTRA, uid: '00u1' } }, NEITHER],
    ['generic', { claims: { ...ENTRA, sub: 'client' } }, NEITHER],
    ['rfc9068', { header: { typ: 'at+jwt' }, claims: { uid: '00u1' } }, NEITHER],
    ['rfc9068', { header: { typ: 'at+jwt' }, claims: { cid: undefined, client_id: 'c', sub: 'c' } }, NEITHER],
  ])('is read by the profile %s: %j', async (profile, token, [isUser, isService]) => {
    const verifier = makeVerifier({ profile: profile as 'okta' })
    const signed = signToken(token)
    const code = (met: boolean | undefined): string => (met ? 'accepted' : 'caller_not_allowed')
    expect(await outcomeOf(verifier.verify(signed, { caller: 'user' }))).toBe(code(isUser))
    expect(await outcomeOf(verifier.verify(signed, { caller: 'service' }))).toBe(code(isService))
    expect(await outcomeOf(verifier.verify(signed))).toBe('accepted')
  })

  it('is a 403 without a scope, and names the requirement', async () => {
    await expect(makeVerifier().verify(signToken(), { caller: 'service' })).rejects.toMatchObject({
      ...{ status: 403, error: 'insufficient_scope', requirement: 'caller', requiredScopes: [] },
    })
  })

  it('is answered for cached tokens, by guards and by checkRequirements', async () => {
    const verifier = makeVerifier()
    const [user, service] = [{ caller: 'user' }, defineRequirements({ caller: 'service' })] as const
    const token = signToken()
    const request = requestWith(token)
    const auth = await verifier.verify(token)
    await decide(verifier, request)
    expect(decideNow(verifier, token, user)).toBeDefined()
    expect(await outcomeOf(() => decideNow(verifier, token, service))).toBe('caller_not_allowed')
    expect(await outcomeOf(() => requireOn(request, undefined, user))).toBe('accepted')
    expect(await outcomeOf(() => requireOn(request, undefined, service))).toBe('caller_not_allowed')
    expect(await outcomeOf(() => checkRequirements(auth, user))).toBe('accepted')
    expect(await outcomeOf(() => checkRequirements(auth, service))).toBe('caller_not_allowed')
  })

  it('is unknown for a token that was copied or made by hand', async () => {
    const auth = await makeVerifier().verify(signToken())
    for (const token of [{ ...auth }, structuredClone(auth), tokenWith([], auth.claims)]) {
      for (const caller of ['user', 'service'] as const) {
        expect(await codeOf(token, { caller })).toBe('caller_not_allowed')
      }
    }
  })
})
