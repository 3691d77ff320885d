import { ERROR_CATALOGUE } from '@okta-resource-server/core'
import { expect, test } from 'vitest'
import { CASES } from './cases.ts'

const refused = CASES.filter(({ status }) => status !== 200)

test('each case has a name of its own', () => {
  const names = CASES.map(({ name }) => name)

  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('each reason to refuse a token or a request has a case', () => {
  const { InvalidRequestError, InvalidTokenError, InsufficientScopeError } = ERROR_CATALOGUE
  const reasons = { ...InvalidRequestError, ...InvalidTokenError, ...InsufficientScopeError }
  const without = Object.entries(reasons).filter(
    ([, description]) => !refused.some(({ challenge }) => challenge?.includes(`"${description}"`)),
  )

  expect(without).toEqual([])
})

/** What an API must refuse, by the names of the cases: as many of them as there are at least. */
const MUST_BE_REFUSED: readonly (readonly [what: RegExp, cases: number])[] = [
  [/^alg (none|None|NONE|nOnE) and no signature$/, 4],
  [/^alg (none|None|NONE|nOnE) over a /, 8],
  [/^alg HS(256|384|512) with .* as HMAC secret$/, 54],
  [/^(RS|PS)\d+ by the key/, 10],
  [/^a signature of .* under the header of/, 7],
  [/^a token by .* with the kid of/, 8],
  [/^a stranger's key in (jwk|jku|x5u|x5c)/, 15],
  [/^a header with {"(crit|b64|zip|enc|cty)"/, 20],
  [/^(a JWE|.* serialisation|one segment|two segments|four segments|six segments)/, 10],
  [/^(padding|stray bits|the character|a segment of a length)/, 23],
  [/^a signed (header|payload) .*(UTF-8|UTF-16|Latin-1|Unicode)/, 16],
  [/^a signed (header|payload) with a member twice/, 12],
  [/^a signed (header|payload) with (__proto__|constructor)/, 12],
  [/^a signed (header|payload) nested/, 8],
  [/^a kid (that is|of)/, 38],
  [/^(exp|nbf|iat) that is/, 43],
  [/^a typ (that is|of)/, 34],
  [/^our issuer /, 35],
  [/^aud that is/, 38],
  [/^(an ID token|a logout token|a refresh token|an opaque token|a token of Okta's org)/, 14],
  [/^cnf that is/, 18],
  [/^a signature of (es256|rs256|ps256|eddsa) /, 45],
  [/^a published key that is (unfit|passed over)/, 26],
  [/^a published secret/, 8],
]

test.each(MUST_BE_REFUSED)('of the refusals %s there are at least %i', (what, cases) => {
  expect(refused.filter(({ name }) => what.test(name)).length).toBeGreaterThanOrEqual(cases)
})
