import { outcomeOf, signToken } from '@okta-resource-server/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decide } from '../../src/adapter.ts'
import { errorResponse } from '../../src/refusal/response.ts'
import { bearerToken } from '../../src/request/credentials.ts'
import { settings, text, timeout, tokens } from '../support/properties.ts'
import { cache, decideNow, makeVerifier, untyped } from '../support/verifiers.ts'

const FORM = 'application/x-www-form-urlencoded'

const verifier = makeVerifier()
/** A valid token that is in the cache, with its header. Those of `tokens` that have the same key are valid, too. */
const known = signToken()
await cache(verifier, known)
decideNow(verifier, known)

const NOT_A_REQUEST = 'not a request'

/** The code of a refusal, `accepted`, or `not a request` for that TypeError. Any other error is thrown. */
async function endOf(call: () => unknown): Promise<string> {
  try {
    return await outcomeOf(async () => call())
  } catch (error) {
    if (error instanceof TypeError && error.message.includes('has no headers')) return NOT_A_REQUEST
    throw error
  }
}

const name = fc.constantFrom(
  'authorization',
  'Authorization',
  'AUTHORIZATION',
  'content-type',
  'Content-Type',
  'cookie',
  'get',
)
const value = fc.oneof(
  text,
  fc.constantFrom(
    'Bearer abc',
    FORM,
    known,
    `Bearer ${known}`,
    `bearer  ${known}`,
    `Basic ${known}`,
    `Bearer ${known} `,
  ),
  text.map((token) => `Bearer ${token}`),
  fc.array(fc.oneof(text, fc.constant(`Bearer ${known}`)), { maxLength: 3 }),
  fc.anything(),
)
const headers = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(fc.oneof(name, fc.string()), value, { maxKeys: 4 }) },
  fc.constantFrom({ authorization: `Bearer ${known}` }, null, undefined),
  fc.anything(),
)
const parameters = fc.oneof(
  fc.constantFrom({ access_token: 'a' }, { 'access%5Ftoken': ['a'] }, {}, null),
  fc.anything(),
)
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  text,
  fc.constant('/?access_token=a'),
  fc.anything(),
)
const members = fc.record(
  {
    headers,
    rawHeaders: fc.oneof(fc.array(fc.oneof(name, text, fc.anything())), fc.anything()),
    multiValueHeaders: headers,
    url,
    queryStringParameters: parameters,
    multiValueQueryStringParameters: parameters,
    rawQueryString: fc.oneof(fc.constantFrom('access_token=a', ''), text, fc.anything()),
    body: fc.oneof(fc.constantFrom<unknown>({ access_token: 'a' }, 'access_token=a'), text, fc.anything()),
    isBase64Encoded: fc.oneof(fc.boolean(), fc.anything()),
  },
  { requiredKeys: [] },
)
const request = fc.oneof(
  fc.anything(),
  { weight: 8, arbitrary: members },
  members.map((raw) => ({ raw })),
  fc.tuple(members, members).map(([own, raw]) => ({ ...own, raw })),
)

it('whatever is passed as a request is refused, not a request, or accepted with the token that it has', {
  timeout,
}, async () => {
  let accepted = 0
  const property = fc.asyncProperty(request, async (candidate) => {
    let token: string | undefined
    try {
      token = bearerToken(untyped(candidate))
      expect(token).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/)
    } catch (error) {
      if (!(error instanceof TypeError)) expect(errorResponse(error).status).not.toBe(500)
    }
    const end = await endOf(() => decide(verifier, untyped(candidate)))
    if (end === 'accepted') {
      accepted++
      expect([known, ...tokens]).toContain(token)
    }
    const expected =
      token === undefined
        ? await endOf(() => bearerToken(untyped(candidate)))
        : await endOf(() => verifier.verify(token))
    expect(end).toBe(expected)
    const optional = await endOf(() => decide(verifier, untyped(candidate), undefined, true))
    expect(optional).toBe(end === 'missing_token' ? 'accepted' : end)
  })
  await fc.assert(property, settings)
  expect(accepted).toBeGreaterThan(settings.numRuns / 100)
})
