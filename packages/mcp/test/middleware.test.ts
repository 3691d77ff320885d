import { inspect } from 'node:util'
import { bearer, CLIENT_ID, ISSUER, NOW, scriptedFetch, signToken } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import express5, { type Request } from 'express'
import express4 from 'express4'
import { describe, expect, it } from 'vitest'
import {
  type AuthInfo,
  authOf,
  createAccessTokenVerifier,
  type McpAuthOptions,
  mcpAuth,
  protectedResourceMetadata,
} from '../src/index.ts'
import { MCP, options, token } from './support.ts'

const PATH = '/.well-known/oauth-protected-resource/mcp'

const infoOf = (req: Request): AuthInfo => (req as unknown as { auth: AuthInfo }).auth

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('mcpAuth in %s', (_name, express) => {
  async function guarded(given: McpAuthOptions = { ...options, requiredScopes: ['messages:read'] }) {
    const seen: AuthInfo[] = []
    const app = express()
    app.set('env', 'test')
    app.use(mcpAuth(given))
    app.post('/mcp', (req, res) => {
      seen.push(infoOf(req))
      res.json({ subject: authOf(req)?.subject })
    })
    const url = await serve(app)
    const post = (headers: Record<string, string> = {}, path = '/mcp') =>
      fetch(`${url}${path}`, { method: 'POST', headers })
    return { url, post, seen }
  }

  it('describes the caller to tools as the SDK expects it', async () => {
    const { post, seen } = await guarded()
    const value = token()
    const response = await post(bearer(value))
    expect([response.status, await response.json()]).toEqual([200, { subject: 'someone@example.com' }])
    expect(seen[0]).toMatchObject({
      clientId: CLIENT_ID,
      scopes: ['messages:read', 'profile'],
      expiresAt: NOW + 3_540,
      resource: new URL(MCP),
      resourceMetadataUrl: `https://mcp.example.com${PATH}`,
      extra: { issuer: ISSUER, subject: 'someone@example.com', claims: { aud: MCP } },
    })
    expect(seen[0]?.token).toBe(value)
  })

  it('keeps the token out of logs, JSON and copies [MCP-05]', async () => {
    const { post, seen } = await guarded()
    const value = token()
    await post(bearer(value))
    const info = seen[0] as AuthInfo
    for (const shown of [
      inspect(info, { depth: 9 }),
      JSON.stringify(info),
      inspect({ ...info }, { depth: 9 }),
    ]) {
      expect(shown).toContain(CLIENT_ID)
      expect(shown).not.toContain(value)
      expect(shown).not.toContain(value.slice(-40))
    }
  })

  it('answers 401 without a token, and names document and scopes but no error [MCP-02] [MCP-06] [MCP-07]', async () => {
    const { post, seen } = await guarded()
    const response = await post()
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="api", scope="messages:read", resource_metadata="https://mcp.example.com${PATH}"`,
    )
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ message: 'Unauthorized' })
    expect(seen).toEqual([])
  })

  it.each([
    ['a malformed token', 'a.b.c'],
    ['an expired token', token({ exp: NOW - 3_600 })],
    ['a token for another audience', signToken()],
    ['a token of another issuer', token({ iss: 'https://other.example.com' })],
  ])(
    'answers 401 invalid_token to %s, and names document and scopes [MCP-03] [MCP-04] [MCP-06] [MCP-07]',
    async (_what, value) => {
      const { post, seen } = await guarded()
      const response = await post(bearer(value))
      expect(response.status).toBe(401)
      const challenge = response.headers.get('www-authenticate')
      expect(challenge).toMatch(/^Bearer realm="api", error="invalid_token", error_description="[^"\\]+", /)
      expect(challenge).toContain(`scope="messages:read", resource_metadata="https://mcp.example.com${PATH}"`)
      expect(await response.json()).toMatchObject({ error: 'invalid_token' })
      expect(seen).toEqual([])
    },
  )

  it('answers 403 insufficient_scope with all scopes of the operation, and names the document [MCP-06] [MCP-08]', async () => {
    const { post } = await guarded({ ...options, requiredScopes: ['messages:read', 'messages:write'] })
    const response = await post(bearer(token()))
    expect(response.status).toBe(403)
    const challenge = response.headers.get('www-authenticate')
    expect(challenge).toContain('error="insufficient_scope"')
    expect(challenge).toContain('scope="messages:read messages:write"')
    expect(challenge).toContain(`resource_metadata="https://mcp.example.com${PATH}"`)
    expect(await response.json()).toMatchObject({ error: 'insufficient_scope' })
  })

  it('answers 400 invalid_request to a token in the query [MCP-06]', async () => {
    const { post } = await guarded()
    const response = await post({}, `/mcp?access_token=${token()}`)
    expect(response.status).toBe(400)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_request"')
  })

  it('answers 503 with Retry-After while the keys are unavailable', async () => {
    const { jwks, ...others } = options
    const { fetch } = scriptedFetch(() => new TypeError('fetch failed'))
    const { post } = await guarded({ ...others, fetch })
    const response = await post(bearer(token()))
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(await response.json()).toMatchObject({ error: 'metadata_unavailable' })
  })

  it('counts scopes that include a required one, and shows them to tools [MCP-09]', async () => {
    const impliedScopes = { 'messages:admin': ['messages:write'], 'messages:write': ['messages:read'] }
    const { post, seen } = await guarded({ ...options, impliedScopes, requiredScopes: ['messages:read'] })
    expect((await post(bearer(token({ scp: ['messages:admin'] })))).status).toBe(200)
    expect(seen[0]?.scopes).toEqual(['messages:admin', 'messages:write', 'messages:read'])
    expect((await post(bearer(token({ scp: ['profile'] })))).status).toBe(403)
  })

  it('serves the document to everyone', async () => {
    const { url } = await guarded()
    const response = await fetch(`${url}${PATH}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toMatchObject({ resource: MCP, authorization_servers: [ISSUER] })
  })

  it('shows no challenge, no document and no token of one request to another', async () => {
    const verifier = createAccessTokenVerifier(options)
    const app = express()
    app.use('/a', mcpAuth({ verifier, requiredScopes: ['a'] }))
    app.use('/b', mcpAuth({ verifier, requiredScopes: ['b'] }))
    const url = await serve(app)
    const expired = bearer(token({ exp: NOW - 3_600 }))
    const [a, b] = await Promise.all(['/a', '/b'].map((path) => fetch(`${url}${path}`, { headers: expired })))
    expect(a?.headers.get('www-authenticate')).toContain('scope="a"')
    expect(b?.headers.get('www-authenticate')).toContain('scope="b"')
  })

  it('leaves serving the document to protectedResourceMetadata() where it is mounted under a path', async () => {
    const verifier = createAccessTokenVerifier(options)
    const app = express()
    app.use(protectedResourceMetadata({ verifier }))
    app.use('/mcp', mcpAuth({ verifier }))
    const url = await serve(app)
    expect((await fetch(`${url}${PATH}`)).status).toBe(200)
    expect((await fetch(`${url}/mcp${PATH}`)).status).toBe(401)
    expect((await fetch(`${url}/other`)).status).toBe(404)
  })

  it('ignores a req.auth that something else has set', async () => {
    const app = express()
    app.use((req, _res, next) => {
      ;(req as unknown as { auth: unknown }).auth = { clientId: 'forged' }
      next()
    })
    app.use(mcpAuth(options), (req, res) => void res.json({ client: infoOf(req).clientId }))
    const url = await serve(app)
    expect((await fetch(url)).status).toBe(401)
    expect(await (await fetch(url, { headers: bearer(token()) })).json()).toEqual({ client: CLIENT_ID })
  })

  it('has an empty client for a token that names none', async () => {
    const { post, seen } = await guarded({ ...options, profile: 'generic' })
    expect((await post(bearer(token({ cid: undefined })))).status).toBe(200)
    expect(seen[0]?.clientId).toBe('')
  })
})
