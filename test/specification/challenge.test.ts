import { inspect } from 'node:util'
import {
  AuthorizationServerUnavailableError,
  ERROR_CATALOGUE,
  errorResponse,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  type ResourceServerError,
} from '@okta-resource-server/core'
import { describe, expect, test } from 'vitest'
import { AUDIENCE, tokenOf, verifierOf } from './signed-tokens.ts'

const codes = <K extends keyof typeof ERROR_CATALOGUE>(name: K) =>
  Object.keys(ERROR_CATALOGUE[name]) as (keyof (typeof ERROR_CATALOGUE)[K])[]
const ODD_SCOPES = ['messages:read', '!#$%&()*+,-./:;<=>?@[]^_`{|}~']
/** Every refusal that has a challenge. */
const REFUSALS: readonly ResourceServerError[] = [
  ...codes('MissingTokenError').map((code) => new MissingTokenError(code)),
  ...codes('InvalidRequestError').map((code) => new InvalidRequestError(code)),
  ...codes('InvalidTokenError').map((code) => new InvalidTokenError(code)),
  ...codes('InsufficientScopeError').map((code) => new InsufficientScopeError(code, ODD_SCOPES)),
]

/** The parameters of a challenge, by RFC 9110 §11.6.1; a text that is none fails. */
function parameters(challenge: string): [string, string][] {
  expect(challenge).toMatch(/^Bearer [a-z_]+="(?:[^"\\]|\\.)*"(?:, [a-z_]+="(?:[^"\\]|\\.)*")*$/)
  return [...challenge.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [
    name as string,
    value as string,
  ])
}

describe.each(REFUSALS)('the challenge of $code', (refusal) => {
  const found = parameters(errorResponse(refusal).headers['www-authenticate'] as string)
  const values = Object.fromEntries(found)

  test('is a list of parameters after the scheme Bearer, none of them twice, and no error_uri [RFC6750-3-once] [RFC6750-3-error-uri] [RFC6750-3-scheme] [RFC6750-3-parameter]', () => {
    const names = found.map(([name]) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => ['realm', 'scope', 'error', 'error_description'].includes(name))).toBe(true)
  })

  test('has characters in error and description that may stand there [RFC6750-3-error-characters]', () => {
    expect(`${values.error ?? ''}${values.error_description ?? ''}`).toMatch(
      /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/,
    )
  })

  test('has scopes of scope characters, one space between two [RFC6750-3-scope-characters]', () => {
    expect(values.scope ?? 'none').toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/)
  })
})

test('a scope that could not stand in a challenge cannot be required [RFC6750-3-scope-characters]', async () => {
  const verifier = await verifierOf()
  for (const scope of ['a b', 'a"b', 'a\\b', 'a\nb', 'ä', '']) {
    await expect(verifier.verify(await tokenOf(), { scopes: [scope] })).rejects.toMatchObject({
      name: 'ConfigurationError',
    })
  }
})

test('a token in a form is no credential, and beside one in the header it is refused [RFC6750-2.2-form]', async () => {
  const verifier = await verifierOf()
  const form = {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: { access_token: await tokenOf() },
  }
  const both = { ...form, headers: { ...form.headers, authorization: `Bearer ${await tokenOf()}` } }

  await expect(verifier.authenticate(form)).rejects.toMatchObject({ code: 'missing_token' })
  await expect(verifier.authenticate(both)).rejects.toMatchObject({ code: 'multiple_tokens' })
})

test('a token in a cookie is no credential, and no answer sets one [RFC6750-5.3-cookies] [RFC6750-5.3-forgery]', async () => {
  const verifier = await verifierOf()
  const cookie = `access_token=${await tokenOf()}; Authorization=Bearer ${await tokenOf()}`

  await expect(verifier.authenticate({ headers: { cookie } })).rejects.toMatchObject({
    code: 'missing_token',
  })
  for (const refusal of REFUSALS)
    expect(Object.keys(errorResponse(refusal).headers)).not.toContain('set-cookie')
})

test('no refusal says what stood in the token, and no result holds the token [RFC7519-12-privacy]', async () => {
  const canary = 'canary-7d1f'
  const verifier = await verifierOf()
  const bad = [
    await tokenOf({ claims: { aud: canary } }),
    await tokenOf({ claims: { iss: `https://${canary}.example` } }),
    await tokenOf({ claims: { sub: canary, exp: 1 } }),
    await tokenOf({ header: { kid: canary } }),
    await tokenOf({ header: { alg: canary } }),
    `${canary}.${canary}.${canary}`,
  ]
  for (const token of bad) {
    const refusal = await verifier.verify(token).catch((error: unknown) => error)
    const said = `${inspect(refusal, { depth: 10, showHidden: true })}${JSON.stringify(errorResponse(refusal))}`
    expect(said).not.toContain(canary)
    expect(said).not.toContain(token.split('.')[1])
  }
  const good = await tokenOf()
  const auth = await verifier.verify(good)
  expect(inspect(auth, { depth: 10, showHidden: true })).not.toContain(good.split('.')[2])
  expect(auth.claims.aud).toBe(AUDIENCE)
})

test('what cannot be decided is no challenge: 503 with Retry-After [OKTA-keys-outage]', () => {
  const { status, headers } = errorResponse(new AuthorizationServerUnavailableError('keys_unavailable', 3))

  expect(status).toBe(503)
  expect(headers['retry-after']).toBe('3')
  expect(headers['www-authenticate']).toBeUndefined()
})
