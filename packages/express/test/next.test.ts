import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createAccessTokenVerifier,
  MissingTokenError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { oktaAuth, requireScopes } from '../src/index.ts'

type Request = IncomingMessage & { auth?: VerifiedAccessToken }
type Decide = Parameters<typeof oktaAuth>[0] & { verifier: { decide: () => never } }

const response = {} as ServerResponse
const request = (headers: Record<string, string> = {}): Request =>
  ({ headers, rawHeaders: [], url: '/' }) as never
const auth = { claims: {}, scopes: ['a'] } as unknown as VerifiedAccessToken
const deciding = (decide: () => unknown): Decide =>
  ({ verifier: { decide: decide as () => never } }) as Decide
/** A promise that is no instance of this realm's `Promise`, as under Jest. It can settle synchronously. */
function thenable(settle: (yes: (token: unknown) => void, no: (error: unknown) => void) => void): object {
  // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
  return { then: settle }
}
const refusal = new MissingTokenError('missing_token')

describe('next', () => {
  it('is called synchronously for a cached token', async () => {
    const middleware = oktaAuth({ verifier: createAccessTokenVerifier(verifierOptions()) })
    const headers = bearer(signToken())
    for (let times = 0; times < 2; times++) {
      await new Promise((resolve) => middleware(request(headers), response, resolve))
    }
    const req = request(headers)
    const next = vi.fn()
    middleware(req, response, next)
    expect(next.mock.calls).toEqual([[]])
    expect(req.auth?.subject).toBe('someone@example.com')
  })

  it('is called synchronously for a refusal that needs no key', () => {
    const next = vi.fn()
    oktaAuth(verifierOptions())(request(), response, next)
    expect(next).toHaveBeenCalledExactlyOnceWith(expect.any(MissingTokenError))
  })

  it('is called synchronously when credentials are optional and absent', () => {
    const next = vi.fn()
    oktaAuth({ ...verifierOptions(), credentials: 'optional' })(request(), response, next)
    expect(next.mock.calls).toEqual([[]])
  })

  it('is not called before a promise of another realm resolves', async () => {
    const foreign = thenable((yes) => setImmediate(yes, auth))
    const req = request()
    const next = vi.fn()
    oktaAuth(deciding(() => foreign))(req, response, next)
    expect(next).not.toHaveBeenCalled()
    expect(req.auth).toBeUndefined()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(next).toHaveBeenCalledOnce()
    expect(req.auth).toBe(auth)
  })

  it.each([
    ['a synchronous token', () => auth],
    [
      'a synchronous refusal',
      () => {
        throw refusal
      },
    ],
  ])('is called once after %s, and its exception is not caught', (_what, decide) => {
    const next = vi.fn(() => {
      throw new Error('downstream')
    })
    const middleware = oktaAuth(deciding(decide))
    expect(() => middleware(request(), response, next)).toThrow('downstream')
    expect(next).toHaveBeenCalledOnce()
  })

  it.each([
    ['an asynchronous token', () => thenable((yes) => yes(auth))],
    ['an asynchronous refusal', () => thenable((_, no) => no(refusal))],
  ])('is called once after %s, and its exception is not caught', (_what, decide) => {
    const next = vi.fn(() => {
      throw new Error('downstream')
    })
    const middleware = oktaAuth(deciding(decide))
    expect(() => middleware(request(), response, next)).toThrow('downstream')
    expect(next).toHaveBeenCalledOnce()
  })

  it('is called by a middleware that returns no promise, which Express 5 would wait for', async () => {
    const next = vi.fn()
    expect(oktaAuth(deciding(() => Promise.reject(refusal)))(request(), response, next)).toBeUndefined()
    await vi.waitFor(() => expect(next).toHaveBeenCalledExactlyOnceWith(refusal))
  })

  it('is called once by a guard, and its exception is not caught', () => {
    const next = vi.fn(() => {
      throw new Error('downstream')
    })
    const req = Object.assign(request(), { auth })
    expect(() => requireScopes('a')(req, response, next)).toThrow('downstream')
    expect(next).toHaveBeenCalledOnce()
  })
})

describe('req.auth', () => {
  it('is reset, whatever an earlier middleware put there', () => {
    const req = Object.assign(request(), { auth })
    const next = vi.fn()
    oktaAuth({ ...verifierOptions(), credentials: 'optional' })(req, response, next)
    expect(next.mock.calls).toEqual([[]])
    expect(req.auth).toBeUndefined()
  })
})
