import {
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  NOW,
  outcomeOf,
  type SigningKey,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import { makeVerifier } from '../support/verifiers.ts'

const OTHER = 'https://example.okta.com/oauth2/aus2'

function codeOf(
  claims: Readonly<Record<string, unknown>>,
  options: Partial<AccessTokenVerifierOptions> = {},
): Promise<string> {
  return outcomeOf(makeVerifier(options).verify(signToken({ claims })))
}

describe('iss', () => {
  it.each([
    ['is missing', undefined, 'issuer_missing'],
    ['has a slash at its end', `${ISSUER}/`, 'issuer_not_allowed'],
    ['has another case', ISSUER.toUpperCase(), 'issuer_not_allowed'],
    ['has another case in its host', ISSUER.replace('example', 'Example'), 'issuer_not_allowed'],
    ['is http', ISSUER.replace('https', 'http'), 'issuer_not_allowed'],
    ['has a port', ISSUER.replace('.com', '.com:443'), 'issuer_not_allowed'],
    ['is the org authorization server', 'https://example.okta.com', 'issuer_not_allowed'],
    ['is longer', `${ISSUER}2`, 'issuer_not_allowed'],
    ['is shorter', ISSUER.slice(0, -1), 'issuer_not_allowed'],
    ['has the issuer as a prefix', `${ISSUER}.attacker.example`, 'issuer_not_allowed'],
    ['ends with a space', `${ISSUER} `, 'issuer_not_allowed'],
    ['ends with a NUL', `${ISSUER}\u0000`, 'issuer_not_allowed'],
    ['has a dot segment', ISSUER.replace('/default', '/x/../default'), 'issuer_not_allowed'],
    ['is percent-encoded', ISSUER.replace('default', '%64efault'), 'issuer_not_allowed'],
    ['is a list', [ISSUER], 'issuer_not_allowed'],
    ['is an object', { issuer: ISSUER }, 'issuer_not_allowed'],
    ['is null', null, 'issuer_not_allowed'],
    ['is empty', '', 'issuer_not_allowed'],
    ['is another', 'https://attacker.example.com', 'issuer_not_allowed'],
  ])('is refused if it %s', async (_title, iss, code) => {
    expect(await codeOf({ iss })).toBe(code)
  })
})

describe('each of several issuers', () => {
  const [ours, theirs] = [signingKey(), { ...signingKey('ES256', 'theirs'), kid: signingKey().kid }]
  const first = { issuer: ISSUER, jwks: { keys: [ours.jwk] } }
  const second = {
    issuer: OTHER,
    audience: 'api://other',
    jwks: { keys: [{ ...theirs.jwk, kid: ours.kid }] },
  }

  it.each<[string, string, string, SigningKey]>([
    ['accepted', ISSUER, AUDIENCE, ours],
    ['accepted', OTHER, 'api://other', theirs],
    ['signature_invalid', OTHER, 'api://other', ours],
    ['signature_invalid', ISSUER, AUDIENCE, theirs],
    ['audience_mismatch', OTHER, AUDIENCE, theirs],
  ])('has its own keys and audience: %s, %s, %s', async (code, iss, aud, key) => {
    const verifier = makeVerifier({ issuer: [first, second] })
    expect(await outcomeOf(verifier.verify(signToken({ claims: { iss, aud }, key })))).toBe(code)
  })

  it('has its own clock', async () => {
    const clock = () => (NOW + 10_000) * 1_000
    const verifier = makeVerifier({ issuer: [first, { ...second, audience: AUDIENCE, clock }] })
    expect(await outcomeOf(verifier.verify(signToken({ key: ours })))).toBe('accepted')
    const token = signToken({ key: theirs, claims: { iss: OTHER } })
    expect(await outcomeOf(verifier.verify(token))).toBe('token_expired')
  })
})

describe('aud', () => {
  it.each<[unknown, string]>([
    [undefined, 'audience_missing'],
    [AUDIENCE, 'accepted'],
    [[AUDIENCE], 'accepted'],
    [['https://example.okta.com', AUDIENCE], 'accepted'],
    [[AUDIENCE, AUDIENCE], 'accepted'],
    [`${AUDIENCE}/`, 'audience_mismatch'],
    [`${AUDIENCE}s`, 'audience_mismatch'],
    [`x${AUDIENCE}`, 'audience_mismatch'],
    ['api://defaul', 'audience_mismatch'],
    ['api://', 'audience_mismatch'],
    ['API://DEFAULT', 'audience_mismatch'],
    [` ${AUDIENCE}`, 'audience_mismatch'],
    [`${AUDIENCE} api://other`, 'audience_mismatch'],
    [`${AUDIENCE},api://other`, 'audience_mismatch'],
    ['', 'audience_mismatch'],
    [[], 'audience_mismatch'],
    [[''], 'audience_mismatch'],
    [['api://other', 'default'], 'audience_mismatch'],
    [CLIENT_ID, 'audience_mismatch'],
    [null, 'claim_malformed'],
    [1, 'claim_malformed'],
    [{ [AUDIENCE]: true }, 'claim_malformed'],
    [[[AUDIENCE]], 'claim_malformed'],
    [[AUDIENCE, 1], 'claim_malformed'],
    [[AUDIENCE, null], 'claim_malformed'],
  ])('of %j is %s', async (aud, code) => {
    expect(await codeOf({ aud })).toBe(code)
  })

  it('must contain one of the accepted audiences', async () => {
    const audience = ['api://a', 'api://b']
    expect(await codeOf({ aud: 'api://b' }, { audience })).toBe('accepted')
    expect(await codeOf({ aud: ['api://c', 'api://a'] }, { audience })).toBe('accepted')
    expect(await codeOf({ aud: 'api://c' }, { audience })).toBe('audience_mismatch')
  })
})

describe('sub', () => {
  it.each([null, 1, ['a'], { a: 1 }])('is refused if it is not a string: %j', async (sub) => {
    expect(await codeOf({ sub })).toBe('claim_malformed')
  })

  it('may be missing', async () => {
    const auth = await makeVerifier().verify(signToken({ claims: { sub: undefined } }))
    expect(auth.subject).toBeUndefined()
  })
})

describe('jti', () => {
  it.each([1, true, ['a'], { a: 1 }])('is refused if it is not a string: %j', async (jti) => {
    expect(await codeOf({ jti })).toBe('claim_malformed')
  })

  it.each([undefined, null, '', 'AT.1'])('may be %j', async (jti) => {
    expect(await codeOf({ jti })).toBe('accepted')
  })
})

describe('cnf', () => {
  it.each([{ jkt: 'abc' }, { 'x5t#S256': 'abc' }, { jwk: {} }, {}, null, 'abc', false])(
    'makes the token sender-constrained, so that it is refused: %j',
    async (cnf) => {
      expect(await codeOf({ cnf })).toBe('sender_constrained')
    },
  )
})
