import { AUDIENCE, ISSUER, outcomeOf, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { type Configuration, configure } from '../../src/options/options.ts'
import { createAccessTokenVerifier } from '../../src/verifier.ts'
import { untyped } from '../support/verifiers.ts'

const OTHER = 'https://example.okta.com/oauth2/aus123'

const configureUntyped = (options: object): Configuration => configure(untyped(options))

describe('several issuers', () => {
  it('each have their own options beside those that they share', () => {
    const { issuers } = configureUntyped({
      issuer: [ISSUER, { issuer: OTHER, audience: 'api://other', clientIds: ['c'], clockTolerance: 0 }],
      audience: AUDIENCE,
      clientIds: 'shared',
      maxTokenAge: 60,
    })
    expect([...issuers.keys()]).toEqual([ISSUER, OTHER])
    const [first, second] = [...issuers.values()]
    expect(first).toMatchObject({ audience: [AUDIENCE], clockTolerance: 5, maxTokenAge: 60 })
    expect(first?.clientIds).toEqual(new Set(['shared']))
    expect(second).toMatchObject({ audience: ['api://other'], clockTolerance: 0, maxTokenAge: 60 })
    expect(second?.clientIds).toEqual(new Set(['c']))
  })

  it('keep a shared restriction if their own option is undefined', async () => {
    const { jwks, ...others } = verifierOptions()
    const own = { issuer: ISSUER, jwks, clientIds: undefined, maxTokenAge: undefined, algorithms: undefined }
    const shared = { ...others, clientIds: ['another'], maxTokenAge: 60, algorithms: ['ES256'] }
    const configuration = configureUntyped({ ...shared, issuer: [own] }).issuers.get(ISSUER)
    expect(configuration).toMatchObject({ maxTokenAge: 60, algorithms: new Set(['ES256']) })
    const verifier = createAccessTokenVerifier(untyped({ ...shared, issuer: [own] }))
    expect(await outcomeOf(verifier.verify(signToken()))).toBe('client_not_allowed')
  })

  it('may differ by a slash at the end', () => {
    const issuer = ['https://login.example.com', 'https://login.example.com/']
    expect([...configureUntyped({ issuer, audience: 'a' }).issuers.keys()]).toEqual(issuer)
  })

  it('may be one, which may have jwks or jwksUri among the shared options', () => {
    const jwks = { keys: [{ kty: 'EC' }] }
    for (const issuer of [ISSUER, [ISSUER]]) {
      expect(configureUntyped({ issuer, audience: AUDIENCE, jwks }).issuers.get(ISSUER)?.jwks).toEqual(jwks)
    }
    const jwksUri = `${ISSUER}/v1/keys`
    expect(
      configureUntyped({ issuer: ISSUER, audience: AUDIENCE, jwksUri }).issuers.get(ISSUER)?.jwksUri,
    ).toBe(jwksUri)
  })
})
