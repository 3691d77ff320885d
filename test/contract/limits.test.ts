import { afterAll, beforeAll, expect, test } from 'vitest'
import { APIS, startApis } from './apis.ts'
import { ask, askBare } from './ask.ts'
import { bearer } from './case.ts'
import { IN_QUERY, invalidRequest, invalidToken, TOO_LARGE, TWO_HEADERS } from './refusals.ts'
import { Workshop } from './workshop.ts'

const MEGABYTE = 1_048_576
const LIMIT = 16_384

let workshop: Workshop
let spacious: Awaited<ReturnType<typeof startApis>>
let ordinary: Awaited<ReturnType<typeof startApis>>
beforeAll(async () => {
  workshop = await Workshop.open()
  spacious = await startApis(workshop.options, { maxHeaderSize: 8 * MEGABYTE })
  ordinary = await startApis(workshop.options, { maxHeaderSize: LIMIT })
})
afterAll(async () => {
  await Promise.all([spacious?.stop(), ordinary?.stop()])
  await workshop?.close()
})

/** A sound token of this many characters, or of the next number that base64url has. */
function ofLength(length: number): string {
  const bare = workshop.token({ claims: { note: '' } }).length
  return workshop.token({ claims: { note: 'n'.repeat(Math.ceil(((length - bare) * 3) / 4)) } })
}

const LARGE: Readonly<Record<string, () => string>> = {
  'one character beyond the limit': () => `Bearer ${'a'.repeat(LIMIT + 1)}`,
  'a sound token beyond the limit': () => `Bearer ${ofLength(LIMIT + 2)}`,
  'a sound token of a megabyte': () => `Bearer ${ofLength(MEGABYTE)}`,
  'a token of four megabytes': () => `Bearer ${'a'.repeat(4 * MEGABYTE)}`,
  'dots by the megabyte': () => `Bearer ${'.'.repeat(MEGABYTE)}`,
  'a header parameter of a megabyte': () =>
    `Bearer ${workshop.token({ header: { x: 'x'.repeat(MEGABYTE) } })}`,
  'a megabyte of lists in one another': () =>
    `Bearer ${workshop.texts({ claims: () => `{"a":${'['.repeat(MEGABYTE)}` })}`,
  'a megabyte of white space after the scheme': () => `Bearer${' '.repeat(MEGABYTE)}a.b.c`,
  'a megabyte of characters that no token has': () => `Bearer ${'\xff'.repeat(MEGABYTE)}`,
  'a scheme of a megabyte': () => 'a'.repeat(MEGABYTE),
}

/** What each API answers. */
async function answersOf(
  { apis }: typeof spacious,
  target: string,
  lines: readonly string[] = [],
): Promise<(readonly [status: number, challenge: string | undefined])[]> {
  const answers = await Promise.all(apis.map(({ url }) => ask(url + target, lines)))
  return answers.map(({ status, headers }) => [status, headers['www-authenticate']])
}

const everywhere = (status: number, challenge?: string): (readonly [number, string | undefined])[] =>
  Object.keys(APIS).map(() => [status, challenge])

test.each(Object.entries(LARGE))('%s: 401 everywhere', async (_, value) => {
  expect(await answersOf(spacious, '/any', ['Authorization', value()])).toEqual(
    everywhere(401, invalidToken(TOO_LARGE)),
  )
})

test('a sound token at the limit: 200 everywhere', async () => {
  const token = ofLength(LIMIT - 1)

  expect(token.length).toBeGreaterThan(LIMIT - 4)
  expect(token.length).toBeLessThanOrEqual(LIMIT)
  expect(await answersOf(spacious, '/any', bearer(token))).toEqual(everywhere(200))
})

test('a sound token beside megabytes of other headers: 200 everywhere', async () => {
  const lines = [...bearer(workshop.token()), 'Cookie', `a=${'b'.repeat(3 * MEGABYTE)}`]

  expect(await answersOf(spacious, '/any', lines)).toEqual(everywhere(200))
})

test('hundreds of Authorization headers: 400 everywhere', async () => {
  const lines = Array.from({ length: 500 }, () => bearer(workshop.token())).flat()

  expect(await answersOf(spacious, '/any', lines)).toEqual(everywhere(400, invalidRequest(TWO_HEADERS)))
})

test.each([
  ['a token behind a megabyte of query', `?a=${'b'.repeat(MEGABYTE)}&access_token=c`],
  ['a token behind 100,000 parameters', `?${'a=b&'.repeat(100_000)}access_token=c`],
  ['a token behind percent signs by the thousand', `?a=${'%'.repeat(100_000)}&access_token=c`],
  ['a token of a megabyte in the query', `?access_token=${'a'.repeat(MEGABYTE)}`],
])('%s: 400 everywhere', async (_, query) => {
  expect(await answersOf(spacious, `/any${query}`)).toEqual(everywhere(400, invalidRequest(IN_QUERY)))
})

test.each([20_000, 60_000])("header lines of %i bytes, beyond Node's own limit: its 431", async (length) => {
  expect(await answersOf(ordinary, '/any', bearer('a'.repeat(length)))).toEqual(everywhere(431))
  expect(await answersOf(ordinary, '/any', bearer(workshop.token()))).toEqual(everywhere(200))
})

test.each([
  ['a NUL', '\0'],
  ['a control character', '\x01'],
  ['a DEL', '\x7f'],
  ['a carriage return', '\r'],
  ['a line feed', '\n'],
  ['a folded line', '\r\n '],
])("%s within the token, which HTTP does not allow: Node's own 400", async (_, character) => {
  const token = workshop.token().replace('.', `${character}.`)
  const answers = await Promise.all(spacious.apis.map(({ url }) => askBare(url, '/any', bearer(token))))

  expect(answers.map((answer) => answer.split('\r\n', 1)[0])).toEqual(
    answers.map(() => 'HTTP/1.1 400 Bad Request'),
  )
})
