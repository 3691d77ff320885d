import type { IncomingMessage, ServerResponse } from 'node:http'
import { MissingTokenError, type VerifiedAccessToken } from '@okta-resource-server/core'
import { describe, expect, it, vi } from 'vitest'
import { oktaAuth, requireScopes } from '../src/index.ts'
import { bearer, token, verifier } from './support.ts'

type Request = IncomingMessage & { auth?: VerifiedAccessToken }
type Decide = Parameters<typeof oktaAuth>[0] & { verifier: { decide: () => never } }

const response = {} as ServerResponse
const request = (headers: Record<string, string> = {}): Request =>
  ({ headers, rawHeaders: [], url: '/' }) as never
const auth = { claims: {}, scopes: ['a'] } as unknown as VerifiedAccessToken
const deciding = (decide: () => unknown): Decide =>
  ({ verifier: { decide: decide as () => never } }) as Decide
/** A promise that is not of this realm's class, as under Jest, and that settles at once or when it likes. */
function thenable(settle: (yes: (token: unknown) => void, no: (error: unknown) => void) => void): object {
  // biome-ignore lint/suspicious/noThenProperty: that it is thenable is the point
  return { then: settle }
}
const refusal = new MissingTokenError('missing_token')

describe('next', () => {
  it('is called in the same tick for a token that was seen before', async () => {
    const middleware = oktaAuth({ verifier: verifier() })
    const headers = bearer(await token())
    await new Promise((resolve) => middleware(request(headers), response, resolve))
    const req = request(headers)
    const next = vi.fn()
    middleware(req, response, next)
    expect(next.mock.calls).toEqual([[]])
    expect(req.auth?.subject).toBe('ada@example.com')
  })

  it('is called in the same tick for a refusal that needs no key', () => {
    const next = vi.fn()
    oktaAuth({ verifier: verifier() })(request(), response, next)
    expect(next).toHaveBeenCalledExactlyOnceWith(expect.any(MissingTokenError))
  })

  it('is called in the same tick where credentials are optional and there are none', () => {
    const next = vi.fn()
    oktaAuth({ verifier: verifier(), credentials: 'optional' })(request(), response, next)
    expect(next.mock.calls).toEqual([[]])
  })

  it('is never called before a promise of another realm has said yes', async () => {
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
    ['a token at once', () => auth],
    [
      'a refusal at once',
      () => {
        throw refusal
      },
    ],
  ])('is called once, and what it throws is not caught, after %s', (_what, decide) => {
    const next = vi.fn(() => {
      throw new Error('downstream')
    })
    const middleware = oktaAuth(deciding(decide))
    expect(() => middleware(request(), response, next)).toThrow('downstream')
    expect(next).toHaveBeenCalledOnce()
  })

  it.each([
    ['a token later', () => thenable((yes) => yes(auth))],
    ['a refusal later', () => thenable((_, no) => no(refusal))],
  ])('is called once, and what it throws is not caught, after %s', (_what, decide) => {
    const next = vi.fn(() => {
      throw new Error('downstream')
    })
    const middleware = oktaAuth(deciding(decide))
    expect(() => middleware(request(), response, next)).toThrow('downstream')
    expect(next).toHaveBeenCalledOnce()
  })

  it('is given no promise to return, which Express 5 would wait for', async () => {
    const next = vi.fn()
    expect(oktaAuth(deciding(() => Promise.reject(refusal)))(request(), response, next)).toBeUndefined()
    await vi.waitFor(() => expect(next).toHaveBeenCalledExactlyOnceWith(refusal))
  })

  it('is called once by a guard whose downstream throws', () => {
    const next = vi.fn(() => {
      throw new Error('downstream')
    })
    const req = Object.assign(request(), { auth })
    expect(() => requireScopes('a')(req, response, next)).toThrow('downstream')
    expect(next).toHaveBeenCalledOnce()
  })
})

describe('req.auth', () => {
  it('is never what something before the middleware has put there', () => {
    const req = Object.assign(request(), { auth })
    const next = vi.fn()
    oktaAuth({ verifier: verifier(), credentials: 'optional' })(req, response, next)
    expect(next.mock.calls).toEqual([[]])
    expect(req.auth).toBeUndefined()
  })
})
