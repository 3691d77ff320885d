import { signingKey } from '@okta-resource-server/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { adapterSettings } from '../../src/adapter.ts'
import { create, errorOf, secret } from '../support/introspection.ts'
import { configurationErrorOf } from '../support/verifiers.ts'

afterEach(() => void vi.unstubAllEnvs())

describe('an opaque token names no issuer, so', () => {
  const asked = (issuer: string) => ({ issuer, introspection: secret })
  const A = 'https://a.example.com'
  const B = 'https://b.example.com'

  it('one of several issuers can be asked', () => {
    create({ issuer: [asked(A), B] })
  })

  it('several cannot, unless chooseIssuer chooses', () => {
    const issuer = [asked(A), asked(B)]
    expect(errorOf({ issuer })).toMatchObject({ option: 'introspection', code: 'option_invalid' })
    expect(errorOf({ issuer }).message).toMatch(/chooseIssuer/)
    create({ issuer, chooseIssuer: () => A })
  })

  it('several issuers of Okta can, since Okta is asked about JWTs only', () => {
    const issuer = ['aus1', 'aus2'].map((id) => ({
      issuer: `https://example.okta.com/oauth2/${id}`,
      introspection: secret,
    }))
    create({ issuer })
    create({ issuer, profile: 'rfc9068' })
    create({ issuer: [asked(A), asked(B)], profile: 'okta' })
  })

  it('the option cannot be shared by several issuers, unless chooseIssuer chooses', () => {
    expect(errorOf({ issuer: [A, B], introspection: secret }).message).toMatch(/credentials/)
    create({ issuer: [A, B], introspection: secret, chooseIssuer: () => A })
  })

  it('it cannot be set beside a function issuer, unless chooseIssuer chooses', async () => {
    const issuer = () => ({})
    expect(errorOf({ issuer, introspection: secret }).message).toMatch(/chooseIssuer/)
    create({ issuer, introspection: secret, chooseIssuer: () => A })
  })

  it('a function issuer cannot return it, unless chooseIssuer chooses', async () => {
    const { verifier } = adapterSettings({
      issuer: () => ({ introspection: secret, jwks: { keys: [signingKey().jwk] } }),
      audience: 'a',
    } as never)
    const token = `${btoa('{"alg":"ES256"}')}.${btoa(JSON.stringify({ iss: A }))}.AAAA`.replaceAll('=', '')
    const refusal = await verifier.verify(token).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'issuer_unavailable',
      cause: { option: 'introspection', message: expect.stringContaining('chooseIssuer') },
    })
    verifier.close()
  })

  it('chooseIssuer must be a function, and needs an issuer that is asked', () => {
    expect(errorOf({ introspection: secret, chooseIssuer: A })).toMatchObject({ option: 'chooseIssuer' })
    expect(errorOf({ chooseIssuer: () => A })).toMatchObject({ option: 'chooseIssuer' })
  })
})

describe('the org authorization server of Okta', () => {
  const issuer = 'https://example.okta.com'
  const only = { introspection: { ...secret, when: 'only' } }

  it("is an issuer with when: 'only'", () => {
    create({ issuer, ...only })
    create({ issuer: [{ issuer, ...only }, 'https://example.okta.com/oauth2/default'] })
  })

  it('can come from the environment', () => {
    vi.stubEnv('OKTA_OAUTH2_ISSUER', issuer)
    vi.stubEnv('OKTA_OAUTH2_AUDIENCE', issuer)
    adapterSettings(only as never).verifier.close()
    expect(configurationErrorOf(() => adapterSettings({}))).toMatchObject({ option: 'OKTA_OAUTH2_ISSUER' })
  })

  it.each([
    ['without introspection', { issuer }, /introspection: \{ when: 'only'/],
    ["with when: 'opaque'", { issuer, introspection: secret }, /introspection: \{ when: 'only'/],
    ["with when: 'always'", { issuer, introspection: { ...secret, when: 'always' } }, /when: 'only'/],
    ['with a slash at its end', { issuer: `${issuer}/`, ...only }, /ends with a slash/],
    ['with the path of an endpoint', { issuer: `${issuer}/oauth2/v1`, ...only }, /must have the form/],
    [
      'with the address of the Admin Console',
      { issuer: 'https://example-admin.okta.com', ...only },
      /-admin/,
    ],
  ])('is no issuer %s', (_title, options, message) => {
    expect(errorOf(options).message).toMatch(message)
  })
})
