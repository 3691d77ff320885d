import { createRequire } from 'node:module'
import { requireBearerAuth as guardV2 } from '@modelcontextprotocol/express'
import { InvalidTokenError as SdkInvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth as guardV1 } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { requireBearerAuth as fetchGate } from '@modelcontextprotocol/server'
import {
  bearer,
  CLIENT_ID,
  NOW,
  scriptedFetch,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import express, { type RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier, oauthTokenVerifier } from '../src/index.ts'

const MCP = 'https://mcp.example.com/mcp'
const METADATA = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'
// The guards of the SDK compare the expiration time with the clock of the system.
const now = (): number => Math.floor(Date.now() / 1_000)
const options = { ...verifierOptions(), clock: Date.now, audience: MCP, resource: MCP }
const token = (claims: Record<string, unknown> = {}): string =>
  signToken({ claims: { aud: MCP, iat: now() - 10, exp: now() + 600, ...claims } })
const guardOptions = {
  requiredScopes: ['messages:read'],
  resourceMetadataUrl: METADATA,
  expectedResource: new URL(MCP),
}

describe.each([
  ['1.x', guardV1 as (given: object) => RequestHandler],
  ['2.x', guardV2 as (given: object) => RequestHandler],
])('oauthTokenVerifier with requireBearerAuth of SDK %s', (_version, guard) => {
  async function guarded(more: object = {}, differing: object = {}) {
    const verifier = oauthTokenVerifier(createAccessTokenVerifier({ ...options, ...differing }))
    const seen: { token?: string; clientId?: string; scopes?: string[] }[] = []
    const app = express()
    app.use(guard({ verifier, ...guardOptions, ...more }), (req, res) => {
      seen.push((req as { auth?: object }).auth ?? {})
      res.json({})
    })
    const url = await serve(app)
    return { seen, get: (value: string) => fetch(url, { headers: bearer(value) }) }
  }

  it('accepts a valid token for this resource, and describes the caller', async () => {
    const { get, seen } = await guarded()
    const value = token()
    expect((await get(value)).status).toBe(200)
    expect(seen).toMatchObject([{ clientId: CLIENT_ID, scopes: ['messages:read', 'profile'] }])
    expect(seen[0]?.token).toBe(value)
    expect(JSON.stringify(seen)).not.toContain(value)
  })

  it.each([
    ['a malformed token', 'a.b.c'],
    ['an expired token', token({ exp: now() - 600 })],
    ['a token for another audience', signToken({ claims: { iat: now(), exp: now() + 600 } })],
  ])('answers 401 invalid_token to %s [MCP-03] [MCP-04]', async (_what, value) => {
    const { get, seen } = await guarded()
    const response = await get(value)
    expect(response.status).toBe(401)
    const challenge = response.headers.get('www-authenticate')
    expect(challenge).toMatch(/^Bearer error="invalid_token", error_description="[^"\\]+"/)
    expect(challenge).toContain(`resource_metadata="${METADATA}"`)
    expect(await response.json()).toMatchObject({
      error: 'invalid_token',
      error_description: expect.any(String),
    })
    expect(seen).toEqual([])
  })

  it('answers 403 to a token that lacks a scope, and accepts one that includes it [MCP-09]', async () => {
    const { get } = await guarded(
      { requiredScopes: ['messages:write'] },
      { impliedScopes: { admin: ['messages:write'] } },
    )
    expect((await get(token())).status).toBe(403)
    expect((await get(token({ scp: ['admin'] }))).status).toBe(200)
  })

  it('answers 401 if another resource is expected than the verifier has', async () => {
    const { get } = await guarded({ expectedResource: new URL('https://other.example.com/mcp') })
    expect((await get(token())).status).toBe(401)
  })

  it('answers 500 while the keys are unavailable, since the guard has no 503', async () => {
    const { fetch } = scriptedFetch(() => new TypeError('fetch failed'))
    const { get } = await guarded({}, { jwks: undefined, fetch })
    expect((await get(token())).status).toBe(500)
  })
})

it('the gate of SDK 2.x for Fetch servers accepts and refuses as well', async () => {
  const gate = fetchGate({
    verifier: oauthTokenVerifier(createAccessTokenVerifier(options)),
    ...guardOptions,
  })
  const ask = (value: string) => gate(new Request(MCP, { headers: bearer(value) }))
  expect(await ask(token())).toMatchObject({ clientId: CLIENT_ID })
  expect(((await ask('a.b.c')) as Response).status).toBe(401)
})

describe('the error', () => {
  const refusal = async (given = {}) => {
    const verifier = oauthTokenVerifier(createAccessTokenVerifier(options), given)
    return verifier.verifyAccessToken('a.b.c').then(
      () => undefined,
      (error: unknown) => error as Error & { code?: string },
    )
  }

  it('is one of the class that SDK 1.x compares with', async () => {
    const error = await refusal()
    expect(error).toBeInstanceOf(SdkInvalidTokenError)
    expect(error?.message).toBe('The access token is malformed')
    expect(error?.stack).not.toContain('.ts')
  })

  it('is one of the class that is given', async () => {
    class Given extends Error {}
    expect(await refusal({ InvalidTokenError: Given })).toBeInstanceOf(Given)
  })

  it('is one of the CommonJS build if the application has loaded that', async () => {
    const require = createRequire(import.meta.url)
    const path = require.resolve('@modelcontextprotocol/sdk/server/auth/errors.js')
    const loaded = require(path)
    try {
      expect(loaded.InvalidTokenError).not.toBe(SdkInvalidTokenError)
      expect(await refusal()).toBeInstanceOf(loaded.InvalidTokenError)
    } finally {
      delete require.cache[path]
    }
  })
})

it('a verifier of another library is a configuration error', () => {
  expect(() => oauthTokenVerifier({ verify() {} } as never)).toThrowError(
    expect.objectContaining({ name: 'ConfigurationError', option: 'verifier' }),
  )
})

it('without the option resource, the caller is described without resource', async () => {
  const verifier = createAccessTokenVerifier({ ...verifierOptions(), clock: () => NOW * 1_000 })
  const info = await oauthTokenVerifier(verifier).verifyAccessToken(signToken())
  expect(Object.keys(info).sort()).toEqual(['clientId', 'expiresAt', 'extra', 'scopes'])
})
