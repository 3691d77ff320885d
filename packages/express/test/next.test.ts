import { bearer, signToken, unavailableOptions, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import {
  AuthorizationServerUnavailableError,
  createAccessTokenVerifier,
  oktaAuth,
  requireScopes,
} from '../src/index.ts'
import { outcome, request, response } from './requests.ts'

// What Express and Fastify have in common is in test/contract/callbacks.test.ts.

const headers = bearer(signToken())

describe('next', () => {
  it('is called synchronously when credentials are optional and absent', () => {
    const next = vi.fn()
    oktaAuth({ ...verifierOptions(), credentials: 'optional' })(request(), response, next)
    expect(next.mock.calls).toEqual([[]])
  })

  it('is called by a middleware that returns no promise, which Express 5 would wait for', async () => {
    const middleware = oktaAuth(unavailableOptions())
    const next = vi.fn()
    expect(middleware(request(headers), response, next)).toBeUndefined()
    await vi.waitFor(() =>
      expect(next).toHaveBeenCalledExactlyOnceWith(expect.any(AuthorizationServerUnavailableError)),
    )
  })

  it('is called once by a guard, and its exception is not caught', async () => {
    const req = request(headers)
    await outcome(oktaAuth(verifierOptions()), req)
    const next = vi.fn(() => {
      throw new Error('downstream')
    })
    expect(() => requireScopes('messages:read')(req, response, next)).toThrow('downstream')
    expect(next).toHaveBeenCalledOnce()
  })
})

describe('req.auth', () => {
  it('is reset, whatever an earlier middleware put there', async () => {
    const req = Object.assign(request(), {
      auth: await createAccessTokenVerifier(verifierOptions()).verify(signToken()),
    })
    const next = vi.fn()
    oktaAuth({ ...verifierOptions(), credentials: 'optional' })(req, response, next)
    expect(next.mock.calls).toEqual([[]])
    expect(req.auth).toBeUndefined()
  })
})
