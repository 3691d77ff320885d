import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { type RecordedWarning, recordWarnings } from '@okta-resource-server/testing/vitest'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type AccessTokenVerifier, createAccessTokenVerifier, oktaAuth, requireAuth } from '../src/index.ts'
import { outcome, request } from './requests.ts'

let warnings: readonly RecordedWarning[]

beforeEach(() => {
  warnings = recordWarnings((code) => code === 'ORS_CALLER_UNKNOWN')
})

function create(profile: 'rfc9068' | 'okta' = 'rfc9068'): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({ ...verifierOptions(), profile })
  onTestFinished(() => verifier.close())
  return verifier
}

describe('a guard that requires a caller, although no token can name one,', () => {
  it.each([
    ['without a token', {}, 401],
    ['with a token that is refused', bearer('a.b.c'), 401],
    ['with a token that is accepted', bearer(signToken({ header: { typ: 'at+jwt' } })), 403],
  ])('is reported with the first request, %s', async (_title, headers, status) => {
    const middleware = oktaAuth({ verifier: create() })
    const guard = requireAuth({ caller: 'user' })
    expect(warnings).toEqual([])

    const req = request(headers)
    const first = await outcome(middleware, req)
    expect(warnings).toHaveLength(1)
    expect(first ?? (await outcome(guard, req))).toMatchObject({ status })
    expect(warnings).toHaveLength(1)
  })

  it('is reported when the verifier is made ready', async () => {
    const verifier = create()
    oktaAuth({ verifier })
    requireAuth({ anyOf: [{ caller: 'user' }, { caller: 'service' }] })
    await verifier.ready()
    expect(warnings).toHaveLength(1)
  })

  it('is reported when a request has come to it, if there are several verifiers', async () => {
    const [okta, other] = [oktaAuth({ verifier: create('okta') }), oktaAuth({ verifier: create() })]
    const guard = requireAuth({ caller: 'user' })
    const accepted = request(bearer(signToken()))
    for (const middleware of [okta, guard]) expect(await outcome(middleware, accepted)).toBeUndefined()
    const refused = request(bearer(signToken({ header: { typ: 'at+jwt' } })))
    expect(await outcome(other, refused)).toBeUndefined()
    expect(warnings).toEqual([])

    expect(await outcome(guard, refused)).toMatchObject({ code: 'caller_not_allowed' })
    expect(warnings).toHaveLength(1)
  })
})
