import { NOW, refusalOf } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import type { AuthorizationServerUnavailableError } from '../../src/refusal/errors.ts'
import { deferred } from '../support/deferred.ts'
import { AS, activeAnswer, askingVerifier, ENDPOINT, TOKEN } from '../support/introspection.ts'
import { START, stopTime } from '../support/time.ts'
import { requestWith } from '../support/verifiers.ts'

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

it('a token is asked about in its own form, whatever characters it has', async () => {
  const { outcome, tokens } = askingVerifier()
  const token = 'AZaz09-._~+/=='
  expect(await outcome(token)).toBe('accepted')
  expect(tokens()).toEqual([token])
  expect(START).toBe(NOW * 1_000)
})
