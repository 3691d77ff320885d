import { describe, expect, it } from 'vitest'
import { fetchTokens } from '../src/index.ts'
import { METADATA, OPENID, optionsFor, startServer, TOKEN, tokens } from './scripted-server.ts'

describe('discovery', () => {
  it('falls back to openid-configuration if there is no OAuth metadata', async () => {
    const server = await startServer()
    server.scripts[OPENID] = server.scripts[METADATA] ?? []
    server.scripts[METADATA] = [{ status: 404 }]
    server.token({ body: tokens })
    await fetchTokens(optionsFor(server))
    expect(server.seen.map(({ path }) => path)).toEqual([METADATA, OPENID, TOKEN])
  })

  it('does not send a second request after a server error', async () => {
    const server = await startServer()
    server.scripts[METADATA] = [{ status: 503, body: 'down' }]
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({
      code: 'server_error',
      step: 'discovery',
      status: 503,
    })
    expect(server.seen).toHaveLength(1)
  })

  it('advises to check the issuer if Okta has no such authorization server', async () => {
    const server = await startServer()
    const body = { errorCode: 'E0000007', errorSummary: 'Not found: default', errorId: 'x', errorCauses: [] }
    server.scripts[METADATA] = [{ status: 404, body }]
    server.scripts[OPENID] = [{ status: 404, body }]
    const failure = fetchTokens(optionsFor(server))
    await expect(failure).rejects.toMatchObject({
      code: 'authorization_server_not_found',
      error: 'E0000007',
      description: 'Not found: default',
    })
    await expect(failure).rejects.toThrow('Check the issuer')
  })

  it('removes the trailing slash of the issuer only in the metadata URL', async () => {
    const server = await startServer()
    const issuer = `${server.issuer}/`
    server.scripts[METADATA] = [{ body: { issuer, token_endpoint: `${server.origin}${TOKEN}` } }]
    server.token({ body: tokens })
    expect(await fetchTokens({ ...optionsFor(server), issuer })).toEqual(tokens)
  })

  it.each(['/', 'x', '?'])(
    'rejects metadata whose issuer has an additional %j, and sends no password',
    async (tail) => {
      const server = await startServer()
      server.scripts[METADATA] = [
        { body: { issuer: `${server.issuer}${tail}`, token_endpoint: `${server.origin}${TOKEN}` } },
      ]
      await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({
        code: 'issuer_mismatch',
        step: 'discovery',
      })
      expect(server.tokenRequests()).toHaveLength(0)
    },
  )

  it.each([
    ['not JSON', '<html>'],
    ['an array', '[]'],
    ['null', 'null'],
    ['without issuer', '{"token_endpoint":"https://a.example"}'],
  ])('rejects metadata that is %s', async (_, body) => {
    const server = await startServer()
    server.scripts[METADATA] = [{ body }]
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({ code: 'invalid_response' })
  })

  it('rejects metadata without a token endpoint', async () => {
    const server = await startServer()
    server.scripts[METADATA] = [{ body: { issuer: server.issuer } }]
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({ code: 'invalid_response' })
  })

  it.each([
    ['with another origin', 'https://evil.example/token'],
    ['with another port', 'http://127.0.0.1:1/token'],
    ['without https', 'http://evil.example/token'],
    ['that is not an absolute URL', '/v1/token'],
    ['with another scheme', 'ftp://127.0.0.1/token'],
  ])('sends no password to a token endpoint %s', async (_, endpoint) => {
    const server = await startServer()
    server.scripts[METADATA] = [{ body: { issuer: server.issuer, token_endpoint: endpoint } }]
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({ code: 'token_endpoint_refused' })
    expect(server.seen).toHaveLength(1)
  })

  it.each([
    ['user', (origin: string) => origin.replace('//', '//user@')],
    ['password', (origin: string) => origin.replace('//', '//:pass@')],
    ['fragment', (origin: string) => `${origin}/#x`],
  ])('sends no password to a token endpoint with a %s', async (_, change) => {
    const server = await startServer()
    server.scripts[METADATA] = [{ body: { issuer: server.issuer, token_endpoint: change(server.origin) } }]
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({ code: 'token_endpoint_refused' })
  })
})
