import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from './adapter.ts'
import { ADAPTERS } from './apis.ts'
import { askBare, askWith, exchange } from './ask.ts'
import { bearer } from './case.ts'
import { closeSettings, openWorkshop } from './settings.ts'
import type { Workshop } from './workshop.ts'

afterAll(closeSettings)

/** Node's default in bytes. */
const HEADER_LIMIT = 16_384

/** What shows on the wire only, since Node refuses or rewrites it before any framework sees the request. */
describe.each(ADAPTERS.map((adapter) => [adapter.name, adapter] as const))('%s', (_name, { start }) => {
  let workshop: Workshop
  let api: Api
  beforeAll(async () => {
    workshop = await openWorkshop()
    api = await start({
      verifier: createAccessTokenVerifier(workshop.options),
      maxHeaderSize: HEADER_LIMIT,
    })
  })
  afterAll(() => api?.stop())

  /** The statuses of all answers that came back. */
  const statusesOf = (answer: string): number[] =>
    [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))

  test.each([20_000, 60_000])("leaves header lines of %i bytes to Node's limit: 431", async (length) => {
    expect((await askWith('a'.repeat(length), `${api.url}/any`)).status).toBe(431)
    expect((await askWith(workshop.token(), `${api.url}/any`)).status).toBe(200)
  })

  test.each([
    ['NUL', '\0'],
    ['a control character', '\x01'],
    ['DEL', '\x7f'],
    ['a carriage return', '\r'],
    ['a line feed', '\n'],
    ['a folded line', '\r\n '],
  ])('leaves %s in the token to the HTTP parser: 400', async (_character, character) => {
    const token = workshop.token().replace('.', `${character}.`)

    expect(statusesOf(await askBare(api.url, '/any', bearer(token)))).toEqual([400])
  })

  test('rejects two raw Authorization lines although `headers` shows only the first', async () => {
    const lines = [...bearer(workshop.token()), 'authorization', 'Basic YTpi']
    const answer = await askBare(api.url, '/any', lines)

    expect(statusesOf(answer)).toEqual([400])
    expect(answer).toContain('error="invalid_request"')
  })

  test('accepts a header line without a space after the colon', async () => {
    const text = `GET /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization:Bearer ${workshop.token()}\r\n\r\n`

    expect(statusesOf(await exchange(api.url, text))).toEqual([200])
  })

  test('accepts a request of HTTP/1.0', async () => {
    const text = `GET /any HTTP/1.0\r\nAuthorization: Bearer ${workshop.token()}\r\n\r\n`

    expect(statusesOf(await exchange(api.url, text))).toEqual([200])
  })

  test('finds a token in the query of a request target in absolute form', async () => {
    const answer = await askBare(api.url, `${api.url}/any?access_token=a`)

    expect(statusesOf(answer)).toEqual([400])
  })

  test('decides separately about the requests of one connection', async () => {
    const request = (...lines: readonly string[]): string =>
      `${['GET /any HTTP/1.1', 'Host: a', ...lines].join('\r\n')}\r\n\r\n`
    const valid = `Authorization: Bearer ${workshop.token()}`
    const text = request(valid) + request() + request(valid) + request('Connection: close')

    expect(statusesOf(await exchange(api.url, text))).toEqual([200, 401, 200, 401])
  })
})
