import { outcomeOf, signToken, type TokenOptions, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import { makeVerifier } from '../support/verifiers.ts'

const COGNITO = { aud: undefined, cid: undefined, scp: undefined, token_use: 'access', scope: 'read' }

function codeOf(
  claims: Readonly<Record<string, unknown>>,
  options: Partial<AccessTokenVerifierOptions> = {},
  header: TokenOptions['header'] = {},
): Promise<string> {
  const verifier = makeVerifier({ audience: null, clientIds: ['app'], profile: 'generic', ...options })
  return outcomeOf(verifier.verify(signToken({ claims: { ...COGNITO, ...claims }, header })))
}

describe('an audience that is null', () => {
  it('accepts a token without aud of an accepted client', async () => {
    const verifier = makeVerifier({ audience: null, clientIds: ['app'], profile: 'generic' })
    const auth = await verifier.verify(signToken({ claims: { ...COGNITO, client_id: 'app' } }))
    expect(auth).toMatchObject({ clientId: 'app', scopes: ['read'] })
    expect(auth.claims.aud).toBeUndefined()
  })

  it.each([{ client_id: 'app' }, { cid: 'app' }, { appid: 'app' }, { client_id: 'app', azp: 'app' }])(
    'reads the client from %j',
    async (claims) => {
      expect(await codeOf(claims)).toBe('accepted')
    },
  )

  it.each([{}, { client_id: 'other' }, { client_id: '' }, { azp: 'app' }, { sub: 'app' }])(
    'refuses a token without aud of no accepted client: %j',
    async (claims) => {
      expect(await codeOf(claims)).toBe('client_not_allowed')
      expect(await codeOf(claims, { profile: 'rfc9068' }, { typ: 'at+jwt' })).toBe('client_not_allowed')
    },
  )

  it.each([
    ['api://a', 'audience_mismatch'],
    ['', 'audience_mismatch'],
    [['app'], 'audience_mismatch'],
    [[''], 'audience_mismatch'],
    [null, 'claim_malformed'],
    [1, 'claim_malformed'],
    [{}, 'claim_malformed'],
    [[1], 'claim_malformed'],
  ])('refuses a token with aud %j: %s', async (aud, code) => {
    expect(await codeOf({ client_id: 'app', aud })).toBe(code)
  })

  it('accepts a token whose list of audiences is empty', async () => {
    expect(await codeOf({ client_id: 'app', aud: [] })).toBe('accepted')
  })

  it('refuses an ID token, with aud and without', async () => {
    for (const aud of [undefined, 'app']) {
      expect(await codeOf({ client_id: 'app', token_use: 'id', aud })).toBe('id_token')
      expect(await codeOf({ client_id: 'app', at_hash: 'h', aud })).toBe('id_token')
    }
  })
})

describe('an audience that is configured', () => {
  it('allows to read the client from azp', async () => {
    const options = { audience: 'api://a', clientIds: ['app'] }
    expect(await codeOf({ azp: 'app', aud: 'api://a' }, options)).toBe('accepted')
    expect(await codeOf({ aud: 'api://a' }, options)).toBe('client_not_allowed')
  })

  it('refuses a token without aud, whatever its client', async () => {
    const options = { audience: 'api://a', clientIds: ['app'] }
    expect(await codeOf({ client_id: 'app' }, options)).toBe('audience_missing')
    expect(await codeOf({ client_id: 'app', aud: [] }, options)).toBe('audience_mismatch')
  })

  it('can be null for one of several issuers', async () => {
    const { issuer, jwks } = verifierOptions()
    const verifier = makeVerifier({
      audience: 'api://default',
      issuer: [
        { issuer, jwks },
        { issuer: 'https://cognito.example/pool', jwks, audience: null, clientIds: ['app'] },
      ],
    })
    const claims = { ...COGNITO, client_id: 'app', iss: 'https://cognito.example/pool' }
    expect(await outcomeOf(verifier.verify(signToken({ claims })))).toBe('accepted')
    expect(await outcomeOf(verifier.verify(signToken({ claims: { aud: undefined } })))).toBe(
      'audience_missing',
    )
  })
})
