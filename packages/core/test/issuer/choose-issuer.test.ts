import { inspect } from 'node:util'
import { refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import {
  AS,
  activeAnswer,
  askingVerifier,
  CREDENTIALS,
  ENDPOINT,
  inactive,
  TOKEN,
} from '../support/introspection.ts'
import { decideNow, requestWith } from '../support/verifiers.ts'

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
