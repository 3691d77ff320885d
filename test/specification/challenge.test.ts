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
import { AUDIENCE, base64url, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, test } from 'vitest'
import { verifierOf } from './judge.ts'

const codes = <K extends keyof typeof ERROR_CATALOGUE>(name: K) =>
  Object.keys(ERROR_CATALOGUE[name]) as (keyof (typeof ERROR_CATALOGUE)[K])[]
const ODD_SCOPES = ['messages:read', '!#$%&()*+,-./:;<=>?@[]^_`{|}~']
/** Every error that has a challenge. */
const REFUSALS: readonly ResourceServerError[] = [
  ...codes('MissingTokenError').map((code) => new MissingTokenError(code)),
  ...codes('InvalidRequestError').map((code) => new InvalidRequestError(code)),
  ...codes('InvalidTokenError').map((code) => new InvalidTokenError(code)),
  ...codes('InsufficientScopeError').map((code) => new InsufficientScopeError(code, 'scopes', ODD_SCOPES)),
]

/** The parameters of a challenge (RFC 9110 section 11.6.1); any other text fails the test. */
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

  test('consists of Bearer and distinct parameters without error_uri [RFC6750-3-once] [RFC6750-3-error-uri] [RFC6750-3-scheme] [RFC6750-3-parameter]', () => {
    const names = found.map(([name]) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => ['realm', 'scope', 'error', 'error_description'].includes(name))).toBe(true)
  })

  test('has only allowed characters in error and error_description [RFC6750-3-error-characters]', () => {
    expect(`${values.error ?? ''}${values.error_description ?? ''}`).toMatch(
      /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/,
    )
  })

  test('has only scope characters in scope, separated by single spaces [RFC6750-3-scope-characters]', () => {
    expect(values.scope ?? 'none').toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/)
  })
})

test('a scope that a challenge could not name cannot be required [RFC6750-3-scope-characters]', async () => {
  const verifier = verifierOf()
  for (const scope of ['a b', 'a"b', 'a\\b', 'a\nb', 'ä', '']) {
    await expect(verifier.verify(signToken(), { scopes: [scope] })).rejects.toMatchObject({
      name: 'ConfigurationError',
    })
  }
})

test('a form body is no place for a second token [RFC6750-2.2-form]', async () => {
  const verifier = verifierOf()
  const body = { access_token: signToken() }
  const authorization = `Bearer ${signToken()}`

  for (const type of [
    'application/x-www-form-urlencoded',
    'Application/X-WWW-Form-Urlencoded; charset=utf-8',
  ]) {
    const request = { headers: { 'content-type': type, authorization }, body }
    await expect(verifier.authenticate(request)).rejects.toMatchObject({ code: 'multiple_tokens' })
  }
})

test('a token in a cookie is not read, and no answer sets a cookie [RFC6750-5.3-cookies] [RFC6750-5.3-forgery]', async () => {
  const verifier = verifierOf()
  const cookie = `access_token=${signToken()}; Authorization=Bearer ${signToken()}`

  await expect(verifier.authenticate({ headers: { cookie } })).rejects.toMatchObject({
    code: 'missing_token',
  })
  for (const refusal of REFUSALS)
    expect(Object.keys(errorResponse(refusal).headers)).not.toContain('set-cookie')
})

test('no error or answer contains values of the token, and no result contains the token [RFC7519-12-privacy]', async () => {
  const canary = 'canary-7d1f'
  const verifier = verifierOf()
  const bad = [
    signToken({ claims: { aud: canary } }),
    signToken({ claims: { iss: `https://${canary}.example` } }),
    signToken({ claims: { sub: canary, exp: 1 } }),
    signToken({ header: { kid: canary } }),
    signToken({ header: { alg: canary } }),
    `${canary}.${canary}.${canary}`,
  ]
  for (const token of bad) {
    const refusal = await verifier.verify(token).catch((error: unknown) => error)
    const shown = `${inspect(refusal, { depth: 10, showHidden: true })}${JSON.stringify(errorResponse(refusal))}`
    expect(shown).not.toContain(canary)
    expect(shown).not.toContain(token.split('.')[1])
  }
  const good = signToken()
  const auth = await verifier.verify(good)
  expect(inspect(auth, { depth: 10, showHidden: true })).not.toContain(good.split('.')[2])
  expect(auth.claims.aud).toBe(AUDIENCE)
})

test('a request that cannot be decided is answered with 503 and Retry-After, without a challenge [OKTA-keys-outage]', () => {
  const { status, headers } = errorResponse(new AuthorizationServerUnavailableError('keys_unavailable', 3))

  expect(status).toBe(503)
  expect(headers['retry-after']).toBe('3')
  expect(headers['www-authenticate']).toBeUndefined()
})

test('no error contains the signature that would have been valid [CVE-2019-7644]', async () => {
  const key = signingKey('ES256')
  const token = signToken({ key })
  const tampered = token.replace(/[^.]+$/, base64url(Buffer.alloc(64, 7)))
  const verifier = verifierOf({}, key.jwk)
  const error = await verifier.verify(tampered).catch((reason: unknown) => reason)
  const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(errorResponse(error))

  expect(error).toMatchObject({ code: 'signature_invalid' })
  expect(shown).not.toContain(token.split('.')[2])
  expect(shown).not.toContain(tampered.split('.')[2])
})
