import { bearer, ISSUER, verifierOptions } from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import express5, { type Request } from 'express'
import { describe, expect, it } from 'vitest'
import { createAccessTokenVerifier, type McpAuthOptions, mcpAuth } from '../src/index.ts'
import { options, token } from './support.ts'

describe('a wrong option of mcpAuth', () => {
  it.each([
    ['no resource', { ...options, resource: undefined }, 'option_missing', 'resource'],
    [
      'a verifier without resource',
      { verifier: createAccessTokenVerifier(verifierOptions()) },
      'option_missing',
      'resource',
    ],
    ['no scope in the list [MCP-10]', { ...options, requiredScopes: [] }, 'option_invalid', 'requiredScopes'],
    [
      'offline_access [MCP-10]',
      { ...options, requiredScopes: ['a', 'offline_access'] },
      'option_invalid',
      'requiredScopes',
    ],
    [
      'an option that is inherited',
      Object.assign(Object.create({ clientIds: ['a'] }), options),
      'option_invalid',
      'clientIds',
    ],
    ['credentials', { ...options, credentials: 'optional' }, 'option_invalid', 'credentials'],
    [
      'tokens without audience [MCP-04]',
      { ...options, audience: null, clientIds: 'a' },
      'option_invalid',
      'audience',
    ],
    [
      'tokens without audience of one issuer [MCP-04]',
      {
        ...options,
        jwks: undefined,
        issuer: [
          { issuer: ISSUER, audience: null, clientIds: 'a' },
          { issuer: 'https://b.example', audience: 'b' },
        ],
      },
      'option_invalid',
      'audience',
    ],
    ['no object', null, 'option_invalid', 'options'],
    ['an unknown option', { ...options, requiredScope: ['a'] }, 'option_unknown', 'requiredScope'],
  ])('%s is a configuration error', (_what, wrong, code, option) => {
    expect(() => mcpAuth(wrong as unknown as McpAuthOptions)).toThrowError(
      expect.objectContaining({ name: 'ConfigurationError', code, option }),
    )
  })

  it('a fault that is no refusal is passed on', async () => {
    const broken = createAccessTokenVerifier({
      ...options,
      clock: () => {
        throw new Error('no clock')
      },
    })
    const app = express5()
    app.use(mcpAuth({ verifier: broken }))
    app.use(
      (error: Error, _req: Request, res: express5.Response, _next: unknown) =>
        void res.status(500).json(error.message),
    )
    const response = await fetch(await serve(app), { headers: bearer(token()) })
    expect([response.status, await response.json()]).toEqual([500, 'The function clock threw an error'])
  })
})
