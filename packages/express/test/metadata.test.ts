import { request } from 'node:http'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import cors from 'cors'
import express5 from 'express'
import express4 from 'express4'
import { describe, expect, it } from 'vitest'
import {
  createAccessTokenVerifier,
  oktaAuth,
  protectedResourceMetadata,
  requireScopes,
} from '../src/index.ts'

const API = 'https://api.example.com/v1'
const PATH = '/.well-known/oauth-protected-resource/v1'
const NAMED = `resource_metadata="https://api.example.com${PATH}"`
const options = { ...verifierOptions(), resource: { resource: API, scopes: ['messages:read'] } }
const document = {
  resource: API,
  authorization_servers: [options.issuer],
  bearer_methods_supported: ['header'],
  scopes_supported: ['messages:read'],
}

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('protected resource metadata in %s', (_name, express) => {
  const guarded = (): Promise<string> => {
    const app = express()
    app.use(oktaAuth(options))
    app.get('/admin', requireScopes('admin'), (_req, res) => res.json({}))
    return serve(app)
  }

  it('is served by oktaAuth(), to requests without a token, with a bad one and with a good one [PRM-01] [PRM-06]', async () => {
    const url = await guarded()
    for (const headers of [{}, bearer('a.b.c'), bearer(signToken()), { authorization: 'Basic YTpi' }]) {
      for (const path of [PATH, `${PATH}/`]) {
        const response = await fetch(`${url}${path}`, { headers })
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toBe('application/json')
        expect(response.headers.get('cache-control')).toBe('public, max-age=3600')
        expect(response.headers.get('access-control-allow-origin')).toBe('*')
        expect(await response.json()).toEqual(document)
      }
    }
  })

  it('is served to HEAD and preflight requests, and to no other method', async () => {
    const url = await guarded()
    const head = await fetch(`${url}${PATH}`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(head.headers.get('content-length')).toBe(String(JSON.stringify(document).length))
    const preflight = await fetch(`${url}${PATH}`, { method: 'OPTIONS' })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('*')
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect((await fetch(`${url}${PATH}`, { method })).status).toBe(401)
    }
  })

  it('depends on nothing that a client sends [PRM-02]', async () => {
    const url = await guarded()
    const body = await new Promise<string>((resolve, reject) => {
      const headers = {
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'gopher',
      }
      request(`${url}${PATH}`, { headers }, async (response) => {
        resolve((await response.toArray()).join(''))
      })
        .on('error', reject)
        .end()
    })
    expect(JSON.parse(body)).toEqual(document)
  })

  it('opens no other path', async () => {
    const url = await guarded()
    for (const path of ['/', '/v1', `${PATH}/admin`, '/.well-known/oauth-protected-resource', `/v1${PATH}`]) {
      const response = await fetch(`${url}${path}`)
      expect(response.status).toBe(401)
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('is named by every 401 and 403, those of guards included [PRM-05] [MCP-02]', async () => {
    const url = await guarded()
    const answers = [
      await fetch(`${url}/admin`),
      await fetch(`${url}/admin`, { headers: bearer('a.b.c') }),
      await fetch(`${url}/admin`, { headers: bearer(signToken()) }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 403])
    for (const { headers } of answers) expect(headers.get('www-authenticate')).toContain(NAMED)
  })

  it('is open to every origin where cors() before oktaAuth() allows one only', async () => {
    const app = express()
    app.use(cors({ origin: 'https://app.example' }), oktaAuth(options))
    const response = await fetch(`${await serve(app)}${PATH}`, {
      headers: { origin: 'https://other.example' },
    })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('is not served under the path of a mounted oktaAuth(), where clients do not look for it', async () => {
    const app = express()
    app.use('/v1', oktaAuth(options))
    const url = await serve(app)
    expect((await fetch(`${url}/v1${PATH}`)).status).toBe(401)
    expect((await fetch(`${url}${PATH}`)).status).toBe(404)
  })

  it.each([
    ['a verifier', () => ({ verifier: createAccessTokenVerifier(options) })],
    ['the options of oktaAuth()', () => ({ ...options, credentials: 'optional' }) as const],
  ])(
    'is served by protectedResourceMetadata() with %s, beside an oktaAuth() that is mounted',
    async (_what, given) => {
      const app = express()
      app.use(protectedResourceMetadata(given()))
      app.use('/v1', oktaAuth(options))
      const url = await serve(app)
      expect(await (await fetch(`${url}${PATH}`)).json()).toEqual(document)
      expect((await fetch(`${url}/v1/messages`)).headers.get('www-authenticate')).toContain(NAMED)
      expect((await fetch(`${url}/open`)).status).toBe(404)
    },
  )

  it('is served by a handler that is mounted at its own path', async () => {
    const app = express()
    app.use('/.well-known', protectedResourceMetadata(options))
    expect((await fetch(`${await serve(app)}${PATH}`)).status).toBe(200)
  })
})

it('protectedResourceMetadata() without the option resource is a configuration error', () => {
  const verifier = createAccessTokenVerifier(verifierOptions())
  for (const given of [{ verifier }, verifierOptions()]) {
    expect(() => protectedResourceMetadata(given)).toThrowError(
      expect.objectContaining({ name: 'ConfigurationError', code: 'option_missing', option: 'resource' }),
    )
  }
})
