import { AUDIENCE, CLIENT_ID, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { API, AS, activeAnswer, askingVerifier } from './support/introspection.ts'
import { countVerifications, FORGED, makeVerifier, remoteVerifier } from './support/verifiers.ts'
import { codes, GENERIC, startRecording, warnings } from './support/warnings.ts'

// What other tests have required of callers counts for the whole process.
beforeEach(() => startRecording('ORS_CALLER_UNKNOWN'))

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
