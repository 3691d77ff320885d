import { runInNewContext } from 'node:vm'
import {
  AUDIENCE,
  bearer,
  ISSUER,
  NOW,
  scriptedFetch,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { authHook } from '../src/hook.ts'
import {
  AuthorizationServerUnavailableError,
  type AuthRequest,
  createAccessTokenVerifier,
  InvalidTokenError,
  type VerifiedAccessToken,
} from '../src/index.ts'
import { published } from './apps.ts'

const policy = { requirements: undefined, optional: false }
const headers = bearer(signToken())
const reply = () => ({ code: vi.fn(), headers: vi.fn() })

function request(of: Record<string, string> = {}): AuthRequest & { auth: VerifiedAccessToken | null } {
  return {
    raw: { headers: of, rawHeaders: [], url: '/' },
    body: undefined,
    protocol: 'http',
    host: 'localhost',
    routeOptions: { config: {} },
    auth: null,
  }
}

const hookOf = (verifier = createAccessTokenVerifier(verifierOptions())) => authHook(verifier, () => policy)

/** A hook whose verifier has cached the token of `headers`. */
async function warmHook() {
  const hook = hookOf()
  for (let times = 0; times < 2; times++) {
    expect(await new Promise<unknown>((resolve) => hook(request(headers), reply(), resolve))).toBeUndefined()
  }
  return hook
}

const throwing = () =>
  vi.fn(() => {
    throw new Error('downstream')
  })

/** The next exception that nothing has caught. */
function uncaught(): Promise<unknown> {
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  return new Promise((resolve) => {
    process.once('unhandledRejection', (reason) => {
      for (const listener of listeners) process.on('unhandledRejection', listener)
      resolve(reason)
    })
  })
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('done', () => {
  it('is called synchronously for a cached token', async () => {
    const hook = await warmHook()
    const again = request(headers)
    const done = vi.fn()
    hook(again, reply(), done)
    expect(done.mock.calls).toEqual([[]])
    expect(again.auth?.subject).toBe('someone@example.com')
  })

  it('is called synchronously for an open route, without a decision of the verifier', () => {
    const refused = published('okta-resource-server:token.refused')
    const anonymous = published('okta-resource-server:request.anonymous')
    const done = vi.fn()
    authHook(createAccessTokenVerifier(verifierOptions()), () => null)(request(), reply(), done)
    expect(done.mock.calls).toEqual([[]])
    expect([...refused, ...anonymous]).toEqual([])
  })

  it('is called once after the verification, also where the global Promise is of another realm, as under Jest', async () => {
    const hook = hookOf()
    const one = request(headers)
    const done = vi.fn()
    vi.stubGlobal('Promise', runInNewContext('Promise'))
    hook(one, reply(), done)
    vi.unstubAllGlobals()
    expect(done).not.toHaveBeenCalled()
    expect(one.auth).toBeNull()
    await vi.waitFor(() => expect(done.mock.calls).toEqual([[]]))
    expect(one.auth?.subject).toBe('someone@example.com')
  })

  it.each([
    ['a token that is accepted', () => warmHook(), headers],
    ['a token that is refused', async () => hookOf(), bearer('a.b.c')],
  ])(
    'is called once for %s synchronously, and its exception is not caught',
    async (_what, create, credentials) => {
      const hook = await create()
      const done = throwing()
      expect(() => hook(request(credentials), reply(), done)).toThrow('downstream')
      expect(done).toHaveBeenCalledOnce()
    },
  )

  it.each([
    ['accepted', headers, []],
    ['refused', bearer(`${signToken()}AAAA`), [expect.any(InvalidTokenError)]],
  ])(
    'is called once for a token that is %s asynchronously, and its exception is not caught',
    async (_what, credentials, args) => {
      const done = throwing()
      const exception = uncaught()
      hookOf()(request(credentials), reply(), done)
      expect(done).not.toHaveBeenCalled()
      expect(await exception).toMatchObject({ message: 'downstream' })
      expect(done.mock.calls).toEqual([args])
    },
  )

  it('receives a refusal after its status and headers are set', async () => {
    const { fetch } = scriptedFetch(() => new TypeError('fetch failed'))
    const hook = hookOf(
      createAccessTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, clock: () => NOW * 1_000, fetch }),
    )
    const answer = reply()
    const done = vi.fn(() => expect(answer.code).toHaveBeenCalledExactlyOnceWith(503))
    hook(request(headers), answer, done)
    await vi.waitFor(() =>
      expect(done).toHaveBeenCalledExactlyOnceWith(expect.any(AuthorizationServerUnavailableError)),
    )
    expect(answer.headers).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ 'retry-after': expect.any(String) }),
    )
  })

  it('receives an error that is not a refusal unchanged, and no headers are set', () => {
    const fault = new Error('fault')
    let isBroken = false
    const clock = (): number => {
      if (isBroken) throw fault
      return NOW * 1_000
    }
    const broken = hookOf(createAccessTokenVerifier({ ...verifierOptions(), clock }))
    isBroken = true
    const brokenPolicy = authHook(createAccessTokenVerifier(verifierOptions()), () => {
      throw fault
    })
    for (const hook of [broken, brokenPolicy]) {
      const answer = reply()
      const done = vi.fn()
      hook(request(headers), answer, done)
      expect(done).toHaveBeenCalledExactlyOnceWith(fault)
      expect(answer.code).not.toHaveBeenCalled()
      expect(answer.headers).not.toHaveBeenCalled()
    }
  })
})
