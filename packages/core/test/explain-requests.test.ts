import { AUDIENCE, ISSUER, keySet, NOW, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAccessTokenVerifier } from '../src/index.ts'
import type { Explanation } from '../src/token/explanation.ts'
import { row } from './support/explanations.ts'
import { FORGED, makeVerifier, requestWith } from './support/verifiers.ts'

describe('a request', () => {
  it('is explained as far as its token', async () => {
    const explanation = await makeVerifier().explain(requestWith(signToken()))

    expect(explanation.accepted).toBe(true)
    expect(row(explanation, 'credentials')).toMatchObject({
      outcome: 'passed',
      found: { authorization: 'Bearer', query: 'no access_token', form: 'no access_token' },
      wanted: { authorization: 'Bearer or DPoP', query: 'no access_token', form: 'no access_token' },
      unverified: true,
    })
  })

  it.each([
    ['no header', {}, '', 'missing_token', { authorization: 'none' }],
    ['a header that is null', { authorization: null }, '', 'missing_token', { authorization: 'none' }],
    ['no header in a Fetch request', new Headers(), '', 'missing_token', { authorization: 'none' }],
    [
      'another scheme',
      { authorization: 'Basic c2VjcmV0' },
      '',
      'unsupported_scheme',
      { authorization: 'Basic' },
    ],
    ['a token in the query', {}, '?access_token=secret', 'token_in_query', { query: 'access_token' }],
    [
      'a header that is no text',
      { authorization: 7 },
      '',
      'malformed_authorization_header',
      { authorization: 'a value without a known scheme' },
    ],
    [
      'two headers',
      { authorization: ['Bearer a', 'Bearer b'] },
      '',
      'multiple_authorization_headers',
      { authorization: ['Bearer', 'Bearer'] },
    ],
  ])('with %s shows where the token was looked for', async (_what, headers, query, code, found) => {
    const explanation = await makeVerifier().explain({ headers: headers as never, url: `/${query}` })

    expect(explanation.code).toBe(code)
    expect(row(explanation, 'credentials').found).toMatchObject(found)
    expect(JSON.stringify(explanation)).not.toMatch(/secret|c2VjcmV0/)
  })

  it('with a token in a form shows that it was looked for there', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const explanation = await makeVerifier().explain({ headers, body: { access_token: 'secret' } })

    expect(explanation.code).toBe('token_in_body')
    expect(row(explanation, 'credentials')).toMatchObject({
      ...{ found: { form: 'access_token' }, wanted: { form: 'no access_token' } },
    })
    expect(JSON.stringify(explanation)).not.toContain('secret')
  })

  it('with a header that Node.js reads once shows how often it was sent', async () => {
    const rawHeaders = ['Authorization', 'Bearer a', 'host', 'authorization', 'authorization', 'Bearer b']
    const request = { headers: { authorization: 'Bearer a' }, rawHeaders }
    const wrapper = { headers: request.headers, raw: request }
    for (const each of [request, wrapper]) {
      const explanation = await makeVerifier().explain(each)
      expect(row(explanation, 'credentials').found.authorization).toEqual(['Bearer', 'Bearer'])
    }
  })

  it('with two headers that are both passed on shows both', async () => {
    const explanation = await makeVerifier().explain({
      headers: { authorization: ['Bearer a', 'Basic b'] },
      rawHeaders: ['authorization', 'Bearer a', 'authorization', 'Basic b'],
    } as never)

    expect(row(explanation, 'credentials').found.authorization).toEqual(['Bearer', 'Basic'])
  })

  it('whose header has a token without a scheme does not show the token', async () => {
    const token = signToken()
    const explanation = await makeVerifier().explain({ headers: { authorization: token } })

    expect(row(explanation, 'credentials').found.authorization).toBe('a value without a known scheme')
    expectNoToken(explanation, token)
  })
})

function expectNoToken(explanation: Explanation, token: string): void {
  const text = JSON.stringify(explanation)
  expect(text).not.toContain(token)
  for (const segment of token.split('.')) if (segment.length > 8) expect(text).not.toContain(segment)
}

describe('what an explanation shows', () => {
  const CANARY = 'canary7Kq'

  it.each([
    ['accepted', {}],
    ['forged', FORGED],
    ['expired', { claims: { exp: NOW - 60 } }],
    ['of another issuer', { claims: { iss: 'https://other.example' } }],
    ['an ID token', { claims: { nonce: CANARY, at_hash: CANARY, c_hash: CANARY } }],
    ['with an unknown key', { header: { kid: 'other' } }],
    ['bound to a key', { claims: { cnf: { jkt: CANARY } } }],
    ['with claims that no check looks at', { claims: { email: CANARY, groups: [CANARY] } }],
    ['with header parameters that no check looks at', { header: { jku: CANARY, x5u: CANARY } }],
  ])(
    'contains neither the token nor its signature, nor claims that were not requested: %s',
    async (_what, options) => {
      const token = signToken(options)
      const explanation = await makeVerifier().explain(token, { claims: { department: 'x' } })

      expectNoToken(explanation, token)
      expect(JSON.stringify(explanation)).not.toContain(CANARY)
    },
  )

  it('is bounded, whatever the token contains', async () => {
    const long = 'x'.repeat(5_000)
    const deep = (levels: number): unknown => (levels === 0 ? long : { a: deep(levels - 1) })
    const claims = {
      iss: long,
      aud: Array.from({ length: 30 }, () => long),
      jti: long,
      sub: { [long]: deep(20) },
      department: Array.from({ length: 100 }, () => deep(5)),
    }
    const token = signToken({ claims, header: { kid: long } })
    const explanation = await makeVerifier({ maxTokenSize: 1_000_000 }).explain(token, {
      claims: { department: 'x' },
    })

    expect(explanation.code).toBe('issuer_not_allowed')
    const texts = JSON.stringify(explanation).match(/x{100,}/g) ?? []
    expect(texts.length).toBeGreaterThan(0)
    for (const text of texts) expect(text).toHaveLength(200)
    expect(JSON.stringify(explanation).length).toBeLessThan(50_000)
  })

  it('has a hint for each check that failed', async () => {
    const { checks } = await makeVerifier({ clientIds: 'other' }).explain(
      signToken({ claims: { exp: 1, aud: 'x', cnf: {} } }),
    )
    const failed = checks.filter(({ outcome }) => outcome === 'failed')

    expect(failed).toHaveLength(4)
    for (const { hint } of failed) expect(hint).toEqual(expect.any(String))
  })
})

it('explains tokens of several issuers with the options of each', async () => {
  const second = 'https://second.example'
  const jwks = keySet(signingKey())
  const verifier = createAccessTokenVerifier({
    issuer: [
      { issuer: ISSUER, jwks },
      { issuer: second, jwks, audience: 'api://second' },
    ],
    audience: AUDIENCE,
    clock: () => NOW * 1_000,
  })
  const explanation = await verifier.explain(requestWith(signToken({ claims: { iss: second } })))

  expect(row(explanation, 'issuer').wanted).toEqual({ iss: [ISSUER, second] })
  expect(row(explanation, 'audience').wanted).toEqual({ aud: ['api://second'] })
})

it('says that a function accepts issuers, rather than none', async () => {
  const issuer = (iss: string) => (iss === ISSUER ? { jwks: keySet(signingKey()) } : undefined)
  const verifier = createAccessTokenVerifier({ issuer, audience: AUDIENCE, clock: () => NOW * 1_000 })
  onTestFinished(() => verifier.close())
  for (const iss of [ISSUER, 'https://other.example']) {
    const explanation = await verifier.explain(signToken({ claims: { iss } }))
    expect(row(explanation, 'issuer').wanted).toEqual({
      iss: 'one for which the function issuer returns options',
    })
    expect(explanation.accepted).toBe(iss === ISSUER)
  }
})
