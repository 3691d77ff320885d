// Tokens that users of other libraries have reported in public threads, and what happens to them here. Those that are refused
// are in docs/tokens.md, with the reason.
import {
  type AccessTokenVerifierOptions,
  allOf,
  createAccessTokenVerifier,
  type Requirements,
} from '@okta-resource-server/core'
import {
  AUDIENCE,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  signingKey,
  signSegments,
  signToken,
  type TokenOptions,
  verifierOptions,
} from '@okta-resource-server/testing'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'

const OTHER_ISSUER = 'https://as.example.com/realms/a'

interface Situation extends TokenOptions {
  readonly options?: Partial<AccessTokenVerifierOptions>
  readonly requirements?: Requirements
  readonly expected?: string
}

/** Claims of a token that is not Okta's. */
const PLAIN = { cid: undefined, scp: undefined, uid: undefined, ver: undefined }
const tokenOf = ({ claims, header, key = signingKey('RS256') }: Situation): string =>
  signToken({ claims: { iss: OTHER_ISSUER, ...PLAIN, ...claims }, header: { typ: 'JWT', ...header }, key })

function outcome(token: string, { options = {}, requirements }: Situation = {}): Promise<string> {
  const verifier = createAccessTokenVerifier({
    ...verifierOptions(signingKey('RS256')),
    issuer: OTHER_ISSUER,
    ...options,
  })
  return outcomeOf(verifier.verify(token, requirements))
}

const json = (value: unknown): string => JSON.stringify(value)
const HEADER = { alg: 'RS256', kid: signingKey('RS256').kid, typ: 'JWT' }
const CLAIMS = { iss: OTHER_ISSUER, aud: AUDIENCE, sub: 'user-1', iat: NOW - 60, exp: NOW + 3_540 }
/** A token whose JSON is written by hand. */
const written = (payload: string, header = json(HEADER)): string =>
  signSegments(header, payload, signingKey('RS256'))

const groups = (count: number): string[] => Array.from({ length: count }, (_, index) => `/group/${index}`)

describe('claims', () => {
  test.each<[string, Situation]>([
    ['a service account without an audience', { claims: { aud: undefined }, expected: 'audience_missing' }],
    ['aud of Keycloak: account', { claims: { aud: 'account' }, expected: 'audience_mismatch' }],
    [
      'aud of Keycloak: account, which is configured',
      { claims: { aud: 'account' }, options: { audience: 'account' } },
    ],
    ['no iss', { claims: { iss: undefined }, expected: 'issuer_missing' }],
    ['times with fractions', { claims: { iat: NOW - 60.25, exp: NOW + 60.75, nbf: NOW - 0.5 } }],
    ['exp as text', { claims: { exp: `${NOW + 60}` }, expected: 'claim_malformed' }],
    ['iat 4 seconds ahead', { claims: { iat: NOW + 4 } }],
    ['iat 30 seconds ahead', { claims: { iat: NOW + 30 }, expected: 'token_issued_in_future' }],
    [
      'iat 30 seconds ahead, with clockTolerance',
      { claims: { iat: NOW + 30 }, options: { clockTolerance: 60 } },
    ],
    ['nbf and auth_time of 0', { claims: { nbf: 0, auth_time: 0, typ: 'Bearer' } }],
    ['a numeric sub', { claims: { sub: 1_234 }, expected: 'claim_malformed' }],
    ['sub null', { claims: { sub: null }, expected: 'claim_malformed' }],
    ['nbf null', { claims: { nbf: null }, expected: 'claim_malformed' }],
    ['aud null', { claims: { aud: null }, expected: 'claim_malformed' }],
    ['cnf null', { claims: { cnf: null }, expected: 'sender_constrained' }],
    ['jti null', { claims: { jti: null } }],
    ['roles of Zitadel', { claims: { 'urn:zitadel:iam:org:project:roles': { reader: { '1': 'a' } } } }],
  ])('%s', async (_title, situation) => {
    expect(await outcome(tokenOf(situation), situation)).toBe(situation.expected ?? 'accepted')
  })

  test('a time in scientific notation', async () => {
    const exp = `${(NOW + 540) / 1e9}e+09`
    expect(await outcome(written(json({ ...CLAIMS, exp: 'x' }).replace('"x"', exp)))).toBe('accepted')
  })

  test('a claim that is there twice', async () => {
    const payload = json(CLAIMS).replace('{', '{"sub":"admin",')
    expect(await outcome(written(payload))).toBe('token_malformed')
  })

  test('groups of 20 KB and 45 KB, with and without maxTokenSize', async () => {
    for (const count of [1_000, 2_200]) {
      const token = tokenOf({ claims: { groups: groups(count) } })
      expect(await outcome(token)).toBe('token_too_large')
      expect(await outcome(token, { options: { maxTokenSize: 65_536 } })).toBe('accepted')
    }
  })
})

describe('scopes and roles', () => {
  const READ = { scopes: ['read'] }
  const URLS = { scopes: ['https://www.example.com/auth/read'] }
  const EITHER = { anyOf: [READ, { claims: { roles: 'Reader' } }] }
  const REALM = { claims: { realm_access: { roles: allOf('reader', 'writer') } } }
  const CLIENT = { claims: { resource_access: { api: { roles: 'reader' } } } }
  test.each<[string, Situation]>([
    ['a list', { claims: { scope: ['read'] }, requirements: READ }],
    ['scp as text', { claims: { scp: 'read write' }, requirements: READ }],
    ['two spaces', { claims: { scope: 'write  read ' }, requirements: READ }],
    ['a URL', { claims: { scope: 'openid https://www.example.com/auth/read' }, requirements: URLS }],
    [
      'a part of a word',
      { claims: { scope: 'read:all' }, requirements: READ, expected: 'insufficient_scope' },
    ],
    [
      'joined by commas',
      { claims: { scope: 'read,write' }, requirements: READ, expected: 'insufficient_scope' },
    ],
    [
      'a list as text',
      { claims: { scope: '[read,\nwrite]' }, requirements: READ, expected: 'insufficient_scope' },
    ],
    [
      'authorities',
      { claims: { authorities: ['read'] }, requirements: READ, options: { scopeClaim: 'authorities' } },
    ],
    ['of a user', { claims: { scp: 'read' }, requirements: EITHER }],
    ['of a daemon', { claims: { roles: ['Reader'] }, requirements: EITHER }],
    ['of neither', { claims: { roles: ['Writer'] }, requirements: EITHER, expected: 'insufficient_scope' }],
    ['of a realm', { claims: { realm_access: { roles: ['reader', 'writer'] } }, requirements: REALM }],
    ['of a client', { claims: { resource_access: { api: { roles: ['reader'] } } }, requirements: CLIENT }],
  ])('%s', async (_title, situation) => {
    expect(await outcome(tokenOf(situation), situation)).toBe(situation.expected ?? 'accepted')
  })
})

describe('headers', () => {
  test.each<[string, Situation]>([
    ['AT+JWT', { header: { typ: 'AT+JWT' } }],
    ['JOSE', { header: { typ: 'JOSE' } }],
    ['a nonce in the header, as in tokens for Microsoft Graph', { header: { nonce: 'AQABAAAAAAD' } }],
    ['jku', { header: { jku: 'https://attacker.example/keys' } }],
    ['zip: RS256', { header: { zip: 'RS256' }, expected: 'unsupported_header_parameter' }],
    ['cty: JWT', { header: { cty: 'JWT' }, expected: 'unsupported_header_parameter' }],
    ['an empty kid', { header: { kid: '' } }],
    ['ES256K', { header: { alg: 'ES256K' }, expected: 'algorithm_not_allowed' }],
    ['HS256', { header: { alg: 'HS256' }, expected: 'algorithm_not_allowed' }],
    ['ID-JAG', { header: { typ: 'oauth-id-jag+jwt' }, expected: 'id_jag' }],
  ])('%s', async (_title, situation) => {
    expect(await outcome(tokenOf(situation), situation)).toBe(situation.expected ?? 'accepted')
  })

  test('spaces in the JSON', async () => {
    const header = `{ "alg" : "RS256",\n "typ" : "JWT",  "kid" : ${json(HEADER.kid)} }`
    expect(await outcome(written(json(CLAIMS), header))).toBe('accepted')
  })

  test('segments with padding, as in x-amzn-oidc-data', async () => {
    const [header, payload, signature] = written(json(CLAIMS)).split('.')
    expect(await outcome(`${header}=.${payload}==.${signature}==`)).toBe('token_malformed')
  })
})

describe('issuers', () => {
  const [key] = keySet(signingKey('RS256')).keys
  const jwks = { keys: [key as JWK] }
  const named = (iss: string, options: Partial<AccessTokenVerifierOptions>): Promise<string> =>
    outcome(tokenOf({ claims: { iss } }), { options })

  test.each([
    'accounts.google.com',
    'kubernetes/serviceaccount',
    'http://adfs.example.com/adfs/services/trust',
  ])('that is no https URL: %s', async (iss) => {
    expect(await named(iss, { issuer: iss, jwks })).toBe('accepted')
    expect(() => createAccessTokenVerifier({ issuer: iss, audience: AUDIENCE })).toThrow()
  })

  test.each(['https://AS.example:443/a%20b', 'https://[::1]:8443/', 'http://LOCALHOST:8080'])(
    'is compared as text: %s',
    async (iss) => {
      expect(await named(iss, { issuer: iss, jwks })).toBe('accepted')
      expect(await named(new URL(iss).href.replace('%20', '+'), { issuer: iss, jwks })).toBe(
        new URL(iss).href === iss ? 'accepted' : 'issuer_not_allowed',
      )
    },
  )

  test('a custom domain of Okta beside its own', async () => {
    const custom = ISSUER.replace('example.okta.com', 'login.example.com')
    const token = signToken({ claims: { iss: custom } })
    const both = [ISSUER, custom].map((issuer) => ({ ...verifierOptions(), issuer }))
    const one = createAccessTokenVerifier(verifierOptions())
    expect(await outcomeOf(createAccessTokenVerifier({ issuer: both }).verify(token))).toBe('accepted')
    expect(await outcomeOf(one.verify(token))).toBe('issuer_not_allowed')
  })

  test('v1.0 and v2.0 tokens of Entra ID for one API, with their own audiences', async () => {
    const [v1, v2] = ['https://sts.windows.net/t/', 'https://login.microsoftonline.com/t/v2.0']
    const issuer = [
      { issuer: v1 as string, audience: 'api://6e74', jwks },
      { issuer: v2 as string, audience: '6e74', jwks },
    ] as const
    const of = (iss: string | undefined, aud: string): Promise<string> =>
      outcomeOf(
        createAccessTokenVerifier({ issuer, clock: () => NOW * 1_000 } as AccessTokenVerifierOptions).verify(
          tokenOf({ claims: { iss, aud } }),
        ),
      )
    expect(await of(v1, 'api://6e74')).toBe('accepted')
    expect(await of(v2, '6e74')).toBe('accepted')
    expect(await of(v2, 'api://6e74')).toBe('audience_mismatch')
  })

  test('one for each enterprise of GitHub', async () => {
    const prefix = 'https://token.actions.githubusercontent.com/'
    const issuer = (iss: string) => (iss === `${prefix}octo-enterprise` ? { jwks } : undefined)
    expect(await named(`${prefix}octo-enterprise`, { issuer, jwks: undefined } as never)).toBe('accepted')
    expect(await named(`${prefix}another`, { issuer, jwks: undefined } as never)).toBe('issuer_not_allowed')
  })

  test('another one is refused before keys are fetched', async () => {
    let requests = 0
    const fetch = async (): Promise<Response> => {
      requests++
      return new Response('', { status: 500 })
    }
    expect(await named('https://other.example', { jwks: undefined, fetch } as never)).toBe(
      'issuer_not_allowed',
    )
    expect(requests).toBe(0)
  })
})
