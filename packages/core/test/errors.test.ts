import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  AuthorizationServerUnavailableError,
  type ConfigurationCode,
  ConfigurationError,
  ERROR_CATALOGUE,
  type ErrorCode,
  type InsufficientScopeCode,
  InsufficientScopeError,
  type InvalidRequestCode,
  InvalidRequestError,
  type InvalidTokenCode,
  InvalidTokenError,
  type MissingTokenCode,
  MissingTokenError,
  RemoteDocumentError,
  ResourceServerError,
  type UnavailableCode,
} from '../src/errors.ts'
import * as published from '../src/index.ts'

type Refusal = Exclude<keyof typeof ERROR_CATALOGUE, 'ConfigurationError'>

const classes = {
  MissingTokenError: {
    status: 401,
    error: undefined,
    make: (code: string) => new MissingTokenError(code as MissingTokenCode),
  },
  InvalidRequestError: {
    status: 400,
    error: 'invalid_request',
    make: (code: string) => new InvalidRequestError(code as InvalidRequestCode),
  },
  InvalidTokenError: {
    status: 401,
    error: 'invalid_token',
    make: (code: string) => new InvalidTokenError(code as InvalidTokenCode),
  },
  InsufficientScopeError: {
    status: 403,
    error: 'insufficient_scope',
    make: (code: string) => new InsufficientScopeError(code as InsufficientScopeCode),
  },
  AuthorizationServerUnavailableError: {
    status: 503,
    error: undefined,
    make: (code: string) => new AuthorizationServerUnavailableError(code as UnavailableCode, 1),
  },
} as const satisfies Record<
  Refusal,
  { status: number; error: string | undefined; make: (code: string) => ResourceServerError }
>

const refusals = (Object.keys(classes) as Refusal[]).flatMap((name) =>
  Object.entries(ERROR_CATALOGUE[name]).map(([code, text]) => ({ name, code, text, ...classes[name] })),
)

describe('the catalogue', () => {
  it('lists every class that is exported, and exports every class that is listed', () => {
    const exported = Object.entries(published)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
      .map(([name]) => name)
    expect(exported.sort()).toEqual(
      [...Object.keys(ERROR_CATALOGUE), 'RemoteDocumentError', 'ResourceServerError'].sort(),
    )
  })

  it('gives each code to one class only', () => {
    const codes = Object.values(ERROR_CATALOGUE).flatMap((texts) => Object.keys(texts))
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('is the exported union of codes, neither more nor less', () => {
    // Compiled: an entry too many or too few here is a type error.
    const all: Record<ErrorCode | ConfigurationCode, true> = {
      missing_token: true,
      unsupported_scheme: true,
      malformed_authorization_header: true,
      multiple_authorization_headers: true,
      multiple_tokens: true,
      token_in_query: true,
      token_too_large: true,
      token_malformed: true,
      token_encrypted: true,
      unsupported_header_parameter: true,
      algorithm_not_allowed: true,
      key_id_missing: true,
      key_unknown: true,
      key_unsuitable: true,
      signature_invalid: true,
      not_an_access_token: true,
      sender_constrained: true,
      issuer_missing: true,
      issuer_not_allowed: true,
      audience_missing: true,
      audience_mismatch: true,
      expiry_missing: true,
      token_expired: true,
      token_not_yet_valid: true,
      token_issued_in_future: true,
      token_too_old: true,
      claim_malformed: true,
      client_not_allowed: true,
      insufficient_scope: true,
      insufficient_claims: true,
      metadata_unavailable: true,
      keys_unavailable: true,
      verifier_closed: true,
      option_missing: true,
      option_invalid: true,
      option_unknown: true,
    }
    const listed = Object.values(ERROR_CATALOGUE).flatMap((texts) => Object.keys(texts))
    expect(listed.sort()).toEqual(Object.keys(all).sort())
  })

  it('cannot be changed', () => {
    for (const part of [ERROR_CATALOGUE, ...Object.values(ERROR_CATALOGUE)]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it.each(Object.values(ERROR_CATALOGUE).flatMap((texts) => Object.entries(texts)))(
    'describes %s in characters that RFC 6750 §3 allows in error_description',
    (code, text) => {
      expect(code).toMatch(/^[a-z][a-z_]*[a-z]$/)
      expect(text).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    },
  )
})

describe('the error table of the README', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, table = ''] = /<!-- error-table:start -->(.*)<!-- error-table:end -->/s.exec(readme) ?? []

  it('has each class, code, status and text, and no other', () => {
    const rows = [...table.matchAll(/^\| `(\w+)` \| `(\w+)` \| (\d+|thrown).*? \| .*? ?\| (.+) \|$/gm)]
    const expected = [
      ...refusals.map(({ name, code, status, text }) => [name, code, String(status), text]),
      ...Object.entries(ERROR_CATALOGUE.ConfigurationError).map(([code, text]) => [
        'ConfigurationError',
        code,
        'thrown',
        text,
      ]),
    ]
    expect(rows.map(([, ...cells]) => cells)).toEqual(expected)
    expect(table.trim().split('\n')).toHaveLength(expected.length + 2)
  })
})

describe.each(refusals)('$name $code', ({ name, code, text, status, error, make }) => {
  it('has its class, code, text and status', () => {
    const refusal = make(code)
    expect(refusal).toBeInstanceOf(ResourceServerError)
    expect(refusal).toBeInstanceOf(Error)
    expect(refusal).toMatchObject({
      name,
      code,
      message: text,
      status,
      statusCode: status,
      error,
    })
    expect('cause' in refusal).toBe(false)
  })

  it('has no stack frames, and a stack that is as hidden and as open to change as any', () => {
    const refusal = make(code)
    expect(inspect(refusal)).not.toMatch(/^\s+at /m)
    expect(Object.getOwnPropertyDescriptor(refusal, 'stack')).toEqual({
      value: `${name}: ${text}`,
      writable: true,
      enumerable: false,
      configurable: true,
    })
  })

  it('forbids to store the answer', () => {
    expect(make(code).headers['cache-control']).toBe('no-store')
  })
})

describe('a challenge', () => {
  const challengeOf = (refusal: ResourceServerError): string | undefined =>
    refusal.headers['www-authenticate']

  it('is bare, with nothing but the realm, where there were no credentials (RFC 6750 §3.1)', () => {
    expect(challengeOf(new MissingTokenError())).toBe('Bearer realm="api"')
    expect(new MissingTokenError().code).toBe('missing_token')
    expect(challengeOf(new MissingTokenError('unsupported_scheme'))).toBe('Bearer realm="api"')
  })

  it('tells the error and its description, quoted', () => {
    expect(challengeOf(new InvalidRequestError('token_in_query'))).toBe(
      'Bearer realm="api", error="invalid_request", error_description="Access tokens are not accepted in the query string"',
    )
    expect(challengeOf(new InvalidTokenError('token_expired'))).toBe(
      'Bearer realm="api", error="invalid_token", error_description="The access token has expired"',
    )
  })

  it('tells the scopes that are needed', () => {
    expect(challengeOf(new InsufficientScopeError('insufficient_scope', ['a:read', 'b']))).toBe(
      'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a scope that is required", scope="a:read b"',
    )
    expect(challengeOf(new InsufficientScopeError('insufficient_claims'))).not.toContain('scope="')
    expect(challengeOf(new InsufficientScopeError('insufficient_scope', []))).not.toContain(' scope="')
  })

  it('cannot be broken out of: what is special is escaped, what no header may hold is left out', () => {
    const scopes = ['a"b', 'c\\d', 'e\r\nset-cookie: f=g', 'h\u0000\u007fé😀']
    expect(challengeOf(new InsufficientScopeError('insufficient_scope', scopes))).toMatch(
      / scope="a\\"b c\\\\d eset-cookie: f=g h"$/,
    )
  })

  it.each(refusals.filter(({ status }) => status !== 503))(
    'of $code keeps to the grammar of RFC 9110 §11.6.1',
    ({ code, make }) => {
      const parameter = String.raw`[a-z_]+="(?:[^"\\]|\\["\\])*"`
      expect(challengeOf(make(code))).toMatch(new RegExp(`^Bearer ${parameter}(?:, ${parameter})*$`))
    },
  )

  it('is not given where we cannot decide: there is a time to wait instead', () => {
    const { headers } = new AuthorizationServerUnavailableError('keys_unavailable', 2.1)
    expect(headers).toEqual({ 'retry-after': '3', 'cache-control': 'no-store' })
  })
})

describe('an AuthorizationServerUnavailableError', () => {
  it.each([
    [-5, 1],
    [0, 1],
    [0.2, 1],
    [1, 1],
    [1.001, 2],
    [30, 30],
  ])('that would be worth another try after %d s says %i', (wait, retryAfter) => {
    expect(new AuthorizationServerUnavailableError('keys_unavailable', wait).retryAfter).toBe(retryAfter)
  })

  it('says what happened on the wire', () => {
    const cause = new RemoteDocumentError('timeout', 'https://a.example/keys', 'too slow')
    expect(new AuthorizationServerUnavailableError('keys_unavailable', 1, cause).cause).toBe(cause)
  })
})

describe('making an error', () => {
  it('leaves the stacks of other errors alone', () => {
    const before = Error.stackTraceLimit
    new InvalidTokenError('token_expired')
    expect(Error.stackTraceLimit).toBe(before)
    expect(new Error('other').stack).toMatch(/\n\s+at /)
  })

  it('of the configuration keeps its stack, which leads to the mistake', () => {
    const error = new ConfigurationError('option_missing', 'issuer', 'issuer is missing')
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'option_missing', option: 'issuer' })
    expect(error.stack).toMatch(/errors\.test\.ts/)
    expect(error).not.toBeInstanceOf(ResourceServerError)
  })

  it('of a remote document tells what is known', () => {
    const cause = new Error('ECONNREFUSED')
    const bare = new RemoteDocumentError('network', 'https://a.example', 'text')
    expect(bare).toMatchObject({
      code: 'network',
      url: 'https://a.example',
      status: undefined,
      retryAfter: undefined,
    })
    expect('cause' in bare).toBe(false)
    const details = { cause, status: 503, retryAfter: 7 }
    expect(new RemoteDocumentError('http_status', 'https://a.example', 'text', details)).toMatchObject(
      details,
    )
  })
})
