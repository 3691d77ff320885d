import {
  acceptsRequest,
  bearer,
  type CaseDetails,
  citing,
  type ForgedCase,
  rejects,
  rejectsRequest,
} from './case.ts'
import type { Workshop } from './workshop.ts'

const MEGABYTE = 1_048_576
const LIMIT = 16_384

/** A valid token of this many characters, or of up to two more: base64url does not allow every length. */
function ofLength(it: Workshop, length: number): string {
  const bare = it.token({ claims: { note: '' } }).length
  const token = it.token({ claims: { note: 'n'.repeat(Math.ceil(((length - bare) * 3) / 4)) } })
  if (token.length < length || token.length > length + 2) throw new Error('the token has another length')
  return token
}

const tooLarge = (name: string, token: (it: Workshop) => string, details: CaseDetails = {}): ForgedCase =>
  rejects(name, 'token_too_large', token, details)

const LARGE: readonly ForgedCase[] = [
  tooLarge('a token of one character more than the limit', () => 'a'.repeat(LIMIT + 1), {
    requestHandling: true,
  }),
  tooLarge('a token of a megabyte', () => 'a'.repeat(MEGABYTE), { requestHandling: true }),
  tooLarge('a valid token beyond the limit', (it) => ofLength(it, LIMIT + 1)),
  tooLarge('a valid token of a megabyte', (it) => ofLength(it, MEGABYTE)),
  tooLarge('a valid token of four megabytes', (it) => ofLength(it, 4 * MEGABYTE)),
  tooLarge('a header parameter of a megabyte', (it) => it.token({ header: { x: 'x'.repeat(MEGABYTE) } })),
  tooLarge('a megabyte of nested arrays', (it) => it.texts({ claims: () => `{"a":${'['.repeat(MEGABYTE)}` })),
  tooLarge('a megabyte of characters that no token has', () => '\xff'.repeat(MEGABYTE)),
  tooLarge('five million dots', () => '.'.repeat(5_000_000), { advisory: 'CVE-2025-30204' }),
  ...Object.entries({
    'a megabyte of spaces after the scheme': `Bearer${' '.repeat(MEGABYTE)}a.b.c`,
    'a scheme of a megabyte': 'a'.repeat(MEGABYTE),
  }).map(
    ([name, value]): ForgedCase => ({
      name: `rejects ${name}`,
      outcome: 'token_too_large',
      lines: () => ['Authorization', value],
    }),
  ),
]

/** How much there is to read in a query is core's concern alone. */
const OTHER_QUERIES = {
  'a token in the query after 100,000 parameters': `?${'a=b&'.repeat(100_000)}access_token=c`,
  'a token in the query after thousands of percent signs': `?a=${'%'.repeat(100_000)}&access_token=c`,
  'a token of a megabyte in the query': `?access_token=${'a'.repeat(MEGABYTE)}`,
}

/** What only a large header limit of the server lets through to the library. */
export const SIZE_CASES: readonly ForgedCase[] = [
  ...citing({ requirements: ['OKTA-form-size'] }, LARGE),
  acceptsRequest('a valid token of the maximum size', (it: Workshop) => bearer(ofLength(it, LIMIT - 2)), {
    requirements: ['OKTA-form-size'],
  }),
  acceptsRequest('a valid token beside a megabyte of another header', (it: Workshop) => [
    ...bearer(it.token()),
    ...['Cookie', `a=${'b'.repeat(MEGABYTE)}`],
  ]),
  rejectsRequest('hundreds of Authorization headers', 'multiple_authorization_headers', (it: Workshop) =>
    Array(500).fill(bearer(it.token())).flat(),
  ),
  rejectsRequest(
    'a token in the query after a megabyte of another parameter',
    'token_in_query',
    (_: Workshop) => [],
    { query: `?a=${'b'.repeat(MEGABYTE)}&access_token=c` },
  ),
  ...Object.entries(OTHER_QUERIES).map(
    ([name, query]): ForgedCase => ({
      name: `rejects ${name}`,
      outcome: 'token_in_query',
      lines: () => [],
      query,
    }),
  ),
]
