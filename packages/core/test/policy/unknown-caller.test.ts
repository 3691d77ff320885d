import {
  AUDIENCE,
  ISSUER,
  keySet,
  outcomeOf,
  signingKey,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { type RecordedWarning, recordWarnings } from '@okta-resource-server/testing/vitest'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { AccessTokenVerifier, AccessTokenVerifierOptions } from '../../src/index.ts'
import { asInNewProcess } from '../support/new-process.ts'
import { requestWith } from '../support/verifiers.ts'

const USER = { caller: 'user' } as const
const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const OTHER = 'https://idp.example.com/realms/main'
const { jwks, ...SHARED } = verifierOptions()

let core: typeof import('../../src/index.ts')
let adapter: typeof import('../../src/adapter.ts')
let warnings: readonly RecordedWarning[]

beforeEach(async () => {
  ;({ core, adapter } = await asInNewProcess())
  warnings = recordWarnings((code) => code === 'ORS_CALLER_UNKNOWN')
})

/** A verifier of issuers whose keys are known, the first of which has signed the tokens of `signToken()`. */
function create(options: Partial<AccessTokenVerifierOptions> = { profile: 'rfc9068' }): AccessTokenVerifier {
  return core.createAccessTokenVerifier({ ...SHARED, jwks, ...options } as AccessTokenVerifierOptions)
}

/** One verifier for Okta, and for an issuer whose tokens do not say who calls. */
function createMixed(): AccessTokenVerifier {
  const issuer = [
    { issuer: ISSUER, jwks: keySet(signingKey()) },
    { issuer: OTHER, jwks: keySet(signingKey('RS256', 'other')) },
  ]
  return core.createAccessTokenVerifier({ ...SHARED, issuer })
}

/** The issuers that the warnings name. */
const reported = (): (string | undefined)[] =>
  warnings.map(({ message }) => /\(issuer (.*)\)$/.exec(message)?.[1])

describe('a caller that is required by defined requirements', () => {
  it('is reported when the verifier is made ready, although the keys are unavailable', async () => {
    core.defineRequirements(USER)
    const fetch = () => Promise.reject(new Error('no network'))
    const verifier = core.createAccessTokenVerifier({ ...SHARED, profile: 'rfc9068', fetch })
    onTestFinished(() => verifier.close())
    expect(warnings).toEqual([])

    expect(await outcomeOf(verifier.ready())).toBe('metadata_unavailable')
    expect(reported()).toEqual([ISSUER])
    expect(warnings[0]?.message).toContain('Require scopes, claims or clientIds instead, or set profile')
  })

  it.each<[string, (verifier: AccessTokenVerifier) => unknown, string]>([
    ['a request without a token', (verifier) => verifier.authenticate({ headers: {} }), 'missing_token'],
    ['any token', (verifier) => verifier.verify('no-token'), 'token_malformed'],
    ['what is no token', (verifier) => verifier.verify(null as never), 'token_malformed'],
    ['a request to an adapter', (verifier) => adapter.decide(verifier, { headers: {} }), 'missing_token'],
  ])('is reported with the first use of the verifier: %s', async (_title, use, code) => {
    const verifier = create()
    core.defineRequirements({ anyOf: [USER, { scopes: ['a'], caller: 'service' }] })

    expect(await outcomeOf(async () => use(verifier))).toBe(code)
    expect(reported()).toEqual([ISSUER])
  })

  it('is reported once, although requests are refused for it later', async () => {
    const verifier = create({ profile: ['rfc9068', 'generic'] })
    const requirements = core.defineRequirements(USER)
    await verifier.ready()
    const token = signToken({ header: { typ: 'at+jwt' } })
    for (let i = 0; i < 3; i++) {
      expect(await outcomeOf(verifier.verify(token, requirements))).toBe('caller_not_allowed')
    }
    expect(reported()).toEqual([ISSUER])
  })

  it('is not reported if there is no such requirement', async () => {
    core.defineRequirements({ anyOf: [USER, { scopes: ['a'] }] })
    core.defineRequirements({ scopes: ['a'] })
    const verifier = create()
    await verifier.ready()
    await outcomeOf(verifier.authenticate({ headers: {} }))
    expect(warnings).toEqual([])
  })

  it('is not reported while it may be for another verifier, which is closed or not', async () => {
    core.defineRequirements(USER)
    const okta = create({})
    const verifier = create()
    await verifier.ready()
    await outcomeOf(verifier.authenticate({ headers: {} }))
    expect(warnings).toEqual([])

    okta.close()
    okta.close()
    await verifier.ready()
    expect(reported()).toEqual([ISSUER])
  })
})

describe('a caller that is required of one verifier among several', () => {
  beforeEach(() => void create({}))

  it.each<[string, (verifier: AccessTokenVerifier) => unknown, string]>([
    ['without a token', (verifier) => verifier.authenticate({ headers: {} }, USER), 'missing_token'],
    ['with a bad token', (verifier) => verifier.authenticate(requestWith('a.b.c'), USER), 'token_malformed'],
    ['with a bare token', (verifier) => verifier.verify('a.b.c', USER), 'token_malformed'],
  ])('is reported with its first request, %s', async (_title, use, code) => {
    expect(await outcomeOf(async () => use(create()))).toBe(code)
    expect(reported()).toEqual([ISSUER])
  })

  it('is reported by a guard although it lets the request pass, for the issuer that is concerned', async () => {
    const verifier = createMixed()
    const request = requestWith(signToken())
    await adapter.decide(verifier, request)
    expect(warnings).toEqual([])

    adapter.requireOn(request, undefined, core.defineRequirements(USER))
    adapter.requireOn(request, undefined, core.defineRequirements(USER))
    expect(reported()).toEqual([OTHER])
  })

  it('is reported by checkRequirements()', async () => {
    const auth = await create().verify(signToken({ header: { typ: 'at+jwt' } }))
    expect(await outcomeOf(() => core.checkRequirements(auth, USER))).toBe('caller_not_allowed')
    expect(reported()).toEqual([ISSUER])
  })

  it('is not reported by checkRequirements() if the token names another one, or is a copy', async () => {
    const auth = await create({}).verify(signToken())
    for (const each of [auth, { ...auth }]) {
      expect(await outcomeOf(() => core.checkRequirements(each, { caller: 'service' }))).toBe(
        'caller_not_allowed',
      )
    }
    expect(warnings).toEqual([])
  })

  it.each<[unknown]>([[{ anyOf: [] }], [{ anyOf: USER }], [{ anyOf: [null] }], [null]])(
    'is not looked for in requirements that are wrong: %j',
    async (requirements) => {
      expect(await outcomeOf(create().verify(signToken(), requirements as never))).not.toBe('accepted')
      expect(warnings).toEqual([])
    },
  )

  it('is looked for in requirements that contain themselves, but not for ever', async () => {
    const endless: { anyOf?: unknown } = {}
    endless.anyOf = [endless, endless]
    await expect(create().verify(signToken({ header: { typ: 'at+jwt' } }), endless as never)).rejects.toThrow(
      'nested',
    )
  })
})

describe('tokens that say who calls are expected', () => {
  const introspection = { clientId: 'api', clientSecret: 's'.repeat(32), when: 'only' } as const

  it.each<[string, Partial<AccessTokenVerifierOptions>, boolean]>([
    ['of Okta', {}, true],
    ['of Okta on a custom domain', { issuer: 'https://login.example.com/oauth2/default' }, true],
    ['of Okta, by rfc9068 alone', { profile: 'rfc9068' }, false],
    ['of Okta, if it is asked', { profile: 'rfc9068', introspection }, true],
    ['of Auth0', { issuer: 'https://tenant.auth0.com/' }, false],
    ['of Amazon Cognito', { issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1' }, false],
    ['of Keycloak', { issuer: OTHER }, false],
    ['of Keycloak, if it is asked', { issuer: OTHER, introspection }, false],
    ['of Keycloak with the claim idtyp, as the option says', { issuer: OTHER, profile: 'generic' }, true],
    ['of Dex with the claim idtyp, as the option says', { issuer: OTHER, profile: 'accept_id_tokens' }, true],
    ['of PingOne', { issuer: `https://auth.pingone.eu/${TENANT}/as` }, false],
    ['of Entra ID', { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0` }, true],
    ['of Entra ID in version 1', { issuer: `https://sts.windows.net/${TENANT}/` }, true],
    ['of Entra ID of governments', { issuer: `https://login.microsoftonline.us/${TENANT}/v2.0` }, true],
    ['of Entra External ID', { issuer: `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0` }, true],
    ['of Azure AD B2C on a custom domain', { issuer: `https://login.example.com/${TENANT}/v2.0/` }, true],
    ['of a server that is no URL', { issuer: 'kubernetes/serviceaccount' }, false],
  ])('%s: %j', (_title, options, expected) => {
    adapter.noteRequirements(create(options), USER)
    expect(warnings).toHaveLength(expected ? 0 : 1)
  })

  it('of each issuer of a verifier on its own', () => {
    const own = keySet(signingKey())
    const issuer = [
      'https://a.example',
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
      'https://b.example',
    ]
    const verifier = core.createAccessTokenVerifier({
      audience: AUDIENCE,
      issuer: issuer.map((each) => ({ issuer: each, jwks: own })),
    })
    adapter.noteRequirements(verifier, USER)
    expect(reported()).toEqual(['https://a.example', 'https://b.example'])
  })

  it.each<[string, Partial<AccessTokenVerifierOptions>, readonly string[]]>([
    ['or not, if nothing is known of them', {}, []],
    ['or not, by the options that they share', { profile: 'rfc9068' }, ['found by a function']],
    ['by the options that they share', { profile: ['rfc9068', 'generic'] }, []],
  ])('of issuers that a function finds %s: %j', async (_title, options, expected) => {
    const verifier = core.createAccessTokenVerifier({
      audience: AUDIENCE,
      ...options,
      issuer: () => undefined,
    })
    onTestFinished(() => verifier.close())
    core.defineRequirements(USER)
    await verifier.ready()
    expect(reported()).toEqual(expected)
  })
})
