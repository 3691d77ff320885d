import { ERROR_CATALOGUE } from '@okta-resource-server/core'
import { expect, test } from 'vitest'
import { ADAPTERS } from './apis.ts'
import { CASES } from './cases.ts'
import { SETTINGS } from './settings.ts'

const { ConfigurationError: _, ...REFUSALS } = ERROR_CATALOGUE
const codes = Object.values(REFUSALS).flatMap((texts) => Object.keys(texts))

test('names are unique among cases, settings and adapters', () => {
  for (const named of [CASES, SETTINGS, ADAPTERS]) {
    const names = named.map(({ name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  }
})

test('every case belongs to exactly one setting', () => {
  const inSettings = SETTINGS.flatMap(({ cases }) => cases.map(({ name }) => name))

  expect(inSettings.sort()).toEqual(CASES.map(({ name }) => name).sort())
})

test('every error code has a case that runs over each adapter', () => {
  const outcomes = new Set<string>(CASES.filter(({ onAdapters }) => onAdapters).map(({ outcome }) => outcome))

  expect(codes.filter((code) => !outcomes.has(code))).toEqual([])
})

test('over each adapter runs one case per outcome besides the cases about request handling', () => {
  const others = CASES.filter(({ onAdapters, requestHandling }) => onAdapters && requestHandling !== true)
  const outcomes = others.map(({ outcome }) => outcome)

  expect(others.length).toBeGreaterThan(0)
  expect(outcomes.filter((outcome, index) => outcomes.indexOf(outcome) !== index)).toEqual([])
})

/** Kinds of attacks by the names of their cases, with the least number of cases that must be refused. */
const ATTACKS: readonly (readonly [what: string, names: RegExp, cases: number])[] = [
  ['alg none with an empty signature', /^rejects alg "(none|None|NONE|nOnE)" with an empty signature$/, 4],
  ['alg none over another signature', /^rejects alg "(none|None|NONE|nOnE)" over a /, 8],
  ['HMAC with a public key', /^rejects HMAC under alg HS(256|384|512) with the key/, 54],
  ['other algorithms than that of the key', /^rejects a token signed as (RS|PS)\d+ with the key/, 10],
  ['other signatures than the header says', /^rejects a signature of .* under the header of/, 7],
  ['kids of other keys', /^rejects a token signed with the key .* under the kid of/, 8],
  ['keys brought by the token', /^rejects a key brought in (jwk|jku|x5u|x5c)/, 15],
  ['unsupported header parameters', /^rejects the header parameters {"(crit|b64|zip|enc|cty)"/, 20],
  [
    'forms other than three segments',
    /^rejects (a JWE|.* serialization|one segment|two segments|four segments|six segments)/,
    10,
  ],
  [
    'encodings other than base64url',
    /^rejects (padding|stray bits|.* in the (header|payload|signature)$|a segment of an)/,
    23,
  ],
  ['encodings other than UTF-8', /^rejects a (header|payload) .*(UTF-8|UTF-16|Latin-1|Unicode)/, 14],
  ['duplicate members', /^rejects a (header|payload) with a duplicate member/, 12],
  ['prototype pollution', /^rejects a (header|payload) with (__proto__|constructor)/, 12],
  ['deep nesting', /^rejects a (header|payload) with (65|thousands of)/, 10],
  ['kids', /^rejects (kid of another type|the unknown kid|an unknown kid|a kid that is)/, 38],
  ['times', /^rejects (exp|nbf|iat) /, 43],
  ['types', /^rejects typ /, 34],
  ['near misses of the issuer', /^rejects the configured issuer /, 35],
  ['audiences', /^rejects aud /, 38],
  [
    'tokens of other kinds',
    /^rejects (an ID token|a logout token|a refresh token|the opaque token|a token of Okta's org)/,
    14,
  ],
  ['confirmation claims', /^rejects cnf /, 18],
  ['altered signatures', /^rejects a signature of (es256|es384|rs256|ps256|eddsa) /, 45],
  [
    'unusable published keys',
    /^rejects a token of (an unusable published key|a published key that is ignored)/,
    26,
  ],
  ['published secrets', /^rejects HMAC with a published secret/, 8],
]

test.each(ATTACKS)('there are enough cases of this attack: %s', (_what, names, least) => {
  const found = CASES.filter(({ name, outcome }) => outcome !== 'accepted' && names.test(name))

  expect(found.length).toBeGreaterThanOrEqual(least)
})
