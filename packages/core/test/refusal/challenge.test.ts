import { refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../../src/adapter.ts'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import {
  AuthorizationServerUnavailableError,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
} from '../../src/refusal/errors.ts'
import type { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { REFUSALS } from '../support/refusals.ts'
import { cache, makeVerifier, requestWith, untyped } from '../support/verifiers.ts'

const challengeOf = (error: unknown): string | undefined =>
  (error as ResourceServerError).headers['www-authenticate']

describe('a challenge', () => {
  it('has only a realm if there were no credentials (RFC 6750, section 3.1)', () => {
    expect(challengeOf(new MissingTokenError())).toBe('Bearer realm="api"')
    expect(challengeOf(new MissingTokenError('unsupported_scheme'))).toBe('Bearer realm="api"')
  })

  it('has the error and its description', () => {
    for (const error of [new InvalidRequestError('token_in_query'), new InvalidTokenError('token_expired')]) {
      const description = `error="${error.error}", error_description="${error.message}"`
      expect(challengeOf(error)).toBe(`Bearer realm="api", ${description}`)
    }
  })

  it('names the scopes that are required', () => {
    const missing = (scopes: readonly string[]): string | undefined =>
      challengeOf(new InsufficientScopeError('insufficient_scope', 'scopes', scopes))
    expect(missing(['a:read', 'b'])).toMatch(
      /^Bearer realm="api", error="insufficient_scope", .*, scope="a:read b"$/,
    )
    expect(missing([])).not.toContain(' scope="')
    expect(challengeOf(new InsufficientScopeError('insufficient_claims', 'claims.a'))).not.toContain(
      ' scope="',
    )
  })

  it('escapes what could end a quoted string, and removes what a header must not contain', () => {
    const scopes = ['a"b', 'c\\d', 'e\r\nset-cookie: f=g', 'h\u0000\u007fé😀']
    expect(challengeOf(new InsufficientScopeError('insufficient_scope', 'scopes', scopes))).toMatch(
      / scope="a\\"b c\\\\d eset-cookie: f=g h"$/,
    )
  })

  it.each(REFUSALS.filter(({ status }) => status !== 503))(
    'follows the grammar of RFC 9110, section 11.6.1: $code',
    ({ code, create }) => {
      const parameter = String.raw`[a-z_]+="(?:[^"\\]|\\["\\])*"`
      expect(challengeOf(create(code))).toMatch(new RegExp(`^Bearer ${parameter}(?:, ${parameter})*$`))
    },
  )

  it('is replaced by Retry-After if the token could not be checked', () => {
    const { headers } = new AuthorizationServerUnavailableError('keys_unavailable', 2.1)
    expect(headers).toEqual({ 'retry-after': '3', 'cache-control': 'no-store' })
  })
})

describe('the option realm', () => {
  const verifier = makeVerifier({ realm: 'my api' })
  const start = /^Bearer realm="my api"(, |$)/

  it.each<[string, () => unknown]>([
    ['without credentials', () => verifier.authenticate({ headers: {} })],
    ['with another scheme', () => verifier.authenticate({ headers: { authorization: 'Basic a' } })],
    ['with a malformed header', () => verifier.authenticate(requestWith('a b'))],
    ['with a token in the query', () => verifier.authenticate({ headers: {}, url: '/?access_token=a' })],
    ['with a bad token', () => verifier.verify('a.b.c')],
    ['with a token that fails after a wait', () => verifier.verify(signToken({ claims: { aud: 'other' } }))],
    ['without the scope', () => verifier.verify(signToken(), { scopes: ['admin'] })],
  ])('appears in the challenge to a request %s', async (_title, call) => {
    expect(challengeOf(await refusalOf(call))).toMatch(start)
  })

  it('appears in the challenge to a request with a cached token', async () => {
    const token = signToken()
    await cache(verifier, token)
    const request = requestWith(token)
    const refusal = await refusalOf(() => decide(verifier, request, { scopes: ['admin'] }))
    expect(challengeOf(refusal)).toMatch(start)
  })

  it('appears in the challenge of a route guard', async () => {
    const request = requestWith(signToken())
    await decide(verifier, request)
    const refusal = await refusalOf(() => requireOn(request, undefined, { scopes: ['admin'] }))
    expect(challengeOf(refusal)).toMatch(start)
    expect(challengeOf(refusal)).toContain('scope="admin"')
    const anonymous = { headers: {} }
    decide(verifier, anonymous, undefined, true)
    expect(challengeOf(await refusalOf(() => requireOn(anonymous, undefined, { scopes: ['a'] })))).toBe(
      'Bearer realm="my api"',
    )
  })
})

it('a challenge has the URL of the metadata of the API (RFC 9728, section 5.1)', async () => {
  const verifier = makeVerifier({ resource: 'https://api.example.com' })
  const url = 'https://api.example.com/.well-known/oauth-protected-resource'
  expect(challengeOf(await refusalOf(() => verifier.authenticate({ headers: {} })))).toBe(
    `Bearer realm="api", resource_metadata="${url}"`,
  )
})

describe('the challenges of an API that accepts DPoP', () => {
  const dpop = { algorithms: ['ES256', 'PS256'] }
  const challengesOf = async (options: AccessTokenVerifierOptions['dpop'], authorization?: string) => {
    const verifier = makeVerifier(options === undefined ? {} : { dpop: options })
    const headers = authorization === undefined ? {} : { authorization }
    return challengeOf(await refusalOf(() => verifier.authenticate({ headers })))
  }
  const bearer = 'Bearer realm="api"'
  const proof = 'DPoP realm="api"'
  const algs = 'algs="ES256 PS256"'
  const error = 'error="invalid_token", error_description="The access token is malformed"'

  it('name both schemes, and the algorithms of proofs (RFC 9449, section 7.1)', async () => {
    expect(await challengesOf({ ...dpop, mode: 'allowed' })).toBe(`${bearer}, ${proof}, ${algs}`)
  })

  it('have the error in the challenge of the scheme that was used (RFC 9449, section 7.2)', async () => {
    expect(await challengesOf({ ...dpop, mode: 'allowed' }, 'Bearer a')).toBe(
      `${bearer}, ${error}, ${proof}, ${algs}`,
    )
    expect(await challengesOf({ ...dpop, mode: 'allowed' }, 'DPoP a')).toBe(
      `${bearer}, ${proof}, ${error}, ${algs}`,
    )
  })

  it('name DPoP only to a client that has used it, if the option is not set', async () => {
    expect(await challengesOf(undefined, 'Bearer a')).toBe(`${bearer}, ${error}`)
    expect(await challengesOf(undefined, 'DPoP a')).toMatch(
      /^Bearer realm="api", DPoP realm="api", error="invalid_token", .*, algs="[\w ]+"$/,
    )
  })

  it('never name DPoP if it is disabled', async () => {
    expect(await challengesOf('disabled', 'DPoP a')).toMatch(/^Bearer realm="api"/)
    expect(await challengesOf('disabled', 'DPoP a')).not.toContain('DPoP realm')
  })

  it('have the error in the only challenge if the scheme that was used is not accepted', async () => {
    expect(await challengesOf({ ...dpop, mode: 'required' }, 'Bearer a')).toBe(`${proof}, ${error}, ${algs}`)
  })
})

describe('the headers of an error', () => {
  it('do not change when another verifier refuses with the same error', async () => {
    const error = await refusalOf(makeVerifier({ realm: 'first' }).verify('a.b.c'))
    const request = {
      get headers() {
        throw error
      },
    }
    const again = await refusalOf(makeVerifier({ realm: 'second' }).authenticate(untyped(request)))
    expect(challengeOf(error)).toMatch(/^Bearer realm="first"/)
    expect(challengeOf(again)).toMatch(/^Bearer realm="second"/)
  })

  it('do not change when the error of another verifier is no outcome of a verification', async () => {
    const error = await refusalOf(() => makeVerifier({ realm: 'first' }).authenticate({ headers: {} }))
    const request = {
      get headers() {
        throw error
      },
    }
    const again = await refusalOf(makeVerifier({ realm: 'second' }).authenticate(untyped(request)))
    expect(again).toBe(error)
    expect(challengeOf(again)).toBe('Bearer realm="first"')
  })

  it('are a new object each time', () => {
    const error = new InvalidTokenError('token_expired')
    ;(error.headers as Record<string, string>)['x-added'] = '1'
    expect(error.headers).not.toHaveProperty('x-added')
  })
})
