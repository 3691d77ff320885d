import { describe, expect, it } from 'vitest'
import { checkClaims, checkTimes, clientIdOf, scopesOf, timesOf } from '../src/claims.ts'
import { issuerConfiguration } from '../src/issuer-options.ts'
import { signingKey } from './support/keys.ts'
import {
  AUDIENCE,
  CLIENT,
  ISSUER,
  makeToken,
  makeVerifier,
  NOW,
  oktaClaims,
  outcome,
  signSegments,
} from './support/tokens.ts'

type Policy = { clockTolerance?: number; maxTokenAge?: number }

function timesAt(now: number, claims: Record<string, unknown>, policy: Policy = {}): Promise<string> {
  return outcome(() =>
    checkTimes(timesOf(claims), now, { clockTolerance: 5, maxTokenAge: undefined, ...policy }),
  )
}

function claimsWith(claims: Record<string, unknown>, options: Record<string, unknown> = {}): Promise<string> {
  const configuration = issuerConfiguration({ issuer: ISSUER, audience: AUDIENCE, ...options }, 'issuer')
  return outcome(() => checkClaims({ aud: AUDIENCE, ...claims }, configuration))
}

describe('expiry', () => {
  it.each([
    [0, 999, 'accepted'],
    [0, 999.999, 'accepted'],
    [0, 1_000, 'token_expired'],
    [5, 1_004.999, 'accepted'],
    [5, 1_005, 'token_expired'],
    [300, 1_299, 'accepted'],
    [300, 1_300, 'token_expired'],
    [0, Number.NaN, 'token_expired'],
  ])(
    'with a tolerance of %i s a token that expires at 1000 is at %d %s',
    async (clockTolerance, now, code) => {
      expect(await timesAt(now, { exp: 1_000 }, { clockTolerance })).toBe(code)
    },
  )

  it('is demanded', async () => {
    expect(await timesAt(0, {})).toBe('expiry_missing')
    expect(await timesAt(0, { exp: undefined })).toBe('expiry_missing')
  })
})

describe('not before', () => {
  it.each([
    [0, 1_000, 'accepted'],
    [0, 999.999, 'token_not_yet_valid'],
    [5, 995, 'accepted'],
    [5, 994.999, 'token_not_yet_valid'],
  ])('with a tolerance of %i s a token valid from 1000 on is at %d %s', async (clockTolerance, now, code) => {
    expect(await timesAt(now, { exp: 9_999, nbf: 1_000 }, { clockTolerance })).toBe(code)
  })
})

describe('issued at', () => {
  it.each([
    [0, 1_000, 'accepted'],
    [0, 999.999, 'token_issued_in_future'],
    [5, 995, 'accepted'],
    [5, 994.999, 'token_issued_in_future'],
  ])('with a tolerance of %i s a token of 1000 is at %d %s', async (clockTolerance, now, code) => {
    expect(await timesAt(now, { exp: 9_999, iat: 1_000 }, { clockTolerance })).toBe(code)
  })

  it.each([
    [0, 60, 1_060, 'accepted'],
    [0, 60, 1_060.001, 'token_too_old'],
    [5, 60, 1_065, 'accepted'],
    [5, 60, 1_065.001, 'token_too_old'],
    [5, 0, 1_005, 'accepted'],
    [5, 0, 1_006, 'token_too_old'],
  ])(
    'with a tolerance of %i s and an age of %i s a token of 1000 is at %d %s',
    async (clockTolerance, maxTokenAge, now, code) => {
      expect(await timesAt(now, { exp: 9_999, iat: 1_000 }, { clockTolerance, maxTokenAge })).toBe(code)
    },
  )

  it('is demanded only where the age is limited', async () => {
    expect(await timesAt(0, { exp: 1 })).toBe('accepted')
    expect(await timesAt(0, { exp: 1 }, { maxTokenAge: 1_000 })).toBe('token_too_old')
  })
})

describe('a time that is no NumericDate', () => {
  const forms = [
    '"1900003540"',
    '"2030-01-01T00:00:00Z"',
    'null',
    'true',
    '[]',
    '[1900003540]',
    '{}',
    '-1',
    '-1e9',
    '1e400',
    '-1e400',
    '""',
  ]

  it.each(['exp', 'nbf', 'iat'].flatMap((name) => forms.map((form) => [name, form] as const)))(
    '%s: %s is refused',
    async (name, form) => {
      const key = await signingKey('ES256')
      const members = Object.entries({ ...oktaClaims(), [name]: 'replaced' }).map(
        ([member, value]) => `${JSON.stringify(member)}:${member === name ? form : JSON.stringify(value)}`,
      )
      const token = signSegments(
        JSON.stringify({ alg: 'ES256', kid: key.kid }),
        `{${members.join(',')}}`,
        key,
      )
      const verifier = await makeVerifier()
      expect(await outcome(() => verifier.verify(token))).toBe('claim_malformed')
    },
  )

  it.each([0, -0, 0.5, 1e-300])('may be small or broken: iat %d', async (iat) => {
    expect(await timesAt(NOW, { exp: NOW + 1, iat, nbf: iat })).toBe('accepted')
  })
})

describe('the issuer', () => {
  it.each([
    ['is missing', undefined, 'issuer_missing'],
    ['has a slash at its end', `${ISSUER}/`, 'issuer_not_allowed'],
    ['has another case', ISSUER.toUpperCase(), 'issuer_not_allowed'],
    ['has another case in its host', ISSUER.replace('example', 'Example'), 'issuer_not_allowed'],
    ['is http', ISSUER.replace('https', 'http'), 'issuer_not_allowed'],
    ['has a port', ISSUER.replace('.com', '.com:443'), 'issuer_not_allowed'],
    ['is the org server', 'https://example.okta.com', 'issuer_not_allowed'],
    ['is longer', `${ISSUER}2`, 'issuer_not_allowed'],
    ['is shorter', ISSUER.slice(0, -1), 'issuer_not_allowed'],
    ['only begins alike', `${ISSUER}.attacker.example`, 'issuer_not_allowed'],
    ['has a space behind', `${ISSUER} `, 'issuer_not_allowed'],
    ['has a NUL behind', `${ISSUER}\u0000`, 'issuer_not_allowed'],
    ['has a dot segment', ISSUER.replace('/default', '/x/../default'), 'issuer_not_allowed'],
    ['is percent-encoded', ISSUER.replace('default', '%64efault'), 'issuer_not_allowed'],
    ['is a list', [ISSUER], 'issuer_not_allowed'],
    ['is an object', { issuer: ISSUER }, 'issuer_not_allowed'],
    ['is null', null, 'issuer_not_allowed'],
    ['is empty', '', 'issuer_not_allowed'],
    ['is another', 'https://attacker.example.com', 'issuer_not_allowed'],
  ])('that %s is refused', async (_title, iss, code) => {
    const verifier = await makeVerifier()
    expect(await outcome(async () => verifier.verify(await makeToken({ claims: { iss } })))).toBe(code)
  })

  it('of several brings its own keys and audience: none vouches for another', async () => {
    const other = 'https://example.okta.com/oauth2/aus2'
    const [ours, theirs] = [await signingKey('ES256'), await signingKey('ES256', 'theirs')]
    const verifier = await makeVerifier({
      issuer: [
        { issuer: ISSUER, jwks: { keys: [ours.jwk] } },
        { issuer: other, audience: 'api://other', jwks: { keys: [{ ...theirs.jwk, kid: ours.kid }] } },
      ],
    })
    const judged = async (iss: string, aud: string, key: typeof ours): Promise<string> =>
      outcome(async () =>
        verifier.verify(await makeToken({ claims: { iss, aud }, key: { ...key, kid: ours.kid } })),
      )
    expect(await judged(ISSUER, AUDIENCE, ours)).toBe('accepted')
    expect(await judged(other, 'api://other', theirs)).toBe('accepted')
    expect(await judged(other, 'api://other', ours)).toBe('signature_invalid')
    expect(await judged(ISSUER, AUDIENCE, theirs)).toBe('signature_invalid')
    expect(await judged(other, AUDIENCE, theirs)).toBe('audience_mismatch')
  })
})

describe('the audience', () => {
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
    [CLIENT, 'audience_mismatch'],
    [null, 'claim_malformed'],
    [1, 'claim_malformed'],
    [{ [AUDIENCE]: true }, 'claim_malformed'],
    [[[AUDIENCE]], 'claim_malformed'],
    [[AUDIENCE, 1], 'claim_malformed'],
    [[AUDIENCE, null], 'claim_malformed'],
  ])('%j: %s', async (aud, code) => {
    const verifier = await makeVerifier()
    expect(await outcome(async () => verifier.verify(await makeToken({ claims: { aud } })))).toBe(code)
  })

  it('may be any one of several', async () => {
    const audience = ['api://a', 'api://b']
    expect(await claimsWith({ aud: 'api://b' }, { audience })).toBe('accepted')
    expect(await claimsWith({ aud: ['api://c', 'api://a'] }, { audience })).toBe('accepted')
    expect(await claimsWith({ aud: 'api://c' }, { audience })).toBe('audience_mismatch')
  })
})

describe('the client', () => {
  it('may be anyone unless clientIds is set', async () => {
    expect(await claimsWith({})).toBe('accepted')
    expect(await claimsWith({ cid: 'anyone' })).toBe('accepted')
  })

  it.each([
    [{ cid: 'a' }, 'accepted'],
    [{ client_id: 'b' }, 'accepted'],
    [{ azp: 'a' }, 'accepted'],
    [{ cid: 'a', azp: 'x' }, 'accepted'],
    [{ cid: 'x', client_id: 'a' }, 'client_not_allowed'],
    [{ client_id: 'x', azp: 'a' }, 'client_not_allowed'],
    [{ cid: 'A' }, 'client_not_allowed'],
    [{ cid: 'a ' }, 'client_not_allowed'],
    [{ cid: 'ab' }, 'client_not_allowed'],
    [{ cid: '' }, 'client_not_allowed'],
    [{ cid: ['a'] }, 'client_not_allowed'],
    [{ cid: 1, azp: 'a' }, 'client_not_allowed'],
    [{ sub: 'a' }, 'client_not_allowed'],
    [{}, 'client_not_allowed'],
  ])('%o of the allowed a and b: %s', async (claims, code) => {
    expect(await claimsWith(claims, { clientIds: ['a', 'b'] })).toBe(code)
  })

  it('is read from cid, client_id and azp, in this order', () => {
    expect(clientIdOf({ cid: 'a', client_id: 'b', azp: 'c' })).toBe('a')
    expect(clientIdOf({ client_id: 'b', azp: 'c' })).toBe('b')
    expect(clientIdOf({ azp: 'c' })).toBe('c')
    expect(clientIdOf({})).toBeUndefined()
    expect(clientIdOf({ cid: {} })).toBeUndefined()
  })
})

describe('other claims', () => {
  it.each([{ jkt: 'abc' }, { 'x5t#S256': 'abc' }, { jwk: {} }, {}, null, 'abc', false])(
    'a token bound by cnf is refused as plain Bearer: %j',
    async (cnf) => {
      const verifier = await makeVerifier()
      expect(await outcome(async () => verifier.verify(await makeToken({ claims: { cnf } })))).toBe(
        'sender_constrained',
      )
    },
  )

  it.each([null, 1, ['a'], { a: 1 }])('a subject that is no string is refused: %j', async (sub) => {
    expect(await claimsWith({ sub })).toBe('claim_malformed')
  })

  it('a token without subject is accepted', async () => {
    const verifier = await makeVerifier()
    const { subject } = await verifier.verify(await makeToken({ claims: { sub: undefined } }))
    expect(subject).toBeUndefined()
  })
})

describe('scopes', () => {
  it.each<[Record<string, unknown>, readonly string[]]>([
    [{ scp: ['a', 'b:c'] }, ['a', 'b:c']],
    [{ scp: 'a b:c' }, ['a', 'b:c']],
    [{ scope: 'a b:c' }, ['a', 'b:c']],
    [{ scope: ['a'] }, ['a']],
    [{ scp: ['a'], scope: 'b' }, ['a']],
    [{ scp: [], scope: 'b' }, []],
    [{ scp: '', scope: 'b' }, []],
    [{ scp: null, scope: 'b' }, ['b']],
    [{ scope: ' a  b ' }, ['a', 'b']],
    [{ scope: 'a\tb' }, ['a\tb']],
    [{ scp: ['a b'] }, ['a b']],
    [{ scp: ['a', 1, null, ['b'], {}, ''] }, ['a']],
    [{ scp: { a: true } }, []],
    [{ scp: 1 }, []],
    [{ scope: true }, []],
    [{}, []],
  ])('of %j are %j', (claims, scopes) => {
    expect(scopesOf(claims)).toEqual(scopes)
  })

  it('are the very list of the claim where each is a word', () => {
    const scp = ['a', 'b']
    expect(scopesOf({ scp })).toBe(scp)
  })
})
