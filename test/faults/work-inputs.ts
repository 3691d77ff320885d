import type { RequestLike } from '@okta-resource-server/core'

/** Each size is twice the previous one. The largest tokens are still below the size limit. */
export const SIZES = [500, 1_000, 2_000, 4_000] as const

const base64url = (text: string): string => Buffer.from(text).toString('base64url')
const header = (value: string): RequestLike => ({ headers: { authorization: value } })
const token = (payload: string, head = '{"alg":"ES256","kid":"a"}'): RequestLike =>
  header(`Bearer ${base64url(head)}.${base64url(payload)}.AAAA`)
const claims = (members: string): RequestLike =>
  token(`{"iss":"https://example.okta.com/oauth2/default","exp":9999999999,"cid":"a",${members}}`)
const times = (size: number, text: (index: number) => string): string =>
  Array.from({ length: size }, (_, index) => text(index)).join(',')
const numbered = (index: number): string => `"${10_000 + index}":0`
const good = 'Bearer a.b.c'

/** Requests of variable size, each a worst case for a careless parser. */
export const INPUTS: Readonly<Record<string, (size: number) => RequestLike>> = {
  dots: (size) => header(`Bearer ${'.'.repeat(size)}`),
  'dots between letters': (size) => header(`Bearer ${'a.'.repeat(size)}a`),
  'spaces after the scheme': (size) => header(`Bearer${' '.repeat(size)}`),
  'spaces before a token': (size) => header(`Bearer${' '.repeat(size)}a.b.c`),
  'spaces within a token': (size) => header(`Bearer ${'a '.repeat(size)}`),
  'equals signs': (size) => header(`Bearer ${'='.repeat(size)}a`),
  'a long word that is not a scheme': (size) => header(`${'a'.repeat(size)}"`),
  commas: (size) => header(`Basic ${','.repeat(size)}`),
  'commas and spaces': (size) => header(`Basic ${', '.repeat(size)}`),
  'a comma and spaces': (size) => header(`Basic ,${' '.repeat(size)}`),
  'words that start like Bearer': (size) => header(`Basic ${',beare'.repeat(size)}`),
  'a long segment': (size) => token(`{"a":"${'x'.repeat(size)}"}`),
  'a long segment with a wrong trailing bit': (size) => header(`Bearer a.${'A'.repeat(size)}B.AAAA`),
  brackets: (size) => token('['.repeat(size)),
  'closed brackets': (size) => token(`{"a":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`),
  'objects in objects': (size) => token(`{"a":${'{"a":'.repeat(size / 4)}1${'}'.repeat(size / 4)}}`),
  'a list': (size) => token(`{"a":[${times(size / 2, () => '0')}]}`),
  'a list of lists': (size) => token(`{"a":[${times(size / 2, () => '[]')}]}`),
  members: (size) => token(`{${times(size / 4, numbered)}}`),
  'one member repeated': (size) => token(`{${times(size / 2, () => '"a":0')}}`),
  'members in a header': (size) => token('{}', `{"alg":"ES256",${times(size / 4, numbered)}}`),
  'quotes in a string': (size) => token(`{"a":"${'\\"'.repeat(size / 2)}"}`),
  'colons in a string': (size) => token(`{"a":"${':'.repeat(size)}"}`),
  backslashes: (size) => token(`{"a":"${'\\\\'.repeat(size / 2)}"}`),
  audiences: (size) => claims(`"scp":[],"aud":[${times(size / 2, () => '"x"')}]`),
  'scopes in a list': (size) => claims(`"aud":"api://a","scp":[${times(size / 2, () => '"x"')}]`),
  'scopes in a string': (size) => claims(`"aud":"api://a","scp":"${'x '.repeat(size)}"`),
  'a long key id': (size) => token('{}', `{"alg":"ES256","kid":"${'k'.repeat(size)}"}`),
  'a long type': (size) =>
    token('{}', `{"alg":"ES256","kid":"a","typ":"${'application/'.repeat(size / 12)}"}`),
  'a query of percent signs': (size) => ({ ...header(good), url: `/?${'%'.repeat(size)}` }),
  'a query of escapes': (size) => ({ ...header(good), url: `/?${'%61'.repeat(size)}` }),
  'a query of parameters': (size) => ({ ...header(good), url: `/?%&${'access_toke=a&'.repeat(size)}` }),
  'a query of question marks': (size) => ({ ...header(good), url: `/${'?%'.repeat(size)}` }),
  'a URL of fragments': (size) => ({ ...header(good), url: `/?%${'#'.repeat(size)}` }),
  'raw headers': (size) => ({
    ...header(good),
    rawHeaders: Array.from({ length: 2 * size }, () => 'authorizatiom'),
  }),
  'Authorization headers': (size) => ({
    ...header(good),
    rawHeaders: Array.from({ length: 2 * size }, () => 'authorization'),
  }),
  'Authorization headers in a list': (size) => ({
    headers: { authorization: Array.from({ length: size }, () => good) },
  }),
  'headers with other names': (size) => ({
    headers: Object.fromEntries(
      Array.from({ length: size }, (_, index) => [`x-name-${100_000 + index}`, 'a']),
    ),
  }),
}
