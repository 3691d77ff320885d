import { describe, expect, it } from 'vitest'
import {
  AuthorizationServerUnavailableError,
  ConfigurationError,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
} from '../../src/refusal/errors.ts'
import { RemoteDocumentError } from '../../src/refusal/remote-document-error.ts'
import { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { errorResponse, errorResponseNaming } from '../../src/refusal/response.ts'

const fixedHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store' }

const foreign = (properties: object): Error =>
  Object.assign(
    new Error('secret'),
    { type: 'secret', body: 'secret', headers: { 'x-secret': 'secret' } },
    properties,
  )

describe('the response to a refusal', () => {
  it.each([
    [new InvalidRequestError('multiple_tokens'), 400, 'invalid_request', 'error="invalid_request"'],
    [new InvalidTokenError('token_expired'), 401, 'invalid_token', 'error="invalid_token"'],
    [
      new InsufficientScopeError('insufficient_scope', 'scopes', ['a']),
      403,
      'insufficient_scope',
      'scope="a"',
    ],
  ])('has a status, a challenge and a body of fixed text: %s', (error, status, code, challenge) => {
    const response = errorResponse(error)
    expect(response.status).toBe(status)
    expect(response.headers).toMatchObject(fixedHeaders)
    expect(response.headers['www-authenticate']).toContain(challenge)
    expect(response.headers['retry-after']).toBeUndefined()
    expect(response.body).toEqual({ error: code, error_description: error.message })
  })

  it('has no challenge but Retry-After if the token could not be checked', () => {
    const error = new AuthorizationServerUnavailableError('keys_unavailable', 7)
    expect(errorResponse(error)).toEqual({
      status: 503,
      headers: { ...fixedHeaders, 'retry-after': '7' },
      body: { error: 'keys_unavailable', error_description: error.message },
    })
  })

  it('has no error code if there were no credentials (RFC 6750, section 3.1)', () => {
    expect(errorResponse(new MissingTokenError())).toEqual({
      status: 401,
      headers: { ...fixedHeaders, 'www-authenticate': 'Bearer realm="api"' },
      body: { message: 'Unauthorized' },
    })
  })

  it('has a plain object as its body, ready for Response.json', async () => {
    const { status, headers, body } = errorResponse(new InvalidTokenError('token_expired'))
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
    const response = Response.json(body, { status, headers })
    expect(await response.json()).toEqual(body)
  })

  it('is new each time, so that changes do not spread', () => {
    const error = new InvalidTokenError('token_expired')
    ;(errorResponse(error).headers as Record<string, string>)['x-added'] = '1'
    ;(errorResponse(error).body as Record<string, string>).added = '1'
    expect(errorResponse(error).headers).not.toHaveProperty('x-added')
    expect(errorResponse(error).body).not.toHaveProperty('added')
  })

  it.each([new MissingTokenError(), new InvalidTokenError('token_expired')])(
    'is what getResponse() returns as a Fetch Response: %s',
    async (error) => {
      const { status, headers, body } = errorResponse(error)
      const response = error.getResponse()
      expect(response.status).toBe(status)
      expect(Object.fromEntries(response.headers)).toEqual(headers)
      expect(await response.json()).toEqual(body)
      expect(error.getResponse()).not.toBe(response)
    },
  )
})

describe('the response that names scopes', () => {
  const error = new InsufficientUserAuthenticationError('authentication_too_old', 'authentication.maxAge', {
    maxAge: 60,
    requiredScopes: ['own'],
  })

  it('keeps those that the refusal names if there are no others', () => {
    expect(errorResponseNaming(error, []).headers['www-authenticate']).toContain('scope="own"')
    expect(errorResponseNaming(error, ['all']).headers['www-authenticate']).toContain('scope="all"')
  })
})

it('the response to a token that lacks a scope names only this scope', () => {
  const error = new InsufficientScopeError('insufficient_scope', 'scopes', ['own'])
  expect(errorResponseNaming(error, ['all'])).toEqual(errorResponse(error))
})

describe('the response to a client error of another library', () => {
  it.each([
    ['a malformed body', foreign({ status: 400, statusCode: 400, expose: true }), 400],
    ['a body that is too large', foreign({ status: 413, statusCode: 413, expose: true }), 413],
    ['status only', foreign({ status: 499, expose: true }), 499],
    ['statusCode only', foreign({ statusCode: 415, expose: true }), 415],
  ])('keeps its status, but neither its text nor its headers: %s', (_title, error, status) => {
    const response = errorResponse(error)
    expect(response).toEqual({
      status,
      headers: fixedHeaders,
      body: { error: 'invalid_request', error_description: expect.any(String) },
    })
    expect(JSON.stringify(response)).not.toContain('secret')
  })
})

describe('the response to any other error is a 500 that says nothing', () => {
  const unreadable = (name: string): object =>
    Object.defineProperty({ status: 400, expose: true }, name, {
      get() {
        throw new Error('secret')
      },
    })
  const trap = (): never => {
    throw new Error('secret')
  }
  let reads = 0
  const changing = {
    expose: true,
    get status() {
      return reads++ === 0 ? 400 : 'secret'
    },
  }

  it('reads the status of a client error once', () => {
    expect(errorResponse(changing).status).toBe(400)
    expect(reads).toBe(1)
  })

  it.each([
    ['an error', new Error('secret')],
    ['a client error without expose', foreign({ status: 400, statusCode: 400 })],
    ['expose that is not true', foreign({ status: 400, expose: 'true' })],
    ['a server error with expose', foreign({ status: 500, expose: true })],
    ['status 399', foreign({ status: 399, expose: true })],
    ['status 200', foreign({ status: 200, expose: true })],
    ['status 4.5', foreign({ status: 4.5, expose: true })],
    ['status 400.5', foreign({ status: 400.5, expose: true })],
    ['status NaN', foreign({ status: Number.NaN, expose: true })],
    ['a status that is a string', foreign({ status: '400', expose: true })],
    ['two statuses that differ', foreign({ status: 400, statusCode: 500, expose: true })],
    ['statusCode 500 only', foreign({ statusCode: 500, expose: true })],
    ['no status', foreign({ expose: true })],
    ['a status that cannot be read', unreadable('status')],
    ['a statusCode that cannot be read', unreadable('statusCode')],
    ['an expose that cannot be read', unreadable('expose')],
    ['a proxy whose traps throw', new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap })],
    ['a revoked proxy', revokedProxy()],
    [
      'the name of a refusal',
      Object.assign(new Error('secret'), { name: 'InvalidTokenError', status: 401, code: 'x' }),
    ],
    [
      'an object with the prototype of Error',
      Object.create(Error.prototype, { message: { value: 'secret' } }),
    ],
    ['a wrong configuration', new ConfigurationError('option_missing', 'secret', 'secret')],
    ['a remote document', new RemoteDocumentError('timeout', 'https://secret.example', 'secret')],
    ['a string', 'secret'],
    ['a symbol', Symbol('secret')],
    ['undefined', undefined],
    ['null', null],
  ])('%s', (_title, error) => {
    const response = errorResponse(error)
    expect(response).toEqual({
      status: 500,
      headers: fixedHeaders,
      body: { error: 'server_error', error_description: expect.any(String) },
    })
    expect(JSON.stringify(response)).not.toContain('secret')
    expect(error instanceof ResourceServerError).toBe(false)
  })
})

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

it('the texts of responses to other errors are fixed', () => {
  expect(errorResponse(foreign({ status: 400, expose: true })).body).toEqual({
    error: 'invalid_request',
    error_description: 'The request is not acceptable',
  })
  expect(errorResponse(new Error('secret')).body).toEqual({
    error: 'server_error',
    error_description: 'The request could not be processed',
  })
})
