import { inspect } from 'node:util'
import { keySet, refusalOf, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, vi } from 'vitest'
import { API, AS, activeAnswer, askingVerifier, ENDPOINT, inactive, TOKEN } from '../support/introspection.ts'
import { START } from '../support/time.ts'
import { decideNow, recordMessages } from '../support/verifiers.ts'

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
