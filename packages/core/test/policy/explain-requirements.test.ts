import { NOW, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { allOf } from '../../src/policy/claims.ts'
import type { Requirements } from '../../src/policy/requirements.ts'
import { boundToken, DER, requestOverTls } from '../possession/certificates.ts'
import { makeVerifier } from '../support/verifiers.ts'

const CLAIMS = {
  ...{ scp: ['read'], tenant: 'a', department: 'sales', act: { sub: 'agent' } },
  org: { id: '7', unit: { id: 'u', head: 'ada' }, owner: 'eve' },
  ...{ authorization_details: [{ type: 'account' }], acr: 'phr', amr: ['mfa'], auth_time: NOW },
}
const token = signToken({ claims: CLAIMS, header: { typ: 'at+jwt' } })

describe('explain() shows what of a token a requirement concerns', () => {
  it.each<[Requirements, object]>([
    [{ scopes: ['read'] }, { scopes: ['read'] }],
    [{ anyScope: ['read', 'write'] }, { scopes: ['read'] }],
    [{ claims: { tenant: 'a', level: () => true } }, { tenant: 'a' }],
    [{ claims: { org: { id: '7', unit: { id: 'u' } } } }, { org: { id: '7', unit: { id: 'u' } } }],
    [{ claims: { org: { unit: { id: 'u' }, size: 1 } } }, { org: { unit: { id: 'u' } } }],
    [{ claims: { org: { unit: () => true } } }, { org: { unit: { id: 'u', head: 'ada' } } }],
    [{ claims: { org: allOf('7') } }, { org: CLAIMS.org }],
    [{ claims: { tenant: { id: '7' } } }, { tenant: 'a' }],
    [
      { anyOf: [{ claims: { org: { id: '8' } } }, { claims: { org: { unit: { head: 'bob' } } } }] },
      { org: { id: '7', unit: { head: 'ada' } } },
    ],
    [{ caller: 'user' }, { caller: 'unknown' }],
    [{ delegation: 'required' }, { act: { sub: 'agent' } }],
    [{ authorizationDetails: { type: 'account' } }, { authorization_details: [{ type: 'account' }] }],
    [{ authentication: { maxAge: 60 } }, { acr: 'phr', amr: ['mfa'], auth_time: NOW }],
    [
      {
        anyOf: [{ caller: 'service' }, { scopes: ['read'] }, { claims: { tenant: 'a' }, delegation: 'none' }],
      },
      { caller: 'unknown', scopes: ['read'], tenant: 'a', act: { sub: 'agent' } },
    ],
  ])('%j', async (requirements, found) => {
    const { checks } = await makeVerifier().explain(token, requirements)
    expect(checks.at(-1)?.check).toBe(`requirement ${Object.keys(requirements)[0]}`)
    expect(checks.at(-1)?.found).toEqual(found)
  })

  it('with all values that a claim must contain', async () => {
    const requirements = { claims: { groups: allOf('staff', 'finance') } }
    const { checks } = await makeVerifier().explain(token, requirements)
    expect(checks.at(-1)?.wanted).toEqual({ claims: { groups: { allOf: ['staff', 'finance'] } } })
  })

  it('who calls, as the profile of the token says it', async () => {
    const { checks } = await makeVerifier().explain(signToken(), { caller: 'service' })
    expect(checks.at(-1)).toMatchObject({ outcome: 'failed', found: { caller: 'user' } })
  })

  it('by name where it is a binding, which may serve as a secret', async () => {
    const request = requestOverTls(boundToken(DER), DER)
    const { checks } = await makeVerifier({ mtls: 'allowed' }).explain(request, { possession: 'mtls' })
    expect(checks.at(-1)?.found).toEqual({ cnf: ['x5t#S256'] })
  })
})

describe('explain() shows a requirement as it is written', () => {
  it.each<[Requirements, object]>([
    [{ scopes: ['read'] }, { scopes: ['read'] }],
    [
      { claims: { tenant: ['a', 'b'], level: () => true } },
      { claims: { tenant: ['a', 'b'], level: 'a function' } },
    ],
    [
      { anyOf: [{ claims: { resource_access: { api: { roles: allOf('a', 'b') } } } }] },
      { anyOf: [{ claims: { resource_access: { api: { roles: { allOf: ['a', 'b'] } } } } }] },
    ],
    [{ anyOf: [{ claims: { tenant: () => true } }] }, { anyOf: [{ claims: { tenant: 'a function' } }] }],
  ])('%j, whether or not the token can be compared with it', async (requirements, wanted) => {
    const verifier = makeVerifier()
    for (const each of [token, 'no token']) {
      const { checks } = await verifier.explain(each, requirements)
      expect(checks.at(-1)?.wanted).toEqual(wanted)
    }
  })
})
