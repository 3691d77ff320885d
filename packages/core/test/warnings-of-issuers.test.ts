import {
  AUDIENCE,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  scriptedFetch,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { AccessTokenVerifierOptions } from '../src/index.ts'
import { createAccessTokenVerifier } from '../src/verifier.ts'
import { makeVerifier } from './support/verifiers.ts'
import { codes, startRecording, warnings } from './support/warnings.ts'

// What other tests have required of callers counts for the whole process.
beforeEach(() => startRecording('ORS_CALLER_UNKNOWN'))

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

describe('introspection that never asks', () => {
  const introspection = { clientId: 'api', clientSecret: 'secret' }

  it.each([
    ['a custom authorization server of Okta', { issuer: 'https://example.okta.com/oauth2/aus1' }],
    ['a custom domain of Okta', { issuer: 'https://id.example.com/oauth2/default' }],
    ['the profile okta', { issuer: 'https://as.example.com', profile: ['okta', 'generic'] }],
  ] as const)('is reported at the start for %s', async (_title, options) => {
    makeVerifier({ ...options, introspection })

    expect(await codes(1)).toEqual(['ORS_INTROSPECTION_UNUSED'])
    expect(warnings[0]?.message).toContain("Set when to 'always'")
  })

  it.each([
    ['always', 'https://example.okta.com/oauth2/aus1'],
    ['only', 'https://example.okta.com/oauth2/aus1'],
    ['opaque', 'https://as.example.com'],
  ] as const)('is not reported where it asks: %s, %s', async (when, issuer) => {
    makeVerifier({ issuer, introspection: { ...introspection, when } })

    expect(await codes()).toEqual([])
  })
})
