import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  AuthorizationServerUnavailableError,
  ConfigurationError,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidProofError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  ProofNonceError,
} from '../../src/refusal/errors.ts'
import { RemoteDocumentError } from '../../src/refusal/remote-document-error.ts'
import { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { errorResponse, errorResponseNaming } from '../../src/refusal/response.ts'
import { StoreError, storeErrorOf } from '../../src/refusal/store-error.ts'
import { REFUSALS } from '../support/refusals.ts'
import { makeVerifier } from '../support/verifiers.ts'

describe.each(REFUSALS)('$name $code', ({ name, code, text, status, error, create }) => {
  it('has its class, code, text and status', () => {
    const refusal = create(code)
    expect(refusal).toBeInstanceOf(ResourceServerError)
    expect(refusal).toBeInstanceOf(Error)
    expect(refusal).toMatchObject({ name, code, message: text, status, statusCode: status, error })
    expect('cause' in refusal).toBe(false)
  })

  it('has no stack frames, and its stack is hidden like that of every error', () => {
    const refusal = create(code)
    expect(inspect(refusal)).not.toMatch(/^\s+at /m)
    expect(refusal.stack).toBe(`${name}: ${text}`)
    expect(Object.keys(refusal)).not.toContain('stack')
    refusal.stack = 'can be changed'
    expect(refusal.stack).toBe('can be changed')
    expect(Reflect.deleteProperty(refusal, 'stack')).toBe(true)
  })

  it('forbids caches to store the response', () => {
    expect(create(code).headers['cache-control']).toBe('no-store')
  })
})

describe('a MissingTokenError', () => {
  it('has the code missing_token by default', () => {
    expect(new MissingTokenError().code).toBe('missing_token')
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
    [Number.NEGATIVE_INFINITY, 1],
    [Number.NaN, 1],
    [undefined as never, 1],
    [1e21, 2_147_483_647],
    [Number.POSITIVE_INFINITY, 2_147_483_647],
  ])('that may be retried after %d s has retryAfter %i', (wait, retryAfter) => {
    const error = new AuthorizationServerUnavailableError('keys_unavailable', wait)
    expect(error.retryAfter).toBe(retryAfter)
    expect(error.headers['retry-after']).toBe(String(retryAfter))
  })

  it('has the failure of the network as its cause', () => {
    const cause = new RemoteDocumentError('timeout', 'https://a.example/keys', 'too slow')
    expect(new AuthorizationServerUnavailableError('keys_unavailable', 1, cause).cause).toBe(cause)
  })
})

describe('an InsufficientUserAuthenticationError', () => {
  it('asks for nothing in particular by default', () => {
    const error = new InsufficientUserAuthenticationError(
      'insufficient_user_authentication',
      'authentication.amr',
    )
    expect(error).toMatchObject({ acrValues: [], maxAge: undefined, requiredScopes: [] })
    expect(error.headers['www-authenticate']).not.toMatch(/acr_values|max_age|scope/)
  })
})

describe('a ConfigurationError', () => {
  it('is not a refusal, and its stack shows where the mistake is', () => {
    const error = new ConfigurationError('option_missing', 'issuer', 'issuer is missing')
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'option_missing', option: 'issuer' })
    expect(error.stack).toMatch(/errors\.test\.ts/)
    expect(error).not.toBeInstanceOf(ResourceServerError)
  })
})

describe('a RemoteDocumentError', () => {
  it('has what is known about the failure', () => {
    const url = 'https://a.example'
    const bare = new RemoteDocumentError('network', url, 'text')
    expect(bare).toMatchObject({ code: 'network', url, status: undefined, retryAfter: undefined })
    expect('cause' in bare).toBe(false)
    const details = { cause: new Error('ECONNREFUSED'), status: 503, retryAfter: 7 }
    expect(new RemoteDocumentError('http_status', url, 'text', details)).toMatchObject(details)
  })
})

describe('the creation of a refusal', () => {
  it('does not change the stacks of other errors', () => {
    const before = Error.stackTraceLimit
    new InvalidTokenError('token_expired')
    expect(Error.stackTraceLimit).toBe(before)
    expect(new Error('other').stack).toMatch(/\n\s+at /)
  })
})

describe('an error that another package wraps', () => {
  it('can get other headers, as http-errors sets them', () => {
    const error = new MissingTokenError() as MissingTokenError & { headers: object }
    error.headers = { ...error.headers, 'x-request-id': '1' }
    expect(errorResponse(error).headers).toMatchObject({
      'www-authenticate': 'Bearer realm="api"',
      'x-request-id': '1',
    })
    expect(Object.keys(error)).not.toContain('headers')
    error.headers = {}
    expect(error.headers).toEqual({})
    expect(Reflect.deleteProperty(error, 'headers')).toBe(true)
    expect(error.headers).toHaveProperty('www-authenticate')
  })

  it.each([
    ['as its prototype', (error: object) => Object.create(error) as object],
    ['in a proxy', (error: object) => new Proxy(error, {})],
  ])('still has status and headers: %s', (_how, wrap) => {
    expect(errorResponse(wrap(new InvalidTokenError('token_expired')))).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
    })
  })

  it('is thrown as it is by a verifier if it is not wrapped, too', async () => {
    const error = new InvalidTokenError('token_expired')
    const request = {
      get headers(): never {
        throw error
      },
    }
    await expect(makeVerifier().authenticate(request)).rejects.toBe(error)
  })

  it('is thrown as it is by a verifier, and keeps its headers', async () => {
    const wrapped = new Proxy(new InvalidTokenError('token_expired'), {})
    const request = {
      get headers(): never {
        throw wrapped
      },
    }
    await expect(makeVerifier({ realm: 'other' }).authenticate(request)).rejects.toBe(wrapped)
    expect(errorResponseNaming(wrapped, ['read']).headers['www-authenticate']).toMatch(
      /^Bearer realm="api", error="invalid_token"/,
    )
  })
})

describe('an error of another version of this package', () => {
  const classes = {
    AuthorizationServerUnavailableError,
    InsufficientScopeError,
    InsufficientUserAuthenticationError,
    InvalidProofError,
    InvalidRequestError,
    InvalidTokenError,
    MissingTokenError,
    ProofNonceError,
    ResourceServerError,
    ConfigurationError,
    RemoteDocumentError,
    StoreError,
  }
  /** Errors of all versions list their kinds, the most specific first. */
  const errorOf = (...kinds: readonly unknown[]): object =>
    Object.defineProperty(new Error('other'), Symbol.for('okta-resource-server.kinds'), { value: kinds })

  it.each(Object.entries(classes))('is an instance of the class that it lists: %s', (name, errorClass) => {
    expect(errorOf(name, 'more') instanceof errorClass).toBe(true)
    expect(errorOf('less', name) instanceof errorClass).toBe(true)
    expect(errorOf('other') instanceof errorClass).toBe(false)
  })

  it('is no instance of a class that an application derives', () => {
    class Derived extends InvalidTokenError {}
    expect(errorOf('InvalidTokenError') instanceof Derived).toBe(false)
    expect(new Derived('token_expired') instanceof Derived).toBe(true)
    expect(new Derived('token_expired') instanceof InvalidTokenError).toBe(true)
  })

  it('has the kinds of all classes that it is an instance of', () => {
    for (const { name, code, create } of REFUSALS) {
      const kinds: unknown = Reflect.get(create(code), Symbol.for('okta-resource-server.kinds'))
      expect(kinds).toEqual([name, 'ResourceServerError'])
    }
  })

  it.each([undefined, null, 'InvalidTokenError', 1, {}])('is none if the list is %j', (kinds) => {
    const error = Object.assign(new Error('other'), { [Symbol.for('okta-resource-server.kinds')]: kinds })
    expect(error instanceof InvalidTokenError).toBe(false)
  })
})

describe('the causes of refusals', () => {
  it('have no stack frames if a store throws them, which may be for every request', () => {
    const error = new StoreError('timeout')
    expect(error.stack).toBe(`StoreError: ${error.message}`)
    error.stack = 'can be changed'
    expect(error.stack).toBe('can be changed')
    expect(Reflect.deleteProperty(error, 'stack')).toBe(true)
  })

  it('say nothing about the error that a store has thrown', () => {
    const error = storeErrorOf(new Error('secret'))
    expect(error).toMatchObject({ code: 'threw', message: expect.stringContaining('threw an error') })
    expect(inspect(error)).not.toContain('secret')
    expect(storeErrorOf(error)).toBe(error)
  })

  it('are logged with the names of their classes', () => {
    expect(String(new RemoteDocumentError('timeout', 'https://a.example', 'too slow'))).toBe(
      'RemoteDocumentError: too slow',
    )
    expect(String(new StoreError('timeout'))).toMatch(/^StoreError: .+/)
  })
})
