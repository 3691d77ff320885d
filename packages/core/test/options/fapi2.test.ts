import { ISSUER, keySet, NOW, signingKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { type AccessTokenVerifierOptions, configure } from '../../src/options/options.ts'
import { tenantConfiguration } from '../../src/options/tenants.ts'
import { configurationErrorOf } from '../support/verifiers.ts'

const BANK = 'https://as.bank.example'
const ALGORITHMS = ['PS256', 'ES256', 'Ed25519']

const OPTIONS = {
  issuer: BANK,
  audience: 'https://api.bank.example',
  fapi2: true,
  dpop: { mode: 'required', externalUrl: 'https://api.bank.example' },
  revocation: { isRevoked: () => false },
} as const satisfies AccessTokenVerifierOptions

/** The configuration with options that differ; `undefined` leaves one out. */
const configureWith = (options: object) => configure({ ...OPTIONS, ...options } as AccessTokenVerifierOptions)
const errorWith = (options: object) => configurationErrorOf(() => configureWith(options))

describe('fapi2', () => {
  it('limits the algorithms of tokens and proofs to those of FAPI 2.0 [FAPI-06]', () => {
    const { issuers, dpop } = configureWith({})
    expect([...(issuers.get(BANK)?.algorithms ?? [])]).toEqual(ALGORITHMS)
    expect([...dpop.algorithms]).toEqual(ALGORITHMS)
  })

  it('accepts fewer algorithms, and the older name of Ed25519', () => {
    const { issuers, dpop } = configureWith({
      ...{ algorithms: ['ES256', 'EdDSA'] },
      dpop: { ...OPTIONS.dpop, algorithms: 'ES256' },
    })
    expect([...(issuers.get(BANK)?.algorithms ?? [])]).toEqual(['ES256', 'Ed25519'])
    expect([...dpop.algorithms]).toEqual(['ES256'])
  })

  it.each<[string, object, string, RegExp]>([
    ['RS256 for tokens', { algorithms: ['PS256', 'RS256'] }, 'algorithms', /PS256, ES256, Ed25519/],
    ['ES384 for tokens', { algorithms: ['ES384'] }, 'algorithms', /section 5.4.1/],
    [
      'RS256 for one of two issuers',
      { issuer: [BANK, { issuer: 'https://as2.example', algorithms: ['RS256'] }] },
      ...(['issuer[1].algorithms', /PS256, ES256, Ed25519/] as const),
    ],
    [
      'RS256 for proofs',
      { dpop: { ...OPTIONS.dpop, algorithms: ['RS256'] } },
      ...(['dpop.algorithms', /PS256, ES256, Ed25519/] as const),
    ],
  ])('refuses %s at start [FAPI-06]', (_title, options, option, message) => {
    expect(errorWith(options)).toMatchObject({ option, code: 'option_invalid' })
    expect(errorWith(options).message).toMatch(message)
  })

  it.each<[string, object, string]>([
    ['an issuer on an Okta domain', { issuer: ISSUER }, 'issuer'],
    ['a custom domain of Okta', { issuer: 'https://login.example.com/oauth2/default' }, 'issuer'],
    ['the profile okta', { profile: ['okta', 'rfc9068'] }, 'issuer'],
    ['Okta with another profile', { issuer: ISSUER, profile: 'rfc9068', algorithms: ['ES256'] }, 'issuer'],
    ['Okta beside another issuer', { issuer: [BANK, ISSUER] }, 'issuer[1]'],
  ])('says at start why tokens of Okta cannot conform: %s [FAPI-06]', (_title, options, option) => {
    expect(errorWith(options)).toMatchObject({ option, code: 'option_invalid' })
    expect(errorWith(options).message).toContain('signs access tokens with RS256')
  })

  it.each<[string, object, string]>([
    ['without the option dpop', { dpop: undefined }, 'dpop'],
    ['with dpop allowed', { dpop: 'allowed' }, 'dpop'],
    ['with dpop disabled', { dpop: 'disabled' }, 'dpop'],
    ['with mtls allowed', { dpop: undefined, mtls: 'allowed' }, 'dpop'],
    ['with dpop allowed and mtls disabled', { dpop: 'allowed', mtls: 'disabled' }, 'dpop'],
    ['with other members of dpop', { dpop: { maxAge: 30 } }, 'dpop'],
  ])('demands sender-constrained tokens at start: %s [FAPI-05]', (_title, options, option) => {
    expect(errorWith(options)).toMatchObject({ option, code: 'option_missing' })
  })

  it.each<[string, object]>([
    ['dpop required', {}],
    ['mtls required', { dpop: undefined, mtls: 'required' }],
    ['both required', { mtls: 'required' }],
    ['both allowed', { dpop: { ...OPTIONS.dpop, mode: 'allowed' }, mtls: 'allowed' }],
  ])('starts with %s [FAPI-05]', (_title, options) => {
    expect(configureWith(options).fapi2).toBe(true)
  })

  it('demands a source of revocations at start, one that is never passed over [FAPI-03]', () => {
    expect(errorWith({ revocation: undefined })).toMatchObject({
      option: 'revocation',
      code: 'option_missing',
    })
    const revocation = { ...OPTIONS.revocation, onStoreError: 'accept' }
    expect(errorWith({ revocation })).toMatchObject({ option: 'revocation.onStoreError' })
  })

  const credentials = { clientId: 'api', clientSecret: 'the-secret' }

  it.each<[string, object, string]>([
    ['always', { introspection: { ...credentials, when: 'always' } }, 'accepted'],
    ['only', { introspection: { ...credentials, when: 'only' } }, 'accepted'],
    ['opaque', { introspection: { ...credentials, when: 'opaque' } }, 'revocation'],
    ['unset', { introspection: credentials }, 'revocation'],
    [
      'always, for one of two issuers',
      {
        issuer: [{ issuer: BANK, introspection: { ...credentials, when: 'always' } }, 'https://as2.example'],
      },
      'revocation',
    ],
  ])(
    'accepts introspection as the source of revocations, if each token is asked about: %s [FAPI-03]',
    (_title, options, expected) => {
      const all = { revocation: undefined, ...options }
      if (expected === 'accepted') expect(configureWith(all).fapi2).toBe(true)
      else expect(errorWith(all).option).toBe(expected)
    },
  )

  it.each<[string, object, boolean]>([
    ['PS256', signingKey('PS256').privateKey.export({ format: 'jwk' }), false],
    [
      'PS256, as alg says',
      { ...signingKey('PS256').privateKey.export({ format: 'jwk' }), alg: 'PS256' },
      true,
    ],
    [
      'RS256, as alg says',
      { ...signingKey('RS256').privateKey.export({ format: 'jwk' }), alg: 'RS256' },
      false,
    ],
    ['ES256', signingKey('ES256').privateKey.export({ format: 'jwk' }), true],
    ['ES384', signingKey('ES384').privateKey.export({ format: 'jwk' }), false],
    ['Ed25519', signingKey('EdDSA').privateKey.export({ format: 'jwk' }), true],
  ])(
    'demands a key for client assertions that signs with its algorithms: %s [FAPI-06]',
    (_title, privateKey, isAccepted) => {
      const introspection = { clientId: 'api', privateKey, when: 'always' }
      if (isAccepted) expect(configureWith({ introspection }).fapi2).toBe(true)
      else {
        expect(errorWith({ introspection }).option).toBe('introspection.privateKey')
        expect(errorWith({ introspection }).message).toContain('PS256, ES256, Ed25519')
      }
    },
  )

  it('refuses allowInsecureHttp, and so keys and metadata without TLS [FAPI-09] [FAPI-11]', () => {
    expect(errorWith({ allowInsecureHttp: true }).option).toBe('allowInsecureHttp')
    expect(errorWith({ jwksUri: 'http://as.bank.example/keys' }).option).toBe('jwksUri')
    expect(errorWith({ issuer: 'http://as.bank.example' }).option).toBe('issuer')
  })

  it('refuses secrets for nonces of less than 256 bits [FAPI-08]', () => {
    const dpop = { ...OPTIONS.dpop, nonce: { secrets: ['x'.repeat(31)] } }
    expect(errorWith({ dpop }).option).toBe('dpop.nonce.secrets')
  })

  it('holds for issuers that a function finds, whatever it returns', () => {
    const { tenants } = configureWith({ issuer: () => undefined })
    const find = (iss: string, answer: object) => () => tenantConfiguration(iss, answer, tenants as never)
    expect([...(find(BANK, {})()?.algorithms ?? [])]).toEqual(ALGORITHMS)
    expect(find(BANK, {})()?.refusesStatus).toBe(true)
    expect(configurationErrorOf(find(BANK, { algorithms: ['RS256'] })).option).toContain('algorithms')
    expect(configurationErrorOf(find(ISSUER, {})).message).toContain('RS256')
    expect(configurationErrorOf(find(BANK, { fapi2: false })).code).toBe('option_unknown')
    expect(configurationErrorOf(find(BANK, { checksRevocation: true })).code).toBe('option_unknown')
  })

  it.each(['false', 1, null, {}])('must be true or false, not %j', (fapi2) => {
    expect(errorWith({ fapi2 })).toMatchObject({ option: 'fapi2', code: 'option_invalid' })
  })

  it('is an option of the verifier, not of one issuer', () => {
    expect(errorWith({ issuer: [{ issuer: BANK, fapi2: false }] }).code).toBe('option_unknown')
    expect(errorWith({ checksRevocation: true }).code).toBe('option_unknown')
  })

  it('demands nothing if it is false', () => {
    const jwks = keySet(signingKey('RS256'))
    const options = { issuer: ISSUER, fapi2: false, dpop: undefined, revocation: undefined, jwks }
    expect(configureWith({ ...options, clock: () => NOW * 1_000 }).issuers.get(ISSUER)?.algorithms).toContain(
      'RS256',
    )
  })
})
