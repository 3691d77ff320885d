import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Setting } from './judge.ts'
import { SERVERS } from './servers.ts'
import type { AuthorizationServer, IdToken, IdTokenMarks, Token } from './shape.ts'
import { providerTable } from './table.ts'

const MARKS: Readonly<Record<IdTokenMarks, Readonly<Record<string, unknown>>>> = {
  'nonce and at_hash': { nonce: 'n-0S6_WzA2Mj', at_hash: '77QmUPtjPfzWtF2AnpK9RQ' },
  nonce: { nonce: 'n-0S6_WzA2Mj', at_hash: undefined },
  at_hash: { nonce: undefined, at_hash: '77QmUPtjPfzWtF2AnpK9RQ' },
  neither: { nonce: undefined, at_hash: undefined },
}

/** Each ID token with each combination of marks, for the configured audience. */
function idTokens({ options, idTokens }: AuthorizationServer): { token: Token; code: string }[] {
  const audience = options.audience === null ? {} : { aud: options.audience }
  return idTokens.flatMap((idToken: IdToken) =>
    Object.entries(MARKS).map(([marks, claims]) => ({
      token: {
        ...idToken,
        name: `${idToken.name} with ${marks}`,
        claims: { ...idToken.claims, ...audience, ...claims },
      },
      code: idToken.codes?.[marks as IdTokenMarks] ?? 'id_token',
    })),
  )
}

/** The header types of other tokens, with the code that names them. */
const OTHER_TYPES = {
  'logout+jwt': 'logout_token',
  'secevent+jwt': 'security_event_token',
  'dpop+jwt': 'dpop_proof',
  'oauth-id-jag+jwt': 'id_jag',
  'txntoken+jwt': 'transaction_token',
  'token-introspection+jwt': 'introspection_response',
  'statuslist+jwt': 'status_list_token',
  'global-token-revocation+jwt': 'revocation_request',
  'oauth-authz-req+jwt': 'authorization_request',
  'entity-statement+jwt': 'entity_statement',
  'rt+jwt': 'refresh_token',
  'other+jwt': 'not_an_access_token',
} as const

/** Each access token with the header type of another token. */
function relabelledTokens({ accessTokens }: AuthorizationServer): { token: Token; code: string }[] {
  return accessTokens.flatMap((token) =>
    Object.entries(OTHER_TYPES).map(([typ, code]) => ({
      token: { ...token, name: `${token.name} with typ ${typ}`, header: { ...token.header, typ } },
      code,
    })),
  )
}

/** Everything that is not an access token, with the expected outcome. */
function otherTokens(server: AuthorizationServer): { token: Token; code: string }[] {
  const others = server.others.map((token) => ({ token, code: token.code }))
  return [...idTokens(server), ...others, ...relabelledTokens(server)]
}

describe.each(SERVERS)('$name', (server) => {
  const setting = new Setting(server)

  test.each(server.accessTokens)('$name is accepted, with its client and its scopes', async (token) => {
    const { scopes, clientId } = await setting.verify(token)
    expect({ scopes, clientId }).toEqual({ scopes: token.scopes, clientId: token.clientId })
  })

  test.each(server.accessTokens)('$name gets a 403 where a route requires another scope', async (token) => {
    expect(await setting.status(token, ['a-scope-of-no-token'])).toBe(403)
    if (token.scopes.length > 0) expect(await setting.status(token, token.scopes)).toBe(200)
  })

  test.each(server.accessTokens)('$name for another API is refused', async (token) => {
    const elsewhere = { ...token, claims: { ...token.claims, aud: 'https://other.example.com' } }
    expect(await setting.outcome(elsewhere)).toBe('audience_mismatch')
  })

  test.each(otherTokens(server))('$token.name: $code', async ({ token, code }) => {
    expect(await setting.outcome(token)).toBe(code)
  })

  test('the provider table names what is accepted although it is not an access token', () => {
    const accepted = otherTokens(server).some(({ code }) => code === 'accepted')
    expect(server.indistinguishable !== undefined).toBe(accepted)
  })

  test('the sources are named', () => {
    expect(server.sources.length).toBeGreaterThan(0)
    for (const source of server.sources) expect(source).toMatch(/^(https:\/\/|[\w.-]+\/[\w.-]+: )/)
  })
})

test('the corpus has one file for each authorization server', () => {
  expect(SERVERS.length).toBeGreaterThanOrEqual(25)
  expect(new Set(SERVERS.map(({ name }) => name)).size).toBe(SERVERS.length)
})

test('the provider table of the README has the row of each file', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, table] = /<!-- provider-table:start -->\n(.*)\n<!-- provider-table:end -->/s.exec(readme) ?? []
  expect(table).toBe(providerTable(SERVERS))
})
