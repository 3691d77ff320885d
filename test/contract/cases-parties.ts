import { AUDIENCE } from '@okta-resource-server/testing'
import { accepts, citing, type ForgedCase, rejects, written } from './case.ts'

/** Cyrillic letters that look like Latin ones. */
const lookAlike = (text: string): string => text.replace('a', '\u0430').replace('e', '\u0435')

/** Issuers that a careless comparison takes for the configured one. */
const NEAR_MISSES: Readonly<Record<string, (issuer: string) => unknown>> = {
  'with a trailing slash': (issuer) => `${issuer}/`,
  'with a double slash': (issuer) => issuer.replace('/oauth2', '//oauth2'),
  'in capitals': (issuer) => issuer.toUpperCase(),
  'with the scheme in capitals': (issuer) => issuer.replace('http', 'HTTP'),
  'with the path in another case': (issuer) => issuer.replace('default', 'Default'),
  'with the scheme https': (issuer) => issuer.replace('http:', 'https:'),
  'without its last letter': (issuer) => issuer.slice(0, -1),
  'without its first letter': (issuer) => issuer.slice(1),
  'without its path': (issuer) => new URL(issuer).origin,
  'followed by a letter': (issuer) => `${issuer}x`,
  'after a letter': (issuer) => `x${issuer}`,
  'inside another URL': (issuer) => `https://other.example/${issuer}`,
  'with another host': (issuer) => issuer.replace('127.0.0.1', '127.0.0.2'),
  'with the name of its host': (issuer) => issuer.replace('127.0.0.1', 'localhost'),
  'with its host as a decimal number': (issuer) => issuer.replace('127.0.0.1', '2130706433'),
  'with its host in short form': (issuer) => issuer.replace('127.0.0.1', '127.1'),
  'with another port': (issuer) => issuer.replace(/:\d+/, ':1'),
  'with the id of another authorization server': (issuer) => issuer.replace('default', 'aus1'),
  'with user information': (issuer) => issuer.replace('://', '://user@'),
  'as the user information of another host': (issuer) =>
    `${issuer.replace(/\/oauth2.*/, '')}@other.example/oauth2/default`,
  'with a query': (issuer) => `${issuer}?`,
  'with a fragment': (issuer) => `${issuer}#`,
  'with a dot segment': (issuer) => issuer.replace('/oauth2', '/./oauth2'),
  'with a path that goes up and down again': (issuer) => `${issuer}/../default`,
  'with a percent-encoded letter': (issuer) => issuer.replace('default', '%64efault'),
  'with backslashes': (issuer) => issuer.replaceAll('/', '\\'),
  'after a space': (issuer) => ` ${issuer}`,
  'followed by a line break': (issuer) => `${issuer}\n`,
  'followed by NUL': (issuer) => `${issuer}\0`,
  'in look-alike letters': lookAlike,
  'with a full-width letter': (issuer) => issuer.replace('d', '\uff44'),
  'followed by an invisible character': (issuer) => `${issuer}\u200b`,
  'in a list': (issuer) => [issuer],
  'first in a list of two': (issuer) => [issuer, 'https://other.example'],
  'last in a list of two': (issuer) => ['https://other.example', issuer],
  'in a list in a list': (issuer) => [[issuer]],
  'in an object': (issuer) => ({ iss: issuer }),
}

const COMPARISON = ['RFC7519-2-string-or-uri', 'RFC7519-7.3-comparison', 'RFC7515-5.3-comparison']
const ISSUER = ['RFC9068-4-iss', 'OKTA-guide-iss', 'OKTA-form-issuer']
const AUDIENCE_IDS = ['RFC7519-4.1.3-aud', 'RFC8725-3.9-audience', 'RFC9068-4-aud', 'OKTA-guide-aud']

/** The advisories about near misses of the issuer. */
function issuerAdvisory(name: string): string[] {
  if (/in a list/.test(name)) return ['CVE-2025-30144']
  return /without its|followed by a letter/.test(name) ? ['CVE-2024-53861'] : []
}

const ISSUERS: readonly ForgedCase[] = [
  ...Object.entries(NEAR_MISSES).map(([name, spell]) =>
    rejects(
      `the configured issuer ${name}`,
      'issuer_not_allowed',
      (it) => it.token({ claims: { iss: spell(it.issuer) } }),
      { requirements: [...ISSUER, ...COMPARISON], advisory: issuerAdvisory(name) },
    ),
  ),
  ...['', 'h', null, 1, true, [], {}, '__proto__'].map((iss) =>
    rejects(`iss ${written(iss)}`, 'issuer_not_allowed', (it) => it.token({ claims: { iss } }), {
      requirements: ISSUER,
      advisory: iss === '' || iss === 'h' ? 'CVE-2024-53861' : [],
    }),
  ),
  ...['https://attacker.example', 'file:///etc/passwd', 'http://169.254.169.254/'].map((iss) =>
    rejects(
      `a token of an unpublished key with iss ${written(iss)}`,
      'issuer_not_allowed',
      (it) => it.token({ key: 'stranger', claims: { iss } }),
      { requirements: [...ISSUER, 'RFC8725-3.10-addresses'], advisory: 'nearform/get-jwks#320' },
    ),
  ),
  rejects('a token without iss', 'issuer_missing', (it) => it.token({ claims: { iss: undefined } })),
]

/** Strings and lists of strings, none of which is a configured audience. */
const OTHER_AUDIENCES: readonly unknown[] = [
  ...[`${AUDIENCE}/`, `${AUDIENCE}x`, `x${AUDIENCE}`, AUDIENCE.slice(0, -1), AUDIENCE.slice(1), 'api://'],
  ...['API://DEFAULT', 'api://Default', 'api://user@default', 'https://default', 'api://default?'],
  ...['api://default#', 'api://d%65fault', 'api%3A//default', ` ${AUDIENCE}`, `${AUDIENCE} `],
  ...[`${AUDIENCE}\n`, `${AUDIENCE}\0`, `${AUDIENCE}\u200b`, lookAlike(AUDIENCE)],
  ...[`${AUDIENCE} api://other`, `${AUDIENCE},api://other`, '*', '__proto__', '0'],
  ...[['api://other'], [`${AUDIENCE}/`, AUDIENCE.toUpperCase()], [`${AUDIENCE} api://other`]],
]
/** What golang's jwt-go took for the right audience. */
const EMPTY_AUDIENCES: readonly unknown[] = ['', [], [''], [AUDIENCE.slice(0, -1)]]
const MALFORMED_AUDIENCES: readonly unknown[] = [
  ...[null, 1, true, {}, { 0: AUDIENCE, length: 1 }, { [AUDIENCE]: true }],
  ...[[[AUDIENCE]], [AUDIENCE, 1], [AUDIENCE, null]],
]

/** Configured beside {@link AUDIENCE}, for comparisons beyond ASCII. */
export const UNICODE_AUDIENCES: readonly string[] = ['api://caf\u00e9', 'api://\u{1f511}']

const UNICODE: readonly ForgedCase[] = [
  ...UNICODE_AUDIENCES.map((aud) =>
    accepts(`the configured audience ${written(aud)}`, (it) => it.token({ claims: { aud } })),
  ),
  rejects('the audience "api://café" in decomposed form', 'audience_mismatch', (it) =>
    it.token({ claims: { aud: 'api://cafe\u0301' } }),
  ),
  rejects('an audience that differs beyond the Basic Multilingual Plane', 'audience_mismatch', (it) =>
    it.token({ claims: { aud: 'api://\u{1f512}' } }),
  ),
  rejects('an audience with half of a surrogate pair', 'audience_mismatch', (it) =>
    it.token({ claims: { aud: 'api://\ud83d' } }),
  ),
]

const AUDIENCES: readonly ForgedCase[] = [
  ...OTHER_AUDIENCES.map((aud) =>
    rejects(`aud ${written(aud)}`, 'audience_mismatch', (it) => it.token({ claims: { aud } }), {
      requirements: [...AUDIENCE_IDS, ...COMPARISON],
    }),
  ),
  ...citing({ advisory: 'CVE-2020-26160', requirements: AUDIENCE_IDS }, [
    ...EMPTY_AUDIENCES.map((aud) =>
      rejects(`aud ${written(aud)}`, 'audience_mismatch', (it) => it.token({ claims: { aud } })),
    ),
    ...MALFORMED_AUDIENCES.map((aud) =>
      rejects(`aud ${written(aud)}`, 'claim_malformed', (it) => it.token({ claims: { aud } })),
    ),
    rejects('a token without aud', 'audience_missing', (it) => it.token({ claims: { aud: undefined } })),
  ]),
  ...[[AUDIENCE], ['api://other', AUDIENCE], [AUDIENCE, 'api://other']].map((aud) =>
    accepts(`aud ${written(aud)}`, (it) => it.token({ claims: { aud } }), {
      requirements: ['RFC7519-4.1.3-aud'],
    }),
  ),
  ...citing({ requirements: ['RFC7515-10.13-planes', ...COMPARISON] }, UNICODE),
  ...citing({ advisory: 'CVE-2026-35041' }, [
    rejects('thousands of other audiences', 'audience_mismatch', (it) =>
      it.token({ claims: { aud: Array(2_000).fill('a') } }),
    ),
    rejects('an audience of 8,000 letters', 'audience_mismatch', (it) =>
      it.token({ claims: { aud: `${'a'.repeat(8_000)}!` } }),
    ),
  ]),
]

export const PARTY_CASES: readonly ForgedCase[] = [...ISSUERS, ...AUDIENCES]
