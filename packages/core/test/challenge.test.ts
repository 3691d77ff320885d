import { describe, expect, it } from 'vitest'
import { errorResponse } from '../src/challenge.ts'
import {
  AuthorizationServerUnavailableError,
  ConfigurationError,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  RemoteDocumentError,
} from '../src/errors.ts'

describe('the answer to a refusal', () => {
  it.each([
    [
      new InvalidRequestError('multiple_tokens'),
      400,
      'invalid_request',
      expect.stringContaining('error="invalid_request"'),
    ],
    [
      new InvalidTokenError('token_expired'),
      401,
      'invalid_token',
      expect.stringContaining('error="invalid_token"'),
    ],
    [
      new InsufficientScopeError('insufficient_scope', ['a']),
      403,
      'insufficient_scope',
      expect.stringContaining('scope="a"'),
    ],
    [new AuthorizationServerUnavailableError('keys_unavailable', 7), 503, 'keys_unavailable', undefined],
  ])('%s has status, challenge and a body of fixed text', (error, status, code, challenge) => {
    const answer = errorResponse(error)
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    expect(answer.headers['www-authenticate']).toEqual(challenge)
    expect(answer.headers['retry-after']).toBe(status === 503 ? '7' : undefined)
    expect(JSON.parse(answer.body)).toEqual({ error: code, error_description: error.message })
  })

  it('says nothing but Unauthorized where there were no credentials (RFC 6750 §3.1)', () => {
    const answer = errorResponse(new MissingTokenError())
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="api"')
    expect(answer.body).toBe('{"message":"Unauthorized"}')
  })

  it('is made for it alone: changing it changes no other', () => {
    const error = new InvalidTokenError('token_expired')
    ;(errorResponse(error).headers as Record<string, string>)['x-added'] = '1'
    expect(errorResponse(error).headers).not.toHaveProperty('x-added')
  })
})

describe('the answer to anything else', () => {
  it.each([
    ['an error', new Error('secret')],
    [
      'an error that poses as a refusal',
      Object.assign(new Error('secret'), { status: 401, headers: { secret: '1' }, code: 'x' }),
    ],
    ['a wrong configuration', new ConfigurationError('option_missing', 'secret', 'secret')],
    ['a remote document', new RemoteDocumentError('timeout', 'https://secret.example', 'secret')],
    ['text', 'secret'],
    ['nothing', undefined],
    ['null', null],
  ])('(%s) is a 500 that tells nothing', (_title, error) => {
    const answer = errorResponse(error)
    expect(answer).toEqual({
      status: 500,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: '{"error":"server_error","error_description":"The request could not be processed"}',
    })
    expect(JSON.stringify(answer)).not.toContain('secret')
    expect(Object.isFrozen(answer) && Object.isFrozen(answer.headers)).toBe(true)
  })
})
