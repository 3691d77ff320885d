import { setTimeout } from 'node:timers/promises'
import { CLIENT_ID } from '@okta-resource-server/testing'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createTenants, published, tenant } from '../support/tenants.ts'
import { stopTime } from '../support/time.ts'

const ONE = tenant('one')

type Tenants = ReturnType<typeof createTenants>

/** What is reported for an issuer in the options, but not for one that a function finds. */
const SITUATIONS: readonly [string, (tenants: Tenants) => Promise<string>, string][] = [
  [
    'metadata names an issuer with a slash',
    (tenants) => {
      tenants.server.answer = () => Response.json({ issuer: `${ONE}/`, jwks_uri: `${ONE}/keys` })
      return tenants.outcome(ONE)
    },
    'issuer_not_allowed',
  ],
  [
    'the clock of the authorization server is wrong',
    (tenants) => {
      tenants.server.answer = (url) => {
        const response = published(url)
        response.headers.set('date', new Date(0).toUTCString())
        return response
      }
      return tenants.outcome(ONE)
    },
    'accepted',
  ],
  [
    'tokens have no audience',
    (tenants) => tenants.outcome(ONE, undefined, { aud: undefined }),
    'audience_missing',
  ],
  [
    'tokens have another profile',
    async (tenants) => {
      await tenants.outcome(ONE)
      const generic = { cid: undefined, scp: undefined, client_id: CLIENT_ID, scope: 'a' }
      tenants.function_.resolve = () => ({ profile: 'okta' })
      tenants.verifier.forgetIssuer(ONE)
      await tenants.outcome(ONE)
      return tenants.outcome(ONE, undefined, generic)
    },
    'not_an_access_token',
  ],
  [
    'the audience is a client',
    (tenants) => {
      tenants.function_.resolve = () => ({ audience: CLIENT_ID })
      return tenants.outcome(ONE, undefined, { aud: CLIENT_ID })
    },
    'accepted',
  ],
  [
    'Cognito has an audience, but no clients',
    (tenants) => tenants.outcome('https://cognito-idp.eu-west-1.amazonaws.com/pool'),
    'accepted',
  ],
]

it.each(SITUATIONS)(
  'an issuer that a function finds causes no process warning if %s',
  async (_title, cause, code) => {
    stopTime()
    const warnings: unknown[] = []
    const spy = vi
      .spyOn(process, 'emitWarning')
      .mockImplementation((...warning) => void warnings.push(warning))
    onTestFinished(() => spy.mockRestore())
    expect(await cause(createTenants())).toBe(code)
    await setTimeout(20)
    expect(warnings).toEqual([])
  },
)
