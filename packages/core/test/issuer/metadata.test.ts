import { describe, expect, it } from 'vitest'
import { metadataUrls } from '../../src/issuer/metadata.ts'
import { failureOf } from '../support/http.ts'
import {
  ALL,
  configured,
  FIRST,
  FOURTH,
  fetchFrom,
  ISSUER,
  JWKS_URI,
  metadata,
  OAUTH,
  OPENID,
  SECOND,
  status,
  THIRD,
} from '../support/metadata.ts'

describe('metadataUrls', () => {
  it('starts with the URL of an Okta custom authorization server if the issuer looks like one', () => {
    expect(metadataUrls(configured(ISSUER))).toEqual(ALL)
    expect(metadataUrls(configured(`${ISSUER}/`))).toEqual(ALL)
  })

  it.each([
    ['https://as.example/tenant', 'https://as.example', '/tenant'],
    ['https://as.example/tenant/', 'https://as.example', '/tenant'],
    ['https://as.example:8443/a/b', 'https://as.example:8443', '/a/b'],
    ['https://as.example/oauth2', 'https://as.example', '/oauth2'],
    ['https://as.example/oauth2/a/b', 'https://as.example', '/oauth2/a/b'],
    ['https://as.example/x/oauth2/a', 'https://as.example', '/x/oauth2/a'],
  ])(
    'starts with the URLs of OpenID Connect and RFC 8414 for any other issuer: %s [RFC8414-3-suffix]',
    (issuer, origin, path) => {
      expect(metadataUrls(configured(issuer))).toEqual([
        `${origin}${path}${OPENID}`,
        `${origin}${OAUTH}${path}`,
        `${origin}${path}${OAUTH}`,
        `${origin}${OPENID}${path}`,
      ])
    },
  )

  it.each(['https://as.example', 'https://as.example/'])(
    'lists two URLs for an issuer without a path: %s',
    (issuer) => {
      expect(metadataUrls(configured(issuer))).toEqual([
        `https://as.example${OPENID}`,
        `https://as.example${OAUTH}`,
      ])
    },
  )

  it.each([ISSUER, 'http://as.example/adfs', 'accounts.example'])(
    'lists only metadataUri, if it is configured: %s',
    (issuer) => {
      const metadataUri = 'https://meta.example/policy?p=b2c_1'
      expect(metadataUrls(configured(issuer, { metadataUri }))).toEqual([metadataUri])
    },
  )
})

describe('fetchMetadata', () => {
  it('returns the first document with the issuer, and requests no other', async () => {
    const { result, urls } = fetchFrom(() => metadata())
    expect(await result).toEqual({ url: FIRST, address: JWKS_URI })
    expect(urls()).toEqual([FIRST])
  })

  it.each<[string, () => Response]>([
    ['responds with 404', () => status(404)],
    ['responds with 400', () => status(400)],
    ['responds with 401', () => status(401)],
    ['responds with 499', () => status(499)],
    ['responds with 500', () => status(500)],
    ['responds with 503 and Retry-After', () => status(503, { 'retry-after': '30' })],
    ['responds with HTML', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['responds with invalid JSON', () => new Response('{', { headers: { 'content-type': 'text/plain' } })],
    ['responds with null', () => Response.json(null)],
    ['responds with a string', () => Response.json('metadata')],
    ['has no issuer', () => metadata({ issuer: undefined })],
    ['has another issuer', () => metadata({ issuer: `${ISSUER}/` })],
    ['has no jwks_uri', () => metadata({ jwks_uri: undefined })],
    [
      'redirects to another origin',
      () => new Response(null, { status: 302, headers: { location: 'https://login.example' } }),
    ],
  ])('tries the next URL if one %s', async (_title, answer) => {
    const { result, urls } = fetchFrom((url) => (url === FOURTH ? metadata() : answer()))
    expect(await result).toEqual({ url: FOURTH, address: JWKS_URI })
    expect(urls()).toEqual(ALL)
  })

  it.each([
    ['https://as.example', 'http://127.0.0.1/keys', false, 'insecure_url'],
    ['https://as.example', 'http://127.0.0.1/keys', true, undefined],
    ['https://as.example', 'http://as.example/keys', true, undefined],
    ['https://as.example', 'https://keys.example/keys', false, undefined],
    ['http://127.0.0.1', 'http://127.0.0.1/keys', false, undefined],
    ['http://127.0.0.1', 'http://as.example/keys', false, 'insecure_url'],
    ['http://127.0.0.1', 'https://as.example/keys', false, undefined],
    ['https://as.example', 'file:///keys', true, 'insecure_url'],
  ])(
    'for issuer %s with jwks_uri %s and allowInsecureHttp %s ends with %s',
    async (issuer, jwksUri, allowInsecureHttp, code) => {
      const answer = (): Response => Response.json({ issuer, jwks_uri: jwksUri })
      const { result } = fetchFrom(answer, { issuer, allowInsecureHttp })
      if (code === undefined) expect(await result).toMatchObject({ address: jwksUri })
      else expect((await failureOf(result)).code).toBe(code)
    },
  )

  describe('with a URL that worked before', () => {
    it('requests it first, and no other', async () => {
      const { result, urls } = fetchFrom(() => metadata(), { known: THIRD })
      expect(await result).toEqual({ url: THIRD, address: JWKS_URI })
      expect(urls()).toEqual([THIRD])
    })

    it.each([500, 502, 503])('requests no other if the server responds with %i', async (code) => {
      const { result, urls } = fetchFrom(() => status(code), { known: THIRD })
      expect(await failureOf(result)).toMatchObject({ status: code, url: THIRD })
      expect(urls()).toEqual([THIRD])
    })

    it('requests the others if the document has moved', async () => {
      const { result, urls } = fetchFrom((url) => (url === SECOND ? metadata() : status(404)), {
        known: THIRD,
      })
      expect(await result).toMatchObject({ url: SECOND })
      expect(urls()).toEqual([THIRD, FIRST, SECOND])
    })
  })

  describe('with metadataUri', () => {
    const metadataUri = 'https://meta.example/b2c?p=policy'

    it('requests only this URL, and demands exactly the issuer', async () => {
      const { result, urls } = fetchFrom(() => metadata(), { metadataUri })
      expect(await result).toEqual({ url: metadataUri, address: JWKS_URI })
      expect(urls()).toEqual([metadataUri])
      for (const issuer of [`${ISSUER}/`, 'https://meta.example', undefined]) {
        const wrong = fetchFrom(() => metadata({ issuer }), { metadataUri })
        expect(['issuer_mismatch', 'wrong_shape']).toContain((await failureOf(wrong.result)).code)
        expect(wrong.urls()).toEqual([metadataUri])
      }
    })

    it('does not accept a jwks_uri that is http, even if the issuer is', async () => {
      const issuer = 'http://as.example/adfs'
      for (const host of ['as.example', '127.0.0.1']) {
        const answer = (): Response => Response.json({ issuer, jwks_uri: `http://${host}/keys` })
        const { result } = fetchFrom(answer, { issuer, metadataUri })
        expect((await failureOf(result)).code).toBe('insecure_url')
      }
    })
  })

  it.each([
    ['https://as.example/keys', undefined],
    ['https://as.example:443/keys', undefined],
    ['https://keys.example:8443/keys', undefined],
    ['https://keys.example/keys', 'jwks_host_not_allowed'],
    ['https://as.example:8443/keys', 'jwks_host_not_allowed'],
    ['https://as.example.attacker.example/keys', 'jwks_host_not_allowed'],
    ['https://as.example@attacker.example/keys', 'jwks_host_not_allowed'],
    ['https://as.example./keys', 'jwks_host_not_allowed'],
    ['https://sub.as.example/keys', 'jwks_host_not_allowed'],
  ])('with jwksHosts ends for the jwks_uri %s with %s', async (jwksUri, code) => {
    const jwksHosts = new Set(['as.example', 'keys.example:8443'])
    const { result, urls } = fetchFrom(() => metadata({ jwks_uri: jwksUri }), { jwksHosts })
    if (code === undefined) expect(await result).toMatchObject({ address: jwksUri })
    else {
      const failure = await failureOf(result)
      expect(failure.code).toBe(code)
      expect(failure.message).toContain('list it in jwksHosts')
    }
    expect(urls()).toEqual([FIRST])
  })
})
