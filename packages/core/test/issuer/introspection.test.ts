import { inspect } from 'node:util'
import { keySet, NOW, refusalOf, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import type { AuthorizationServerUnavailableError } from '../../src/refusal/errors.ts'
import { deferred } from '../support/deferred.ts'
import { API, AS, activeAnswer, askingVerifier, CREDENTIALS, ENDPOINT } from '../support/introspection.ts'
import { HOUR, pass, START, stepWallClock, stopTime } from '../support/time.ts'
import { decideNow, isCached, recordMessages, requestWith } from '../support/verifiers.ts'

const TOKEN = 'opaque-token-1'
const SECOND = 1_000
const ticking = { clock: () => Date.now() }
const inactive = () => Response.json({ active: false })

describe('a redirect', () => {
  it('is not followed, even to the same address: it would get the token and the credentials', async () => {
    const { verifier, server, calls } = askingVerifier()
    server.reply = () => new Response('', { status: 307, headers: { location: ENDPOINT } })

    expect(await refusalOf(verifier.verify(TOKEN))).toMatchObject({
      cause: {
        code: 'redirect_refused',
        status: 307,
        message: expect.stringContaining('redirects, which is not followed'),
      },
    })
    expect(calls).toHaveLength(1)
  })
})

describe('the answer that a token is active', () => {
  it('is used for cacheMaxAge, with and without the token cache, and no longer [INTR-04]', async () => {
    for (const tokenCache of [{ max: 10 }, false] as const) {
      stopTime()
      const { outcome, calls } = askingVerifier({}, { ...ticking, tokenCache })
      for (let time = 0; time < 4; time++) expect(await outcome(TOKEN)).toBe('accepted')
      pass(29_999)
      expect(await outcome(TOKEN)).toBe('accepted')
      expect(calls).toHaveLength(1)
      pass(1)
      expect(await outcome(TOKEN)).toBe('accepted')
      expect(calls).toHaveLength(2)
      vi.useRealTimers()
    }
  })

  it('is found in the token cache without a promise, and is checked there not to be too old', async () => {
    stopTime()
    const { verifier, server } = askingVerifier({}, ticking)
    for (let time = 0; time < 3; time++) await verifier.verify(TOKEN)
    expect(decideNow(verifier, TOKEN).subject).toBe('someone')
    server.reply = inactive
    pass(30 * SECOND)
    expect(await isCached(verifier, TOKEN).catch((error: { code: string }) => error.code)).toBe(
      'token_inactive',
    )
  })

  it('stays when older answers are removed', async () => {
    stopTime({ timers: true })
    const options = { ...ticking, tokenCache: false } as const
    const { outcome, calls } = askingVerifier({ cacheMaxAge: 60 * SECOND }, options)
    await outcome(TOKEN)
    pass(50 * SECOND)
    await outcome('opaque-token-2')
    pass(25 * SECOND)
    await outcome('opaque-token-2')
    expect(calls).toHaveLength(2)
    await outcome(TOKEN)
    expect(calls).toHaveLength(3)
  })

  it('is never used beyond exp [INTR-03]', async () => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({}, { ...ticking, clockTolerance: 0 })
    server.reply = () => Response.json(activeAnswer({ exp: NOW + 10 }))
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('accepted')
    pass(10 * SECOND)
    expect(await outcome(TOKEN)).toBe('token_expired')
    expect(calls).toHaveLength(1)
  })

  it('is not used at all with a cacheMaxAge of 0', async () => {
    const { outcome, calls } = askingVerifier({ cacheMaxAge: 0 })
    for (let time = 0; time < 4; time++) expect(await outcome(TOKEN)).toBe('accepted')
    expect(calls).toHaveLength(4)
  })

  it('ages from the moment when the server was asked', async () => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({ timeoutDuration: HOUR }, ticking)
    server.reply = () => {
      pass(20 * SECOND)
      return Response.json(activeAnswer())
    }
    expect(await outcome(TOKEN)).toBe('accepted')
    pass(10 * SECOND)
    expect(await outcome(TOKEN)).toBe('accepted')
    expect(calls).toHaveLength(2)
  })

  it('is not used for longer if the wall clock is set back', async () => {
    stopTime({ timers: true })
    const { verifier, server, outcome } = askingVerifier({}, ticking)
    server.reply = () => Response.json(activeAnswer({ iat: undefined }))
    for (let time = 0; time < 3; time++) await verifier.verify(TOKEN)
    stepWallClock(-HOUR)
    server.reply = inactive
    pass(36 * SECOND)
    expect(await outcome(TOKEN)).toBe('token_inactive')
  })

  it('is kept under a digest, not under the token (RFC 9700, section 4.9.3)', async () => {
    const { verifier } = askingVerifier({}, { tokenCache: false })
    const token = 'canary-7d1f-canary'
    await verifier.verify(token)
    expect(inspect(verifier, { depth: 20, showHidden: true })).not.toContain(token)
  })
})

describe('the answer that a token is not active', () => {
  it('is used for negativeCacheMaxAge', async () => {
    stopTime()
    const { outcome, server, calls } = askingVerifier({ negativeCacheMaxAge: 2 * SECOND }, ticking)
    server.reply = inactive
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('token_inactive')
    expect(calls).toHaveLength(1)
    pass(2 * SECOND)
    server.reply = () => Response.json(activeAnswer())
    expect(await outcome(TOKEN)).toBe('accepted')
  })

  it('is not used at all with a negativeCacheMaxAge of 0', async () => {
    const { outcome, server, calls } = askingVerifier({ negativeCacheMaxAge: 0 })
    server.reply = inactive
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('token_inactive')
    expect(calls).toHaveLength(3)
  })
})

describe('a call', () => {
  it('is shared by all who wait for it', async () => {
    const { verifier, server, calls } = askingVerifier()
    const answer = deferred<Response>()
    server.reply = () => answer.promise
    const waiting = Promise.all(Array.from({ length: 50 }, () => verifier.authenticate(requestWith(TOKEN))))
    answer.resolve(Response.json(activeAnswer()))
    expect(await waiting).toHaveLength(50)
    expect(calls).toHaveLength(1)
  })

  it('is shared by a decision and an explanation', async () => {
    const { verifier, calls } = askingVerifier()
    const [auth, { accepted }] = await Promise.all([verifier.verify(TOKEN), verifier.explain(TOKEN)])
    expect([auth.subject, accepted]).toEqual(['someone', true])
    expect(calls).toHaveLength(1)
  })

  it('goes to the endpoint of new metadata once the old endpoint is gone', async () => {
    const [old, moved] = [`${AS}/old`, `${AS}/moved`]
    const { outcome, server } = askingVerifier({ endpoint: undefined as never })
    server.document = () => Response.json({ issuer: AS, introspection_endpoint: old })
    expect(await outcome('a-1')).toBe('accepted')
    server.document = () => Response.json({ issuer: AS, introspection_endpoint: moved })
    server.reply = ({ url }) =>
      url === moved ? Response.json(activeAnswer()) : new Response('', { status: 404 })
    expect(await outcome('a-2')).toBe('introspection_unavailable')
    expect(await outcome('a-3')).toBe('accepted')
  })

  it('goes to the endpoint of the metadata, which is fetched once', async () => {
    const { outcome, server, calls, others } = askingVerifier({ endpoint: undefined as never })
    server.document = () => Response.json({ issuer: AS, introspection_endpoint: `${AS}/oauth/introspect` })
    expect([await outcome('a-1'), await outcome('a-2')]).toEqual(['accepted', 'accepted'])
    expect(calls.map(({ url }) => url)).toEqual([`${AS}/oauth/introspect`, `${AS}/oauth/introspect`])
    expect(others).toEqual([`${AS}/.well-known/openid-configuration`])
  })

  it.each([
    [
      'on another host',
      'https://other.example.com/introspect',
      'endpoint_not_allowed',
      'set introspection.endpoint to it',
    ],
    ['on another port', `${AS}:8443/introspect`, 'endpoint_not_allowed', 'on another origin'],
    ['not https', 'http://as.example.com/introspect', 'insecure_url', 'introspection_endpoint is not https'],
    ['missing', undefined, 'wrong_shape', 'has no introspection_endpoint'],
    ['no URL', 'introspect', 'wrong_shape', 'has no introspection_endpoint'],
  ])('goes to no endpoint of the metadata that is %s', async (_title, endpoint, code, message) => {
    const { verifier, server, calls } = askingVerifier({ endpoint: undefined as never })
    server.document = () => Response.json({ issuer: AS, introspection_endpoint: endpoint })
    const refusal = (await refusalOf(
      verifier.verify(TOKEN),
    )) as unknown as AuthorizationServerUnavailableError
    expect(refusal).toMatchObject({ code: 'introspection_unavailable', status: 503, cause: { code } })
    expect((refusal.cause as Error).message).toContain(message)
    expect(calls).toEqual([])
  })

  it('goes to another origin if the option endpoint names it', async () => {
    const endpoint = 'https://other.example.com/introspect'
    const { outcome, calls } = askingVerifier({ endpoint })
    expect(await outcome(TOKEN)).toBe('accepted')
    expect(calls[0]?.url).toBe(endpoint)
  })

  it.each(['tls_client_auth', 'self_signed_tls_client_auth'] as const)(
    'goes to the alias for mutual TLS with %s, on whatever host it is [INTR-09]',
    async (authenticationMethod) => {
      const { outcome, server, calls } = askingVerifier({
        authenticationMethod,
        endpoint: undefined as never,
      })
      const alias = 'https://mtls.example.com/introspect'
      server.document = () =>
        Response.json({
          issuer: AS,
          introspection_endpoint: ENDPOINT,
          mtls_endpoint_aliases: { introspection_endpoint: alias },
        })
      expect(await outcome(TOKEN)).toBe('accepted')
      expect(calls[0]?.url).toBe(alias)
      expect(calls[0]?.form.get('client_id')).toBe('api')
    },
  )

  it.each([[null], ['https://mtls.example.com'], [1], [[]], [{}]])(
    'goes to the ordinary endpoint if the aliases for mutual TLS are %j',
    async (mtls_endpoint_aliases) => {
      const options = { authenticationMethod: 'tls_client_auth', endpoint: undefined as never } as const
      const { outcome, server, calls } = askingVerifier(options)
      server.document = () =>
        Response.json({ issuer: AS, introspection_endpoint: ENDPOINT, mtls_endpoint_aliases })
      expect(await outcome(TOKEN)).toBe('accepted')
      expect(calls[0]?.url).toBe(ENDPOINT)
    },
  )

  it('goes to no alias that is no URL', async () => {
    const options = { authenticationMethod: 'tls_client_auth', endpoint: undefined as never } as const
    const { verifier, server, calls } = askingVerifier(options)
    const mtls_endpoint_aliases = { introspection_endpoint: 'introspect' }
    server.document = () =>
      Response.json({ issuer: AS, introspection_endpoint: ENDPOINT, mtls_endpoint_aliases })
    const { cause } = await refusalOf(verifier.verify(TOKEN))
    expect((cause as Error).message).toContain('no introspection_endpoint of mtls_endpoint_aliases')
    expect(calls).toEqual([])
  })

  it('does not go to that alias with a secret', async () => {
    const { outcome, server, calls } = askingVerifier({ endpoint: undefined as never })
    const mtls_endpoint_aliases = { introspection_endpoint: 'https://mtls.example.com/introspect' }
    server.document = () =>
      Response.json({ issuer: AS, introspection_endpoint: ENDPOINT, mtls_endpoint_aliases })
    expect(await outcome(TOKEN)).toBe('accepted')
    expect(calls[0]?.url).toBe(ENDPOINT)
  })
})

describe('ready() and status()', () => {
  it('reject after close(), even if the endpoint is configured', async () => {
    const { verifier } = askingVerifier({ when: 'only' })
    await verifier.ready()
    verifier.close()
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'verifier_closed', status: 503 })
  })

  it('say whether the endpoint and the keys are known', async () => {
    const { verifier, server } = askingVerifier({ endpoint: undefined as never, when: 'only' })
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'introspection_unavailable' })
    expect(verifier.status().ready).toBe(false)
    server.document = () => Response.json({ issuer: AS, introspection_endpoint: ENDPOINT })
    await verifier.ready()
    expect(verifier.status()).toMatchObject({ ready: true, issuers: [{ ready: true, lastError: undefined }] })
  })

  it('need keys beside introspection', async () => {
    const { verifier } = askingVerifier({}, { jwksUri: `${AS}/keys` })
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
  })

  it('need the endpoint beside keys', async () => {
    const jwks = keySet(signingKey())
    const { verifier, server } = askingVerifier({ endpoint: undefined as never }, { jwks })
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'introspection_unavailable' })
    expect(verifier.status().ready).toBe(false)
    server.document = () => Response.json({ issuer: AS, introspection_endpoint: ENDPOINT })
    await verifier.ready()
    expect(verifier.status().ready).toBe(true)
  })

  it('need no keys if the server is asked about every token, and none are fetched', async () => {
    const initialJwks = { ...keySet(signingKey()), fetchedAt: START }
    const { verifier, others, outcome } = askingVerifier({ when: 'only' }, { initialJwks })
    await verifier.ready()
    expect(verifier.status().ready).toBe(true)
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('accepted')
    decideNow(verifier, TOKEN)
    expect(others).toEqual([])
  })

  it('show that the credentials are refused', async () => {
    const { verifier, server, outcome } = askingVerifier({ when: 'only' })
    server.reply = () => Response.json({ error: 'invalid_client' }, { status: 401 })
    expect(await outcome(TOKEN)).toBe('introspection_unavailable')
    expect(verifier.status()).toMatchObject({
      ready: false,
      issuers: [
        {
          lastError: {
            code: 'credentials_refused',
            status: 401,
            message: expect.stringContaining('status 401: the client is refused'),
          },
        },
      ],
    })
  })
})

it('an answer ends the time limit and the request', async () => {
  stopTime({ timers: true })
  const signals: (AbortSignal | null | undefined)[] = []
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    signals.push(init?.signal)
    return Response.json(activeAnswer())
  }
  const { verifier, outcome } = askingVerifier({}, { fetch })
  expect(await outcome(TOKEN)).toBe('accepted')
  expect(signals.map((signal) => signal?.aborted)).toEqual([true])
  verifier.close()
  expect(vi.getTimerCount()).toBe(0)
})

describe('a closed verifier', () => {
  it('refuses what waits for an answer, and what was accepted before', async () => {
    const { verifier, server, outcome, calls } = askingVerifier()
    for (let time = 0; time < 3; time++) expect(await outcome(TOKEN)).toBe('accepted')
    server.reply = () => new Promise(() => {})
    const waiting = [outcome('b-1'), outcome('b-2')]
    await new Promise((resolve) => setImmediate(resolve))
    verifier.close()
    expect(await Promise.all([...waiting, outcome(TOKEN), outcome('b-3')])).toEqual(
      Array(4).fill('verifier_closed'),
    )
    expect(calls.map(({ token }) => token)).toEqual([TOKEN, 'b-1', 'b-2'])
  })
})

describe('what is published', () => {
  it('says whether a token is active, and nothing of it', async () => {
    const { outcome, server } = askingVerifier()
    const messages = recordMessages()
    await outcome(TOKEN)
    server.reply = inactive
    await outcome('opaque-token-2')
    expect(messages.filter(([channel]) => channel.startsWith('introspection'))).toEqual([
      ['introspection.succeeded', { issuer: AS, active: true }],
      ['introspection.succeeded', { issuer: AS, active: false }],
    ])
    expect(inspect(messages, { depth: 10 })).not.toMatch(/opaque-token|the-secret|someone/)
    expect(messages.at(-1)?.[1]).toMatchObject({ code: 'token_inactive', check: 'active', issuer: AS })
  })

  it('names the failed check of the answer', async () => {
    const { outcome, server } = askingVerifier()
    const messages = recordMessages()
    server.reply = () => Response.json(activeAnswer({ aud: 'https://other.example.com' }))
    await outcome(TOKEN)
    expect(messages.at(-1)?.[1]).toMatchObject({ check: 'answer: audience', issuer: AS })
  })
})

describe('refused credentials', () => {
  it('are reported as a process warning, once', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const issuer = 'https://refused.example.com'
    for (const token of ['a-1', 'a-2']) {
      const { server, outcome } = askingVerifier({}, { issuer })
      server.reply = () => Response.json({ error: 'invalid_client' }, { status: 401 })
      expect(await outcome(token)).toBe('introspection_unavailable')
    }
    expect(warn.mock.calls).toEqual([
      [
        expect.stringContaining(issuer),
        { type: 'OktaResourceServerWarning', code: 'ORS_INTROSPECTION_CREDENTIALS' },
      ],
    ])
    expect(inspect(warn.mock.calls)).not.toMatch(/the-secret|a-1/)
    warn.mockRestore()
  })
})

describe('nothing secret is shown', () => {
  it.each([
    [
      'a refused client',
      () => Response.json({ error: 'invalid_client', hint: 'the-secret' }, { status: 401 }),
    ],
    ['rubbish that repeats the token', () => new Response(`<html>${TOKEN} the-secret</html>`)],
    ['a network error that repeats the token', () => new TypeError('fetch failed')],
    ['an inactive token', inactive],
    ['an answer for another API', () => Response.json(activeAnswer({ aud: 'someone-else' }))],
  ])('by the refusal after %s', async (_title, reply) => {
    const { verifier, server } = askingVerifier()
    server.reply = reply
    const messages = recordMessages()
    const refusal = await refusalOf(verifier.verify(TOKEN))
    const shown = inspect([refusal, messages], { depth: 10, showHidden: true, getters: true })
    expect(shown).not.toMatch(/opaque-token|the-secret|someone/)
    expect(inspect(verifier, { depth: 10, showHidden: true })).not.toMatch(/opaque-token|the-secret/)
  })
})

describe('explain()', () => {
  it('shows the answer, and which of its members does not fit', async () => {
    const { verifier, server } = askingVerifier()
    server.reply = () => Response.json(activeAnswer({ aud: 'https://other.example.com' }))
    const { accepted, code, checks } = await verifier.explain(TOKEN, { scopes: ['messages:read'] })
    expect({ accepted, code }).toEqual({ accepted: false, code: 'audience_mismatch' })
    expect(checks.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
      'form passed',
      'kind passed',
      'issuer passed',
      'active passed',
      'answer: kind passed',
      'answer: times passed',
      'answer: audience failed',
      'answer: client passed',
      'answer: identifiers passed',
      'answer: scopes passed',
      'answer: confirmation passed',
      'answer: status passed',
      'answer: actor passed',
      'issuer usable not run',
      'key published not run',
      'times not run',
      'possession not run',
      'requirement scopes passed',
    ])
    expect(checks.find(({ check }) => check === 'answer: audience')).toMatchObject({
      found: { aud: 'https://other.example.com' },
      wanted: { aud: [API] },
      unverified: false,
    })
  })

  it('shows an accepted token, and agrees with the decision', async () => {
    const { verifier } = askingVerifier()
    const { accepted, checks } = await verifier.explain({ headers: { authorization: `Bearer ${TOKEN}` } })
    expect(accepted).toBe(true)
    expect(checks.every(({ outcome }) => outcome === 'passed')).toBe(true)
    expect(checks.map(({ check }) => check)).toContain('answer fresh')
  })

  it('shows what happened on the network', async () => {
    const { verifier, server } = askingVerifier()
    server.reply = () => Response.json({}, { status: 401 })
    const { code, checks } = await verifier.explain(TOKEN)
    expect(code).toBe('introspection_unavailable')
    expect(checks.find(({ check }) => check === 'active')).toMatchObject({
      outcome: 'failed',
      found: { cause: 'credentials_refused', status: 401, url: ENDPOINT },
    })
    expect(JSON.stringify(checks)).not.toMatch(/opaque-token|the-secret/)
  })

  it('shows the checks of a JWT and of the answer about it', async () => {
    const { verifier } = askingVerifier({ when: 'always' }, { jwks: { keys: [signingKey().jwk] } })
    const claims = { iss: AS, aud: API, client_id: 'client-1', cid: undefined, scp: undefined }
    const { checks } = await verifier.explain(signToken({ header: { typ: 'at+jwt' }, claims }))
    const names = checks.map(({ check }) => check)
    expect(names.indexOf('signature')).toBeLessThan(names.indexOf('active'))
    expect(names).toContain('answer: audience')
  })
})

describe('an authorization server that was found at run time', () => {
  const options = (chosen: () => string | undefined) => ({
    issuer: (iss: string) =>
      iss.startsWith(AS) ? { introspection: { ...CREDENTIALS, endpoint: ENDPOINT } } : undefined,
    chooseIssuer: chosen,
    introspection: undefined as never,
  })

  it('is asked about an opaque token if chooseIssuer chooses it', async () => {
    const { verifier, calls } = askingVerifier(
      {},
      options(() => `${AS}/tenant-1`),
    )
    // The answer names the server without the tenant.
    await expect(verifier.authenticate(requestWith(TOKEN))).rejects.toMatchObject({
      code: 'issuer_not_allowed',
    })
    expect(calls).toHaveLength(1)
  })

  it('accepts its tokens, from the cache as well, until it is forgotten', async () => {
    const { verifier, calls } = askingVerifier(
      {},
      options(() => AS),
    )
    for (let time = 0; time < 3; time++) {
      expect((await verifier.authenticate(requestWith(TOKEN))).issuer).toBe(AS)
    }
    decideNow(verifier, TOKEN)
    expect(calls).toHaveLength(1)
    verifier.forgetIssuer(AS)
    await verifier.authenticate(requestWith(TOKEN))
    expect(calls).toHaveLength(2)
  })

  it('is not asked if the function issuer does not know it', async () => {
    const { verifier, calls } = askingVerifier(
      {},
      options(() => 'https://other.example.com'),
    )
    await expect(verifier.authenticate(requestWith(TOKEN))).rejects.toMatchObject({
      code: 'issuer_not_allowed',
    })
    expect(calls).toEqual([])
  })
})

describe('chooseIssuer', () => {
  const B = 'https://b.example.com'
  const of = (issuer: string, name: string) => ({
    issuer,
    introspection: { clientId: name, clientSecret: 'the-secret', endpoint: `${issuer}/introspect` },
  })
  const hostOf = ({ headers }: { headers?: unknown }): string | undefined => {
    const { host } = headers as { host?: string }
    if (host === 'broken') throw new Error('canary')
    if (host === 'promise') return Promise.resolve(AS) as never
    return host === 'none' ? undefined : `https://${host}`
  }
  const two = () => {
    const asking = askingVerifier(
      {},
      {
        issuer: [of(AS, 'a'), of(B, 'b'), { issuer: 'https://c.example.com' }],
        introspection: undefined as never,
        chooseIssuer: hostOf,
      },
    )
    asking.server.reply = ({ url }) => Response.json(activeAnswer({ iss: new URL(url).origin }))
    const ask = (host: string, token = TOKEN) =>
      asking.verifier.authenticate({ headers: { host, authorization: `Bearer ${token}` } })
    return { ...asking, ask }
  }

  it('says which of several authorization servers is asked, with its own credentials', async () => {
    const { ask, calls } = two()
    expect((await ask('as.example.com')).issuer).toBe(AS)
    expect((await ask('b.example.com', 'opaque-2')).issuer).toBe(B)
    expect(calls.map(({ url }) => url)).toEqual([`${AS}/introspect`, `${B}/introspect`])
    expect(calls.map(({ headers }) => atob(headers.get('authorization')?.slice(6) ?? ''))).toEqual([
      'a:the-secret',
      'b:the-secret',
    ])
  })

  it('keeps the answers of one authorization server from requests for another, cached ones included', async () => {
    const { ask, calls, server } = two()
    for (let time = 0; time < 4; time++) expect((await ask('as.example.com')).issuer).toBe(AS)
    expect(calls).toHaveLength(1)
    expect((await ask('b.example.com')).issuer).toBe(B)
    expect(calls).toHaveLength(2)
    server.reply = inactive
    expect((await ask('as.example.com')).issuer).toBe(AS)
    expect(calls).toHaveLength(2)
    const both = await Promise.allSettled([ask('as.example.com', 'x-1'), ask('b.example.com', 'x-1')])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(calls).toHaveLength(4)
  })

  it.each([
    ['throws', 'broken', /chooseIssuer threw an error; log it there/],
    ['returns a promise', 'promise', /chooseIssuer must return a string or undefined, not a promise/],
  ])('that %s is named in the cause', async (_title, host, message) => {
    const { cause } = await refusalOf(two().ask(host))
    expect((cause as Error).message).toMatch(message)
  })

  it.each([
    ['none', 'issuer_missing'],
    ['unknown.example.com', 'issuer_not_allowed'],
    ['c.example.com', 'token_malformed'],
    ['broken', 'issuer_unavailable'],
    ['promise', 'issuer_unavailable'],
  ])('that chooses %s: the token is refused without a call', async (host, code) => {
    const { ask, calls } = two()
    const refusal = await refusalOf(ask(host))
    expect(refusal.code).toBe(code)
    expect(inspect(refusal, { depth: 5, showHidden: true })).not.toContain('canary')
    expect(calls).toEqual([])
  })

  it('is not called again for a request that was decided about', async () => {
    const { verifier } = two()
    const request = { headers: { host: 'as.example.com', authorization: `Bearer ${TOKEN}` } }
    expect((await verifier.authenticate(request)).issuer).toBe(AS)
    request.headers.host = 'broken'
    expect((await verifier.authenticate(request)).issuer).toBe(AS)
  })

  it('is not called for JWTs, and a bare token has no request to choose by', async () => {
    const { ask, outcome } = two()
    await expect(ask('broken', signToken())).rejects.toMatchObject({ code: 'issuer_not_allowed' })
    expect(await outcome(TOKEN)).toBe('issuer_missing')
  })
})

it('a token is asked about in its own form, whatever characters it has', async () => {
  const { outcome, tokens } = askingVerifier()
  const token = 'AZaz09-._~+/=='
  expect(await outcome(token)).toBe('accepted')
  expect(tokens()).toEqual([token])
  expect(START).toBe(NOW * 1_000)
})
