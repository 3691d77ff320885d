import {
  type AccessTokenVerifier,
  MissingTokenError,
  type VerifiedAccessToken,
} from '@okta-resource-server/core'
import { describe, expect, it, vi } from 'vitest'
import { authHook } from '../src/hook.ts'
import type { AuthRequest } from '../src/index.ts'
import { bearer, token, verifier } from './support.ts'

const policy = { requirements: undefined, optional: false }
const auth = { claims: {}, scopes: [] } as unknown as VerifiedAccessToken
const refusal = new MissingTokenError('missing_token')
const deciding = (decide: () => unknown): AccessTokenVerifier<object> => ({ decide }) as never
const reply = () => ({ code: vi.fn(), headers: vi.fn() })

/** A promise that is not of this realm's class, as under Jest, and that settles at once or when it likes. */
function thenable(settle: (yes: (token: unknown) => void, no: (error: unknown) => void) => void): object {
  // biome-ignore lint/suspicious/noThenProperty: that it is thenable is the point
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
  it('is called in the same tick for a token that was seen before', async () => {
    const hook = authHook(verifier(), () => policy)
    const headers = bearer(await token())
    await new Promise<unknown>((resolve) => hook(request(headers), reply(), resolve))
    const again = request(headers)
    const done = vi.fn()
    hook(again, reply(), done)
    expect(done.mock.calls).toEqual([[]])
    expect(again.auth?.subject).toBe('ada@example.com')
  })

  it('is called in the same tick for an open route, and nobody is asked', () => {
    const decide = vi.fn()
    const done = vi.fn()
    authHook(deciding(decide), () => null)(request(), reply(), done)
    expect(done.mock.calls).toEqual([[]])
    expect(decide).not.toHaveBeenCalled()
  })

  it('is never called before a promise of another realm has said yes', async () => {
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
    ['a token at once', () => auth],
    ['a token later', () => thenable((yes) => yes(auth))],
    ['a refusal later', () => thenable((_, no) => no(refusal))],
    [
      'a refusal at once',
      () => {
        throw refusal
      },
    ],
  ])('is called once, and what it throws is not caught, after %s', (_what, decide) => {
    const done = vi.fn(() => {
      throw new Error('downstream')
    })
    expect(() => authHook(deciding(decide), () => policy)(request(), reply(), done)).toThrow('downstream')
    expect(done).toHaveBeenCalledOnce()
  })

  it('is given a fault that is not a refusal as it is, without headers of ours', () => {
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
