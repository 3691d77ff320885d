import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  AuthorizationServerUnavailableError,
  ConfigurationError,
  InvalidTokenError,
  MissingTokenError,
} from '../../src/refusal/errors.ts'
import { RemoteDocumentError } from '../../src/refusal/remote-document-error.ts'
import { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { errorResponse } from '../../src/refusal/response.ts'
import { StoreError } from '../../src/refusal/store-error.ts'
import { REFUSALS } from '../support/refusals.ts'

describe.each(REFUSALS)('$name $code', ({ name, code, text, status, error, create }) => {
  it('has its class, code, text and status', () => {
    const refusal = create(code)
    expect(refusal).toBeInstanceOf(ResourceServerError)
    expect(refusal).toBeInstanceOf(Error)
    expect(refusal).toMatchObject({ name, code, message: text, status, statusCode: status, error })
    expect('cause' in refusal).toBe(false)
  })

  it('has no stack frames, and its stack is an ordinary property', () => {
    const refusal = create(code)
    expect(inspect(refusal)).not.toMatch(/^\s+at /m)
    expect(Object.getOwnPropertyDescriptor(refusal, 'stack')).toEqual({
      value: `${name}: ${text}`,
      writable: true,
      enumerable: false,
      configurable: true,
    })
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
  ])('that may be retried after %d s has retryAfter %i', (wait, retryAfter) => {
    expect(new AuthorizationServerUnavailableError('keys_unavailable', wait).retryAfter).toBe(retryAfter)
  })

  it('has the failure of the network as its cause', () => {
    const cause = new RemoteDocumentError('timeout', 'https://a.example/keys', 'too slow')
    expect(new AuthorizationServerUnavailableError('keys_unavailable', 1, cause).cause).toBe(cause)
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
})

describe('the causes of refusals', () => {
  it('have no stack frames if a store throws them, which may be for every request', () => {
    const error = new StoreError('timeout')
    expect(error.stack).toBe(`StoreError: ${error.message}`)
    error.stack = 'can be changed'
    expect(error.stack).toBe('can be changed')
  })

  it('are logged with the names of their classes', () => {
    expect(String(new RemoteDocumentError('timeout', 'https://a.example', 'too slow'))).toBe(
      'RemoteDocumentError: too slow',
    )
    expect(String(new StoreError('timeout'))).toMatch(/^StoreError: .+/)
  })
})
