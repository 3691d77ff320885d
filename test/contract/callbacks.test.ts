import { runInNewContext } from 'node:vm'
import { type AccessTokenVerifier, createAccessTokenVerifier } from '@okta-resource-server/core'
import { oktaAuth as expressAuth } from '@okta-resource-server/express'
import fastifyAuth, { type AuthRequest } from '@okta-resource-server/fastify'
import { mcpAuth } from '@okta-resource-server/mcp'
import { bearer, signToken, unavailableOptions, verifierOptions } from '@okta-resource-server/testing'
import fastify from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'

type Callback = (error?: unknown) => void

/** A middleware or hook: decides about a request with these headers, and calls back. */
type Decide = (headers: Record<string, string>, callback: Callback) => object

/** What calls back, by the name that its framework gives the callback. */
const SUBJECTS: Readonly<Record<string, (verifier: AccessTokenVerifier) => Promise<Decide>>> = {
  next: async (verifier) => {
    const middleware = expressAuth({ verifier })
    return (headers, next) => {
      const req = { headers, rawHeaders: [], url: '/' } as never
      middleware(req, {} as never, next)
      return req
    }
  },
  done: async (verifier) => {
    const app = fastify()
    await app.register(fastifyAuth, { verifier, global: false })
    const hook = app.requireAuth()
    return (headers, done) => {
      const raw = { headers, rawHeaders: [], url: '/' }
      const request = {
        raw,
        body: undefined,
        protocol: 'http',
        host: 'localhost',
        routeOptions: { config: {} },
      } satisfies AuthRequest
      hook(request, { raw: {}, headers: () => undefined }, done)
      return request
    }
  },
}

const headers = bearer(signToken())
const subjectOf = (request: { readonly auth?: { readonly subject?: unknown } }): unknown =>
  request.auth?.subject

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

describe.each(Object.entries(SUBJECTS))('%s', (_name, create) => {
  const createFor = (options = verifierOptions()) => create(createAccessTokenVerifier(options))

  /** A middleware or hook whose verifier has cached the token of `headers`. */
  async function createWarm(): Promise<Decide> {
    const decide = await createFor()
    for (let times = 0; times < 2; times++) {
      expect(await new Promise((resolve) => decide(headers, resolve))).toBeUndefined()
    }
    return decide
  }

  it('is called synchronously for a cached token', async () => {
    const decide = await createWarm()
    const callback = vi.fn()
    const request = decide(headers, callback)
    expect(callback.mock.calls).toEqual([[]])
    expect(subjectOf(request)).toBe('someone@example.com')
  })

  it('is called synchronously for a refusal that needs no key', async () => {
    const decide = await createFor()
    const callback = vi.fn()
    decide({}, callback)
    expect(callback.mock.calls).toEqual([[expect.objectContaining({ code: 'missing_token' })]])
  })

  it('is called once after the verification, also where the global Promise is of another realm, as under Jest', async () => {
    const decide = await createFor()
    const callback = vi.fn()
    vi.stubGlobal('Promise', runInNewContext('Promise'))
    const request = decide(headers, callback)
    vi.unstubAllGlobals()
    expect(callback).not.toHaveBeenCalled()
    expect(subjectOf(request)).toBeUndefined()
    await vi.waitFor(() => expect(callback.mock.calls).toEqual([[]]))
    expect(subjectOf(request)).toBe('someone@example.com')
  })

  it.each([
    ['a token that is accepted', createWarm, headers],
    ['a token that is refused', () => createFor(), bearer('a.b.c')],
  ])(
    'is called once for %s synchronously, and its exception is not caught',
    async (_what, createIt, credentials) => {
      const decide = await createIt()
      const callback = throwing()
      expect(() => decide(credentials, callback)).toThrow('downstream')
      expect(callback).toHaveBeenCalledOnce()
    },
  )

  it.each([
    ['accepted', headers, []],
    ['refused', bearer(`${signToken()}AAAA`), [expect.objectContaining({ status: 401 })]],
  ])(
    'is called once for a token that is %s asynchronously, and its exception is not caught',
    async (_what, credentials, args) => {
      const decide = await createFor()
      const callback = throwing()
      const exception = uncaught()
      decide(credentials, callback)
      expect(callback).not.toHaveBeenCalled()
      expect(await exception).toMatchObject({ message: 'downstream' })
      expect(callback.mock.calls).toEqual([args])
    },
  )

  it('is called once while the authorization server is unavailable', async () => {
    const decide = await create(createAccessTokenVerifier(unavailableOptions()))
    const callback = vi.fn()
    decide(headers, callback)
    await vi.waitFor(() => expect(callback.mock.calls).toEqual([[expect.objectContaining({ status: 503 })]]))
  })
})

// It responds to refusals itself.
it('next of mcpAuth() is called once, synchronously or not, and its exception is not caught', async () => {
  const resource = 'https://mcp.example.com/mcp'
  const middleware = mcpAuth({ ...verifierOptions(), audience: resource, resource })
  const credentials = bearer(signToken({ claims: { aud: resource } }))
  const decide = (next: Callback): void => {
    const req = { method: 'POST', headers: credentials, rawHeaders: [], url: '/' }
    middleware(req as never, {} as never, next)
  }

  const later = throwing()
  const exception = uncaught()
  decide(later)
  expect(later).not.toHaveBeenCalled()
  expect(await exception).toMatchObject({ message: 'downstream' })
  expect(later.mock.calls).toEqual([[]])

  // The token is admitted to the cache when it is verified for the second time.
  await new Promise<unknown>(decide)
  const now = throwing()
  expect(() => decide(now)).toThrow('downstream')
  expect(now.mock.calls).toEqual([[]])
})
