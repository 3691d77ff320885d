import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  MissingTokenError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { authHook } from '../src/hook.ts'
import type { AuthRequest } from '../src/index.ts'

const policy = { requirements: undefined, optional: false }
const auth = { claims: {}, scopes: [] } as unknown as VerifiedAccessToken
const refusal = new MissingTokenError('missing_token')
const deciding = (decide: () => unknown): AccessTokenVerifier<object> => ({ decide }) as never
const reply = () => ({ code: vi.fn(), headers: vi.fn() })

/** A promise that is no instance of this realm's `Promise`, as under Jest. It can settle synchronously. */
function thenable(settle: (yes: (token: unknown) => void, no: (error: unknown) => void) => void): object {
  // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
  return { then: settle }
}

function request(headers: Record<string, string> = {}): AuthRequest & { auth: VerifiedAccessToken | null } {
  return {
    raw: { headers, rawHeaders: [], url: '/' },
    body: undefined,
    routeOptions: { config: {} },
    auth: null,
  }
}

describe('done', () => {
  it('is called synchronously for a cached token', async () => {
    const hook = authHook(createAccessTokenVerifier(verifierOptions()), () => policy)
    const headers = bearer(signToken())
    for (let times = 0; times < 2; times++) {
      await new Promise<unknown>((resolve) => hook(request(headers), reply(), resolve))
    }
    const again = request(headers)
    const done = vi.fn()
    hook(again, reply(), done)
    expect(done.mock.calls).toEqual([[]])
    expect(again.auth?.subject).toBe('someone@example.com')
  })

  it('is called synchronously for an open route, without a decision of the verifier', () => {
    const decide = vi.fn()
    const done = vi.fn()
    authHook(deciding(decide), () => null)(request(), reply(), done)
    expect(done.mock.calls).toEqual([[]])
    expect(decide).not.toHaveBeenCalled()
  })

  it('is not called before a promise of another realm resolves', async () => {
    const one = request()
    const done = vi.fn()
    const foreign = thenable((yes) => setImmediate(yes, auth))
    authHook(
      deciding(() => foreign),
      () => policy,
    )(one, reply(), done)
    expect(done).not.toHaveBeenCalled()
    expect(one.auth).toBeNull()
    await vi.waitFor(() => expect(done.mock.calls).toEqual([[]]))
    expect(one.auth).toBe(auth)
  })

  it.each([
    ['a synchronous token', () => auth],
    ['an asynchronous token', () => thenable((yes) => yes(auth))],
    ['an asynchronous refusal', () => thenable((_, no) => no(refusal))],
    [
      'a synchronous refusal',
      () => {
        throw refusal
      },
    ],
  ])('is called once after %s, and its exception is not caught', (_what, decide) => {
    const done = vi.fn(() => {
      throw new Error('downstream')
    })
    expect(() => authHook(deciding(decide), () => policy)(request(), reply(), done)).toThrow('downstream')
    expect(done).toHaveBeenCalledOnce()
  })

  it('receives an error that is not a refusal unchanged, and no headers are set', () => {
    const fault = new Error('fault')
    const answer = reply()
    const done = vi.fn()
    const hook = authHook(
      deciding(() => {
        throw fault
      }),
      () => policy,
    )
    hook(request(), answer, done)
    expect(done).toHaveBeenCalledExactlyOnceWith(fault)
    expect(answer.code).not.toHaveBeenCalled()
  })
})
