import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RequestLike } from '../src/authorization-header.ts'
import { errorResponse } from '../src/challenge.ts'
import { channels } from '../src/diagnostics.ts'
import { ConfigurationError, ERROR_CATALOGUE, type ResourceServerError } from '../src/errors.ts'
import { createAccessTokenVerifier } from '../src/verifier.ts'
import { signingKey } from './support/keys.ts'
import { base64url, ISSUER, makeToken, makeVerifier, NOW, refusalOf, signSegments } from './support/tokens.ts'

/** Stands in tokens, claims, headers and requests; must not come out again. */
const CANARY = 'canary7Kq'
const inForms = [
  CANARY,
  CANARY.toLowerCase(),
  base64url(CANARY),
  encodeURIComponent(CANARY),
  Buffer.from(CANARY).toString('hex'),
]

/** All that an application may log or send of an error. */
function everythingOf(error: ResourceServerError): string {
  return [
    error.message,
    error.stack,
    String(error),
    inspect(error, { depth: Infinity, showHidden: true }),
    JSON.stringify(error),
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    inspect(error.cause, { depth: Infinity }),
    JSON.stringify(errorResponse(error)),
  ].join('\n')
}

function expectNoTrace(text: string, token = ''): void {
  for (const form of inForms) expect(text.toLowerCase()).not.toContain(form.toLowerCase())
  for (const segment of token.split('.')) if (segment.length > 8) expect(text).not.toContain(segment)
}

const messages: unknown[] = []
const note = (message: unknown): void => void messages.push(message)
beforeAll(() => {
  for (const { name } of Object.values(channels)) subscribe(name, note)
})
afterAll(() => {
  for (const { name } of Object.values(channels)) unsubscribe(name, note)
  expect(messages.length).toBeGreaterThan(30)
  expectNoTrace(inspect(messages, { depth: Infinity, showHidden: true }))
})

const C = CANARY
const canaries = { sub: C, cid: C, jti: C, uid: C, [C]: C, nested: { [C]: [C] } }
const headers = { [C]: C }
const attacker = await signingKey('ES256', 'attacker')
const key = await signingKey('ES256')

/** One token for each refusal there is, full of canaries. */
const tokens: Readonly<Record<string, string>> = {
  token_too_large: C.repeat(2_000),
  token_malformed: `${C}.${C}.${C}`,
  token_encrypted: `${C}.${C}.${C}.${C}.${C}`,
  unsupported_header_parameter: await makeToken({ claims: canaries, header: { ...headers, crit: [C] } }),
  algorithm_not_allowed: await makeToken({ claims: canaries, header: { ...headers, alg: C } }),
  key_id_missing: await makeToken({ claims: canaries, header: { ...headers, kid: undefined } }),
  key_unknown: await makeToken({ claims: canaries, header: { ...headers, kid: C } }),
  key_unsuitable: await makeToken({ claims: canaries, header: { ...headers, alg: 'RS256' } }),
  signature_invalid: await makeToken({
    claims: canaries,
    header: headers,
    key: { ...attacker, kid: key.kid },
  }),
  not_an_access_token: await makeToken({ claims: canaries, header: { ...headers, typ: C } }),
  sender_constrained: await makeToken({ claims: { ...canaries, cnf: { jkt: C } }, header: headers }),
  issuer_missing: await makeToken({ claims: { ...canaries, iss: undefined }, header: headers }),
  issuer_not_allowed: await makeToken({
    claims: { ...canaries, iss: `https://${C}.example` },
    header: headers,
  }),
  audience_missing: await makeToken({ claims: { ...canaries, aud: undefined }, header: headers }),
  audience_mismatch: await makeToken({ claims: { ...canaries, aud: [C] }, header: headers }),
  expiry_missing: await makeToken({ claims: { ...canaries, exp: undefined }, header: headers }),
  token_expired: await makeToken({ claims: { ...canaries, exp: NOW - 60 }, header: headers }),
  token_not_yet_valid: await makeToken({ claims: { ...canaries, nbf: NOW + 60 }, header: headers }),
  token_issued_in_future: await makeToken({ claims: { ...canaries, iat: NOW + 60 }, header: headers }),
  token_too_old: await makeToken({ claims: { ...canaries, iat: NOW - 6_000 }, header: headers }),
  claim_malformed: await makeToken({ claims: { ...canaries, exp: C }, header: headers }),
  client_not_allowed: await makeToken({ claims: { ...canaries, cid: `${C}${C}` }, header: headers }),
}

describe('nothing of a token', () => {
  it('is left untried: there is one for each code', () => {
    expect(Object.keys(tokens).sort()).toEqual(Object.keys(ERROR_CATALOGUE.InvalidTokenError).sort())
  })

  it.each(Object.entries(tokens))('comes out with %s', async (code, token) => {
    const verifier = await makeVerifier({ clientIds: ['somebody', C], maxTokenAge: 3_600 })
    for (const call of [
      () => verifier.verify(token),
      () => verifier.authenticate({ headers: { authorization: `Bearer ${token}` } }),
    ]) {
      const error = await refusalOf(call)
      expect(error.code).toBe(code)
      expectNoTrace(everythingOf(error), token)
    }
  })

  it('comes out where JSON.parse would have quoted it', async () => {
    const verifier = await makeVerifier()
    for (const payload of [`{"${C}":${C}}`, C, `"${C}"`, `{"a":1,"a":"${C}"}`]) {
      const token = signSegments('{"alg":"ES256","kid":"ES256-main"}', payload, key)
      expectNoTrace(everythingOf(await refusalOf(() => verifier.verify(token))), token)
    }
  })

  it('comes out with a requirement that does not hold', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken({ claims: { ...canaries, scp: [C] }, header: headers })
    const fail = (): boolean => {
      throw new Error(C)
    }
    for (const requirements of [
      { scopes: ['a'] },
      { anyScope: ['a'] },
      { claims: { sub: 'a' } },
      { claims: { sub: fail } },
    ]) {
      expectNoTrace(everythingOf(await refusalOf(() => verifier.verify(token, requirements))), token)
    }
  })

  it('comes out where the keys are out of reach', async () => {
    const verifier = await makeVerifier({
      jwksUri: `${ISSUER}/v1/keys`,
      fetch: () => Promise.reject(new Error('no route')),
    })
    const token = await makeToken({ claims: canaries, header: { kid: C } })
    const error = await refusalOf(() => verifier.verify(token))
    expect(error.status).toBe(503)
    expectNoTrace(everythingOf(error), token)
    verifier.close()
  })

  it('stands in what was verified, but for its claims', async () => {
    const verifier = await makeVerifier()
    const token = await makeToken({ claims: { level: C } })
    const auth = await verifier.verify(token)
    const text = `${inspect(auth, { depth: Infinity, showHidden: true })}${JSON.stringify(auth)}`
    expect(auth.claims.level).toBe(C)
    for (const part of [token, ...token.split('.')]) expect(text).not.toContain(part)
    const internals = inspect(verifier, { depth: Infinity, showHidden: true })
    for (const part of [token, ...token.split('.')]) expect(internals).not.toContain(part)
  })
})

describe('nothing of a request', () => {
  it.each<[string, unknown]>([
    ['a malformed header', { headers: { authorization: `Bearer ${C} ${C}` } }],
    ['another scheme', { headers: { authorization: `${C} ${C}` } }],
    ['several headers', { headers: { authorization: [`Bearer ${C}`, `Bearer ${C}`] } }],
    [
      'a second header in the raw ones',
      { headers: {}, rawHeaders: ['authorization', C, 'Authorization', C] },
    ],
    ['a token in the query', { headers: {}, url: `/${C}?access_token=${C}` }],
    ['tokens in header and query', { headers: { authorization: `Bearer ${C}` }, url: `/?access_token=${C}` }],
    ['no token', { headers: { cookie: C }, url: `/${C}`, body: { access_token: C } }],
    ['a token too large', { headers: { authorization: `Bearer ${C.repeat(2_000)}` } }],
  ])('comes out with %s', async (_title, request) => {
    const verifier = await makeVerifier()
    expectNoTrace(everythingOf(await refusalOf(() => verifier.decide(request as RequestLike))))
  })
})

describe('nothing of a value', () => {
  it.each([
    { issuer: `https://someone:${C}@example.com` },
    { issuer: `https://example.com/?secret=${C}` },
    { issuer: C },
    { jwksUri: `http://${C}.example.com/keys` },
    { audience: ` ${C}` },
    { clientIds: [`{${C}}`] },
    { algorithms: [C] },
    { profile: C },
    { cacheMaxAge: C },
    { jwks: C },
    { fetch: C },
    { tokenCache: C },
  ])('that was configured comes out with the error about it: %o', (options) => {
    const make = (): unknown =>
      createAccessTokenVerifier({ issuer: ISSUER, audience: 'a', ...options } as never)
    expect(make).toThrow(ConfigurationError)
    try {
      make()
    } catch (error) {
      expectNoTrace(`${(error as Error).message} ${JSON.stringify(error)}`)
    }
  })
})
