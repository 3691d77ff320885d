import type { ScriptedAnswer } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../support/http.ts'
import {
  FIRST,
  FOURTH,
  fetchFrom,
  ISSUER,
  JWKS_URI,
  metadata,
  SECOND,
  status,
  THIRD,
} from '../support/metadata.ts'

describe('fetchMetadata', () => {
  it.each<[string, () => ScriptedAnswer, string]>([
    ['responds with 429', () => status(429), 'http_status'],
    ['cannot be reached', () => new Error('down'), 'network'],
    [
      'is too large',
      () => new Response('', { headers: { 'content-type': 'text/plain', 'content-length': '1048577' } }),
      'too_large',
    ],
    [
      'has a jwks_uri that is not https',
      () => metadata({ jwks_uri: 'http://as.example/keys' }),
      'insecure_url',
    ],
  ])('stops if the document %s, which does not mean that it is elsewhere', async (_title, answer, code) => {
    const { result, urls } = fetchFrom(answer)
    expect((await failureOf(result)).code).toBe(code)
    expect(urls()).toEqual([FIRST])
  })

  it('reports Retry-After', async () => {
    const { result } = fetchFrom(() => status(429, { 'retry-after': '30' }))
    expect(await failureOf(result)).toMatchObject({ status: 429, retryAfter: 30, url: FIRST })
  })

  it('reports the first failure if all are HTTP statuses', async () => {
    const { result, urls } = fetchFrom((url) => status(url === FIRST ? 403 : 404))
    expect(await failureOf(result)).toMatchObject({ code: 'http_status', status: 403, url: FIRST })
    expect(urls()).toHaveLength(4)
  })

  it('reports an outage rather than a missing document or another page', async () => {
    const answers: Readonly<Record<string, () => Response>> = {
      [FIRST]: () => status(404),
      [SECOND]: () => new Response('<html>'),
      [THIRD]: () => status(503, { 'retry-after': '30' }),
      [FOURTH]: () => status(404),
    }
    const { result } = fetchFrom((url) => (answers[url] as () => Response)())
    expect(await failureOf(result)).toMatchObject({ status: 503, retryAfter: 30, url: THIRD })
  })

  it('reports a wrong document rather than an outage elsewhere', async () => {
    const { result } = fetchFrom((url) => (url === THIRD ? metadata({ issuer: 'https://x' }) : status(502)))
    expect(await failureOf(result)).toMatchObject({ code: 'issuer_mismatch', url: THIRD })
  })

  it.each<[string, () => Response]>([
    ['a missing one', () => status(404)],
    ['another page', () => new Response('<html>')],
    ['a redirect', () => status(302, { location: 'https://login.example' })],
  ])('reports a wrong document rather than %s', async (_title, answer) => {
    const { result } = fetchFrom((url) =>
      url === SECOND ? metadata({ issuer: 'https://other.example' }) : answer(),
    )
    expect(await failureOf(result)).toMatchObject({ code: 'issuer_mismatch', url: SECOND })
  })

  it('reports an outage with status 500 rather than a page', async () => {
    const { result } = fetchFrom((url) => (url === THIRD ? status(500) : new Response('<html>')))
    expect(await failureOf(result)).toMatchObject({ status: 500, url: THIRD })
  })

  it('reports the first of several wrong documents', async () => {
    const { result } = fetchFrom((url) =>
      url === FIRST ? metadata({ issuer: 'https://other.example' }) : Response.json(1),
    )
    expect(await failureOf(result)).toMatchObject({ code: 'issuer_mismatch', url: FIRST })
  })

  it.each<[string, unknown, string, RegExp]>([
    ['is not an object', 1, 'wrong_shape', /object/],
    ['is null', null, 'wrong_shape', /object/],
    ['has no issuer', { jwks_uri: JWKS_URI }, 'wrong_shape', /issuer/],
    ['has a list of issuers', { issuer: [ISSUER], jwks_uri: JWKS_URI }, 'wrong_shape', /issuer/],
    [
      'has another issuer',
      { issuer: `${ISSUER}/`, jwks_uri: JWKS_URI },
      'issuer_mismatch',
      /RFC 8414.*slash/,
    ],
    ['has no jwks_uri', { issuer: ISSUER }, 'wrong_shape', /jwks_uri/],
    ['has a list as jwks_uri', { issuer: ISSUER, jwks_uri: [JWKS_URI] }, 'wrong_shape', /jwks_uri/],
    ['has a relative jwks_uri', { issuer: ISSUER, jwks_uri: '/keys' }, 'wrong_shape', /jwks_uri/],
    [
      'has an http jwks_uri',
      { issuer: ISSUER, jwks_uri: 'http://as.example/keys' },
      'insecure_url',
      /jwks_uri.*https/,
    ],
  ])('says what is wrong with metadata that %s', async (_title, document, code, message) => {
    const error = await failureOf(fetchFrom(() => Response.json(document)).result)
    expect(error).toMatchObject({ code, url: FIRST })
    expect(error.message).toMatch(message)
  })
})
