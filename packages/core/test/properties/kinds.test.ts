import { outcomeOf, signToken } from '@okta-resource-server/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ProfileName } from '../../src/options/profile.ts'
import { settings, timeout } from '../support/properties.ts'
import { makeVerifier } from '../support/verifiers.ts'

type Claims = Readonly<Record<string, unknown>>

/** One of these values, or the claim is absent. */
const maybe = (...values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 })

const PROFILES: readonly (readonly ProfileName[])[] = [
  ['okta', 'rfc9068'],
  ['rfc9068', 'generic'],
  ['okta'],
  ['rfc9068'],
  ['generic'],
  ['accept_id_tokens'],
  ['okta', 'rfc9068', 'generic', 'accept_id_tokens'],
]
const verifiers = new Map(PROFILES.map((profile) => [profile, makeVerifier({ profile })]))

const typ = maybe('JWT', 'JOSE', 'at+jwt', 'application/AT+JWT', 'logout+jwt', 'rt+jwt', 'other+jwt')
/** Values of the claims that name a kind, and the kind that they name. */
const KINDS: Readonly<Record<string, Readonly<Record<string, 'access' | 'other' | 'unknown' | 'nothing'>>>> =
  {
    typ: {
      Bearer: 'access',
      DPoP: 'access',
      ID: 'other',
      Refresh: 'other',
      JWT: 'nothing',
      custom: 'unknown',
    },
    token_use: { access: 'access', id: 'other', custom: 'unknown' },
    tokenName: { access_token: 'access', id_token: 'other', custom: 'unknown' },
    tokenType: { 'access-token': 'access', 'refresh-token': 'other', Bearer: 'nothing', custom: 'nothing' },
    TokenType: { access: 'access', 'refresh-token': 'other', custom: 'nothing' },
    token_type: { access: 'access', id_token: 'other', Bearer: 'nothing' },
    purpose: { id: 'other', access_token: 'nothing', custom: 'nothing' },
    type: { 'id-token': 'other', 'access-token': 'nothing', custom: 'nothing' },
    tok_type: { IT: 'other', AT: 'nothing' },
    drn: { DSR: 'other', DS: 'nothing' },
    token_usage: { id_token: 'other', access_token: 'nothing' },
  }
const claims = fc.record({
  ...Object.fromEntries(Object.entries(KINDS).map(([name, values]) => [name, maybe(...Object.keys(values))])),
  nonce: maybe('n', '', null),
  at_hash: maybe('h'),
  c_hash: maybe('h'),
  s_hash: maybe(null),
  ds_hash: maybe('h'),
  events: maybe({}, null),
  jti: maybe('ID.1', 'IDAAG.1', 'AT.1'),
  cid: maybe('0oa1', '', 1),
  scp: maybe(['read'], [], ''),
  scope: maybe('read', '', ' '),
  sub_profile: maybe('service', ''),
  amr: maybe(['pwd']),
  idp: maybe('00o1'),
}) as fc.Arbitrary<Claims>
const NAMES = [
  ...Object.keys(KINDS),
  ...['nonce', 'at_hash', 'c_hash', 's_hash', 'ds_hash', 'events', 'jti'],
  ...['cid', 'scp', 'scope', 'sub_profile', 'amr', 'idp'],
]
/** Most claims are absent, so that many tokens are accepted. */
const sparse = fc.tuple(claims, fc.subarray(NAMES, { maxLength: 4 })).map(
  ([all, names]): Claims => ({
    ...{ cid: undefined, scp: undefined, scope: undefined, jti: 'AT.1' },
    ...Object.fromEntries(names.map((name) => [name, all[name]])),
  }),
)
/** What the claims of a token that name a kind say. */
function kindsOf(token: Claims): readonly string[] {
  return Object.entries(KINDS).flatMap(([name, values]) => {
    const value = token[name]
    return typeof value === 'string' ? [values[value] as string] : []
  })
}

const hasHash = (token: Claims): boolean =>
  ['at_hash', 'c_hash', 's_hash', 'ds_hash'].some((name) => token[name] !== undefined)
const hasScope = ({ scope, scp }: Claims): boolean =>
  scope === 'read' || (Array.isArray(scp) && scp.length > 0)

/** Whether a token is an access token of a profile, as docs/tokens.md says it. */
function matches(profile: ProfileName, header: unknown, token: Claims): boolean {
  const kinds = kindsOf(token)
  const isAtJwt = header === 'at+jwt' || header === 'application/AT+JWT'
  if (profile === 'rfc9068') return isAtJwt && !hasHash(token)
  if (isAtJwt || kinds.includes('other')) return false
  if (profile === 'okta') {
    const isIdToken =
      hasHash(token) || token.nonce !== undefined || token.amr !== undefined || token.idp !== undefined
    const isOkta = token.cid === '0oa1'
    const isAgent = token.sub_profile === 'service' && typeof token.scope === 'string'
    return (header === undefined || header === 'JWT') && !isIdToken && (isOkta || isAgent)
  }
  if (kinds.includes('unknown')) return false
  if (profile === 'accept_id_tokens') return true
  return !hasHash(token) && (token.nonce === undefined || hasScope(token) || kinds.includes('access'))
}

function isAccessToken(profiles: readonly ProfileName[], header: unknown, token: Claims): boolean {
  const isForeign = header === 'logout+jwt' || header === 'rt+jwt' || header === 'other+jwt'
  const isOther = token.events !== undefined || token.jti === 'ID.1' || token.jti === 'IDAAG.1'
  return !isForeign && !isOther && profiles.some((profile) => matches(profile, header, token))
}

/** Refusals that come after the kind of token was found, because of client and scopes. */
const LATER = ['accepted', 'claim_malformed']

it('a token is taken for an access token exactly if header, kind and marks are those of one', {
  timeout,
}, async () => {
  const seen = { accepted: 0, refused: 0 }
  const property = fc.asyncProperty(
    fc.constantFrom(...PROFILES),
    typ,
    fc.oneof(claims, sparse),
    async (profiles, header, token) => {
      const signed = signToken({ header: header === undefined ? {} : { typ: header }, claims: { ...token } })
      const code = await outcomeOf(verifiers.get(profiles)?.verify(signed) as Promise<unknown>)
      const expected = isAccessToken(profiles, header, token)
      seen[expected ? 'accepted' : 'refused']++
      expect([code, LATER.includes(code)]).toEqual([code, expected])
    },
  )
  await fc.assert(property, settings)
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20)
})
