import { expect, test } from 'vitest'
import { AUDIENCE, ISSUER, judge, NOW, outcome, tokenOf, verifierOf } from './signed-tokens.ts'

test('issuers and audiences are compared as they are: no case, slash, port, escape or Unicode form is made equal [RFC7519-2-string-or-uri] [RFC9068-4-iss] [OKTA-guide-iss]', async () => {
  for (const iss of [
    `${ISSUER}/`,
    ISSUER.replace('https', 'HTTPS'),
    ISSUER.replace('example', 'Example'),
    ISSUER.replace('.com', '.com:443'),
    ISSUER.replace('default', 'd%65fault'),
    ISSUER.replace('oauth2', './oauth2'),
    ` ${ISSUER}`,
    [ISSUER],
    { 0: ISSUER },
  ]) {
    expect(await judge(await tokenOf({ claims: { iss } }))).toBe('issuer_not_allowed')
  }
  for (const aud of ['API://default', `${AUDIENCE}/`, 'api://d%65fault', `${AUDIENCE} `, '', []]) {
    expect(await judge(await tokenOf({ claims: { aud } }))).toBe('audience_mismatch')
  }
  const audience = 'api://caf\u00e9'
  expect(await judge(await tokenOf({ claims: { aud: 'api://cafe\u0301' } }), { audience })).toBe(
    'audience_mismatch',
  )
})

test('a token is accepted up to its expiry and not at it [RFC7519-4.1.4-exp]', async () => {
  const clockTolerance = 0
  expect(await judge(await tokenOf({ claims: { exp: NOW + 1 } }), { clockTolerance })).toBe('accepted')
  expect(await judge(await tokenOf({ claims: { exp: NOW } }), { clockTolerance })).toBe('token_expired')
})

test('a token without an expiry is refused, of whatever profile [RFC6750-5.2-lifetime] [RFC9068-2.2-claims]', async () => {
  for (const profile of ['okta', 'rfc9068', 'generic'] as const) {
    const header = { typ: profile === 'rfc9068' ? 'at+jwt' : 'JWT' }
    expect(await judge(await tokenOf({ header, claims: { exp: undefined } }), { profile })).toBe(
      'expiry_missing',
    )
  }
})

test('of the claims of RFC 9068 those that are validated must be there, and others where they are required [RFC9068-2.2-claims]', async () => {
  const marked = { header: { typ: 'at+jwt' } }
  const without = (name: string) => tokenOf({ ...marked, claims: { [name]: undefined } })
  const profile = 'rfc9068'
  expect(await judge(await without('iss'), { profile })).toBe('issuer_missing')
  expect(await judge(await without('aud'), { profile })).toBe('audience_missing')
  for (const name of ['sub', 'client_id', 'jti', 'iat']) {
    expect(await judge(await without(name), { profile })).toBe('accepted')
  }

  expect(await judge(await without('iat'), { profile, maxTokenAge: 3_600 })).toBe('token_too_old')
  const verifier = await verifierOf({ profile })
  const claims = { jti: (value: unknown) => typeof value === 'string' }
  expect(await outcome(verifier.verify(await tokenOf(marked), { claims }))).toBe('accepted')
  expect(await outcome(verifier.verify(await without('jti'), { claims }))).toBe('insufficient_claims')
})

test('an audience of our own must be configured [RFC7519-4.1.3-identify]', async () => {
  for (const audience of [undefined, '', []]) {
    const options = { audience } as { audience: string }
    await expect(verifierOf(options)).rejects.toMatchObject({
      name: 'ConfigurationError',
      option: 'audience',
    })
  }
})

test('the leeway for clocks is five seconds, and five minutes at the most [RFC9068-4-exp]', async () => {
  expect(await judge(await tokenOf({ claims: { exp: NOW - 4 } }))).toBe('accepted')
  expect(await judge(await tokenOf({ claims: { exp: NOW - 5 } }))).toBe('token_expired')
  await expect(verifierOf({ clockTolerance: 301 })).rejects.toMatchObject({ option: 'clockTolerance' })
})

test('a token is accepted at its nbf and not before [RFC7519-4.1.5-nbf]', async () => {
  const clockTolerance = 0
  expect(await judge(await tokenOf({ claims: { nbf: NOW } }), { clockTolerance })).toBe('accepted')
  expect(await judge(await tokenOf({ claims: { nbf: NOW + 1 } }), { clockTolerance })).toBe(
    'token_not_yet_valid',
  )
})

test('times that are no numbers are refused [RFC7519-4.1.4-number] [RFC7519-4.1.5-number] [RFC7519-4.1.6-number]', async () => {
  for (const name of ['exp', 'nbf', 'iat']) {
    for (const value of ['1900000000', '', null, true, [NOW], {}, '2030-03-17T17:46:40Z']) {
      expect(await judge(await tokenOf({ claims: { [name]: value } }))).toBe('claim_malformed')
    }
  }
})

test('an assurance level is required by the claim acr [OKTA-assurance-acr] [OKTA-guide-claims] [RFC9068-4-authorization-claims]', async () => {
  const claims = { acr: ['phr', 'phrh'] }
  const verifier = await verifierOf()
  const with_ = async (acr: unknown): Promise<string> =>
    outcome(verifier.verify(await tokenOf({ claims: { acr } }), { claims }))

  expect(await with_('phr')).toBe('accepted')
  for (const acr of [undefined, null, '', 'ph', 'phr phrh', 'urn:okta:loa:2fa:any', { phr: true }]) {
    expect(await with_(acr)).toBe('insufficient_claims')
  }
})

test('clients can be listed, and a token must name one [OKTA-access-cid]', async () => {
  const clientIds = ['0oa1gjh63g214q0Hq0g4']
  expect(await judge(await tokenOf(), { clientIds })).toBe('accepted')
  expect(await judge(await tokenOf({ claims: { cid: '0oa1gjh63g214q0Hq0g' } }), { clientIds })).toBe(
    'client_not_allowed',
  )
  expect(await judge(await tokenOf({ claims: { cid: undefined } }))).toBe('not_an_access_token')
})
