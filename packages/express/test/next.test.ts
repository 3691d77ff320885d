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
import {
  AuthorizationServerUnavailableError,
  createAccessTokenVerifier,
  InvalidTokenError,
  MissingTokenError,
  oktaAuth,
  requireScopes,
} from '../src/index.ts'
import { outcome, request, response } from './requests.ts'

const headers = bearer(signToken())

/** A middleware that has cached the token of `headers`. */
async function warmMiddleware() {
  const middleware = oktaAuth(verifierOptions())
  for (let times = 0; times < 2; times++) expect(await outcome(middleware, request(headers))).toBeUndefined()
  return middleware
}

/** A `next` that throws, as a route handler of Express 4 does through it. */
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

describe('next', () => {
  it('is called synchronously for a cached token', async () => {
    const middleware = await warmMiddleware()
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

  it('is called once after the verification, also where the global Promise is of another realm, as under Jest', async () => {
    const middleware = oktaAuth(verifierOptions())
    const req = request(headers)
    const next = vi.fn()
    vi.stubGlobal('Promise', runInNewContext('Promise'))
    middleware(req, response, next)
    vi.unstubAllGlobals()
    expect(next).not.toHaveBeenCalled()
    expect(req.auth).toBeUndefined()
    await vi.waitFor(() => expect(next.mock.calls).toEqual([[]]))
    expect(req.auth?.subject).toBe('someone@example.com')
  })

  it.each([
    ['a token that is accepted', () => warmMiddleware(), headers],
    ['a token that is refused', async () => oktaAuth(verifierOptions()), bearer('a.b.c')],
  ])(
    'is called once for %s synchronously, and its exception is not caught',
    async (_what, create, credentials) => {
      const middleware = await create()
      const next = throwing()
      expect(() => middleware(request(credentials), response, next)).toThrow('downstream')
      expect(next).toHaveBeenCalledOnce()
    },
  )

  it.each([
    ['accepted', headers, []],
    ['refused', bearer(`${signToken()}AAAA`), [expect.any(InvalidTokenError)]],
  ])(
    'is called once for a token that is %s asynchronously, and its exception is not caught',
    async (_what, credentials, args) => {
      const next = throwing()
      const exception = uncaught()
      oktaAuth(verifierOptions())(request(credentials), response, next)
      expect(next).not.toHaveBeenCalled()
      expect(await exception).toMatchObject({ message: 'downstream' })
      expect(next.mock.calls).toEqual([args])
    },
  )

  it('is called by a middleware that returns no promise, which Express 5 would wait for', async () => {
    const { fetch } = scriptedFetch(() => new TypeError('fetch failed'))
    const middleware = oktaAuth({ issuer: ISSUER, audience: AUDIENCE, clock: () => NOW * 1_000, fetch })
    const next = vi.fn()
    expect(middleware(request(headers), response, next)).toBeUndefined()
    await vi.waitFor(() =>
      expect(next).toHaveBeenCalledExactlyOnceWith(expect.any(AuthorizationServerUnavailableError)),
    )
  })

  it('is called once by a guard, and its exception is not caught', async () => {
    const req = request(headers)
    await outcome(oktaAuth(verifierOptions()), req)
    const next = throwing()
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
