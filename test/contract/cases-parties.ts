import { AUDIENCE, NOW } from '../specification/signed-tokens.ts'
import { type ForgedCase, forged, sound } from './case.ts'
import {
  ALGORITHM,
  CLAIM,
  NO_AUDIENCE,
  NO_ISSUER,
  OTHER_AUDIENCE,
  OTHER_CLIENT,
  OTHER_ISSUER,
  TOO_OLD,
} from './refusals.ts'

const json = (value: unknown): string => JSON.stringify(value) ?? 'missing'

/** Cyrillic letters that look like Latin ones. */
const lookAlike = (text: string): string => text.replace('a', '\u0430').replace('e', '\u0435')

/** Issuers that a careless comparison takes for the right one. */
const NEAR_MISSES: Readonly<Record<string, (issuer: string) => unknown>> = {
  'with a slash behind': (issuer) => `${issuer}/`,
  'with two slashes within': (issuer) => issuer.replace('/oauth2', '//oauth2'),
  'in capitals': (issuer) => issuer.toUpperCase(),
  'with the scheme in capitals': (issuer) => issuer.replace('http', 'HTTP'),
  'with the path in another case': (issuer) => issuer.replace('default', 'Default'),
  'of another scheme': (issuer) => issuer.replace('http:', 'https:'),
  'without its last letter': (issuer) => issuer.slice(0, -1),
  'without its first letter': (issuer) => issuer.slice(1),
  'without its path': (issuer) => new URL(issuer).origin,
  'with a letter behind': (issuer) => `${issuer}x`,
  'with a letter before': (issuer) => `x${issuer}`,
  'within another address': (issuer) => `https://other.example/${issuer}`,
  'of another host': (issuer) => issuer.replace('127.0.0.1', '127.0.0.2'),
  'of the same host by its name': (issuer) => issuer.replace('127.0.0.1', 'localhost'),
  'of the same host as a number': (issuer) => issuer.replace('127.0.0.1', '2130706433'),
  'of the same host in fewer parts': (issuer) => issuer.replace('127.0.0.1', '127.1'),
  'of another port': (issuer) => issuer.replace(/:\d+/, ':1'),
  'of another authorization server on the host': (issuer) => issuer.replace('default', 'aus1'),
  'with user information': (issuer) => issuer.replace('://', '://user@'),
  'as user information of another host': (issuer) =>
    `${issuer.replace(/\/oauth2.*/, '')}@other.example/oauth2/default`,
  'with a query': (issuer) => `${issuer}?`,
  'with a fragment': (issuer) => `${issuer}#`,
  'with a dot segment': (issuer) => issuer.replace('/oauth2', '/./oauth2'),
  'with a path that goes up': (issuer) => `${issuer}/../default`,
  'with a letter percent-encoded': (issuer) => issuer.replace('default', '%64efault'),
  'with backslashes': (issuer) => issuer.replaceAll('/', '\\'),
  'with white space before': (issuer) => ` ${issuer}`,
  'with a line break behind': (issuer) => `${issuer}\n`,
  'with a NUL behind': (issuer) => `${issuer}\0`,
  'in letters that look alike': lookAlike,
  'in full-width letters': (issuer) => issuer.replace('d', '\uff44'),
  'with an invisible character': (issuer) => `${issuer}\u200b`,
  'in a list': (issuer) => [issuer],
  'first in a list of two': (issuer) => [issuer, 'https://other.example'],
  'last in a list of two': (issuer) => ['https://other.example', issuer],
  'in an object': (issuer) => ({ iss: issuer }),
}

const ISSUERS: readonly ForgedCase[] = [
  ...Object.entries(NEAR_MISSES).map(([name, spell]) =>
    forged(`our issuer ${name}`, OTHER_ISSUER, (it) => it.token({ claims: { iss: spell(it.issuer) } })),
  ),
  ...['', null, 1, true, [], {}, '__proto__', 'file:///etc/passwd', 'http://169.254.169.254/'].map((iss) =>
    forged(`iss that is ${json(iss)}`, OTHER_ISSUER, (it) => it.token({ claims: { iss } })),
  ),
  forged('iss that is missing', NO_ISSUER, (it) => it.token({ claims: { iss: undefined } })),
]

const OTHER_AUDIENCES: readonly unknown[] = [
  ...[`${AUDIENCE}/`, `${AUDIENCE}x`, `x${AUDIENCE}`, AUDIENCE.slice(0, -1), AUDIENCE.slice(1), 'api://'],
  ...[
    'API://DEFAULT',
    'api://Default',
    'api://user@default',
    'https://default',
    'api://default?',
    'api://default#',
  ],
  ...[
    ` ${AUDIENCE}`,
    `${AUDIENCE}\n`,
    `${AUDIENCE}\0`,
    `${AUDIENCE}\u200b`,
    lookAlike(AUDIENCE),
    'api%3A//default',
  ],
  ...[`${AUDIENCE} api://other`, `${AUDIENCE},api://other`, '*', '', '__proto__', '0'],
  ...[[], [''], ['api://other'], [`${AUDIENCE}/`, AUDIENCE.toUpperCase()], [`${AUDIENCE} api://other`]],
]
const NO_AUDIENCES: readonly unknown[] = [
  ...[
    null,
    1,
    true,
    {},
    { 0: AUDIENCE, length: 1 },
    { [AUDIENCE]: true },
    [[AUDIENCE]],
    [AUDIENCE, 1],
    [AUDIENCE, null],
  ],
]

const AUDIENCES: readonly ForgedCase[] = [
  ...OTHER_AUDIENCES.map((aud) =>
    forged(`aud that is ${json(aud)}`, OTHER_AUDIENCE, (it) => it.token({ claims: { aud } })),
  ),
  ...NO_AUDIENCES.map((aud) =>
    forged(`aud that is ${json(aud)}`, CLAIM, (it) => it.token({ claims: { aud } })),
  ),
  forged('aud that is missing', NO_AUDIENCE, (it) => it.token({ claims: { aud: undefined } })),
  ...[[AUDIENCE], ['api://other', AUDIENCE], [AUDIENCE, 'api://other']].map((aud) =>
    sound(`aud that is ${json(aud)}`, (it) => it.token({ claims: { aud } })),
  ),
  forged('aud of thousands, none of them ours', OTHER_AUDIENCE, (it) =>
    it.token({ claims: { aud: Array(2_000).fill('a') } }),
  ),
]

export const PARTY_CASES: readonly ForgedCase[] = [...ISSUERS, ...AUDIENCES]

/** The client that {@link NARROW_CASES} expect the API to serve, by tokens of RS256 that are a minute old at most. */
export const NARROW = { clientIds: ['0oaOurs'], maxTokenAge: 60, algorithms: ['RS256'] } as const

const ours = { cid: '0oaOurs', iat: NOW }

/** For an API that asks for more than the ordinary one: see {@link NARROW}. */
export const NARROW_CASES: readonly ForgedCase[] = [
  sound('our client, by RS256, just now', (it) => it.token({ key: 'rs256', claims: ours })),
  sound('our client, at the end of the age and the tolerance', (it) =>
    it.token({ key: 'rs256', claims: { ...ours, iat: NOW - 65 } }),
  ),
  ...['es256', 'ps256', 'eddsa'].map((key) =>
    forged(`our client, by ${key}`, ALGORITHM, (it) => it.token({ key, claims: ours })),
  ),
  ...['0oaOther', '0oaours', '0oaOur', '0oaOursX', ' 0oaOurs', '0oaOurs,0oaOther'].map((cid) =>
    forged(`the client ${json(cid)}`, OTHER_CLIENT, (it) =>
      it.token({ key: 'rs256', claims: { ...ours, cid } }),
    ),
  ),
  forged('another client, with ours in a claim of lower rank', OTHER_CLIENT, (it) =>
    it.token({ key: 'rs256', claims: { ...ours, cid: '0oaOther', client_id: '0oaOurs', azp: '0oaOurs' } }),
  ),
  ...[undefined, null, 1, ['0oaOurs'], { 0: '0oaOurs' }].map((client) =>
    forged(`client_id that is ${json(client)}, in a token of RFC 9068`, OTHER_CLIENT, (it) =>
      it.token({
        key: 'rs256',
        header: { typ: 'at+jwt' },
        claims: { ...ours, cid: undefined, client_id: client },
      }),
    ),
  ),
  forged('a token a second too old', TOO_OLD, (it) =>
    it.token({ key: 'rs256', claims: { ...ours, iat: NOW - 66 } }),
  ),
  forged('a token that does not tell its age', TOO_OLD, (it) =>
    it.token({ key: 'rs256', claims: { ...ours, iat: undefined } }),
  ),
]
