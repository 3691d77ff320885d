import { describe, expect, it } from 'vitest'
import { discover, KeyLocation, metadataAddresses } from '../src/discovery.ts'
import { type AuthorizationServerOptions, issuerConfiguration } from '../src/issuer-options.ts'
import { exchangeOptions, remoteFailure, type Scripted, scriptedFetch } from './support/remote.ts'

const ISSUER = 'https://as.example/oauth2/default'
const KEYS = 'https://as.example/oauth2/default/v1/keys'
const OAUTH = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'
const [FIRST, SECOND, THIRD] = [
  `${ISSUER}${OAUTH}`,
  `${ISSUER}${OPENID}`,
  `https://as.example${OAUTH}/oauth2/default`,
]

const metadata = (own: object = {}): Response => Response.json({ issuer: ISSUER, jwks_uri: KEYS, ...own })
const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response('', { status: code, headers })

describe('metadata is looked for', () => {
  it('where Okta keeps it first, for an issuer of the shape of Okta', () => {
    expect(metadataAddresses(ISSUER)).toEqual([FIRST, SECOND, THIRD])
  })

  it.each([
    ['https://as.example/tenant', 'https://as.example', '/tenant'],
    ['https://as.example/tenant/', 'https://as.example', '/tenant'],
    ['https://as.example:8443/a/b', 'https://as.example:8443', '/a/b'],
    ['https://as.example/oauth2', 'https://as.example', '/oauth2'],
    ['https://as.example/oauth2/a/b', 'https://as.example', '/oauth2/a/b'],
    ['https://as.example/x/oauth2/a', 'https://as.example', '/x/oauth2/a'],
  ])(
    'where OpenID Connect and RFC 8414 have it, for any other: %s [RFC8414-3-suffix]',
    (issuer, origin, path) => {
      expect(metadataAddresses(issuer)).toEqual([
        `${origin}${path}${OPENID}`,
        `${origin}${OAUTH}${path}`,
        `${origin}${path}${OAUTH}`,
      ])
    },
  )

  it.each(['https://as.example', 'https://as.example/'])(
    'at two places where there is no path: %s',
    (issuer) => {
      expect(metadataAddresses(issuer)).toEqual([`https://as.example${OPENID}`, `https://as.example${OAUTH}`])
    },
  )

  it('for the issuer of Okta with a slash at the end too', () => {
    expect(metadataAddresses(`${ISSUER}/`)).toEqual([FIRST, SECOND, THIRD])
  })
})

describe('discovery', () => {
  const look = (script: Scripted, issuer = ISSUER, allowInsecureHttp = false) => {
    const { fetch, asked } = scriptedFetch(script)
    return { found: discover(issuer, exchangeOptions(fetch, { allowInsecureHttp })), asked }
  }

  it('takes the first document that names the issuer, and asks no further', async () => {
    const { found, asked } = look(() => metadata())
    expect(await found).toEqual({ issuer: ISSUER, jwksUri: KEYS })
    expect(asked).toEqual([FIRST])
  })

  it.each<[string, () => Response]>([
    ['says 404', () => status(404)],
    ['says 400', () => status(400)],
    ['says 401', () => status(401)],
    ['says 499', () => status(499)],
    ['shows a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['shows no JSON', () => new Response('{', { headers: { 'content-type': 'application/json' } })],
    ['shows no object', () => Response.json(null)],
    ['shows text', () => Response.json('metadata')],
    ['names no issuer', () => metadata({ issuer: undefined })],
    ['names another issuer', () => metadata({ issuer: `${ISSUER}/` })],
    ['names no keys', () => metadata({ jwks_uri: undefined })],
    [
      'sends us elsewhere',
      () => new Response(null, { status: 302, headers: { location: 'https://login.example' } }),
    ],
  ])('asks at the next place where one %s', async (_title, answer) => {
    const { found, asked } = look((url) => (url === THIRD ? metadata() : answer()))
    expect(await found).toEqual({ issuer: ISSUER, jwksUri: KEYS })
    expect(asked).toEqual([FIRST, SECOND, THIRD])
  })

  it.each<[string, () => Response | Error, string]>([
    ['says 429', () => status(429), 'http_status'],
    ['says 500', () => status(500), 'http_status'],
    ['says 503', () => status(503), 'http_status'],
    ['is out of reach', () => new Error('down'), 'network'],
    [
      'is too large',
      () => new Response('', { headers: { 'content-type': 'text/plain', 'content-length': '1048577' } }),
      'too_large',
    ],
    ['names keys that are not https', () => metadata({ jwks_uri: 'http://as.example/keys' }), 'insecure_url'],
  ])(
    'does not ask on where one %s, since that says nothing about the place',
    async (_title, answer, code) => {
      const { found, asked } = look(answer)
      expect((await remoteFailure(found)).code).toBe(code)
      expect(asked).toEqual([FIRST])
    },
  )

  it('tells what the server asked for where it must wait', async () => {
    const { found } = look(() => status(429, { 'retry-after': '30' }))
    expect(await remoteFailure(found)).toMatchObject({ status: 429, retryAfter: 30, url: FIRST })
  })

  it('tells the first failure where all places are alike', async () => {
    const { found, asked } = look((url) => status(url === FIRST ? 403 : 404))
    expect(await remoteFailure(found)).toMatchObject({ code: 'http_status', status: 403, url: FIRST })
    expect(asked).toHaveLength(3)
  })

  it('tells of a document that is wrong rather than of one that is not there', async () => {
    const { found } = look((url) =>
      url === SECOND ? metadata({ issuer: 'https://other.example' }) : status(404),
    )
    expect(await remoteFailure(found)).toMatchObject({ code: 'issuer_mismatch', url: SECOND })
  })

  it('tells the first of the documents that are wrong', async () => {
    const { found } = look((url) =>
      url === FIRST ? metadata({ issuer: 'https://other.example' }) : Response.json(1),
    )
    expect(await remoteFailure(found)).toMatchObject({ code: 'issuer_mismatch', url: FIRST })
  })

  it.each([
    ['is no object', 1, 'wrong_shape', 'the metadata is not an object'],
    ['is null', null, 'wrong_shape', 'the metadata is not an object'],
    ['names no issuer', { jwks_uri: KEYS }, 'wrong_shape', 'the metadata names no issuer'],
    [
      'names a list of issuers',
      { issuer: [ISSUER], jwks_uri: KEYS },
      'wrong_shape',
      'the metadata names no issuer',
    ],
    [
      'names another issuer',
      { issuer: `${ISSUER}/`, jwks_uri: KEYS },
      'issuer_mismatch',
      'the metadata names another issuer (RFC 8414 section 3.3); compare it with the configured one to the last slash',
    ],
    ['has no jwks_uri', { issuer: ISSUER }, 'wrong_shape', 'the metadata has no jwks_uri'],
    [
      'has a jwks_uri that is no text',
      { issuer: ISSUER, jwks_uri: [KEYS] },
      'wrong_shape',
      'the metadata has no jwks_uri',
    ],
    [
      'has a relative jwks_uri',
      { issuer: ISSUER, jwks_uri: '/keys' },
      'wrong_shape',
      'the metadata has no jwks_uri',
    ],
    [
      'has a jwks_uri in the clear',
      { issuer: ISSUER, jwks_uri: 'http://as.example/keys' },
      'insecure_url',
      'the jwks_uri is not https',
    ],
  ])('says what is wrong with metadata that %s', async (_title, document, code, what) => {
    const { found } = look(() => Response.json(document))
    expect(await remoteFailure(found)).toMatchObject({ code, url: FIRST, message: `${FIRST}: ${what}` })
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
  ])('of %s with keys at %s, http allowed: %s, ends with %s', async (issuer, jwksUri, allowed, code) => {
    const { found } = look(() => Response.json({ issuer, jwks_uri: jwksUri }), issuer, allowed)
    if (code === undefined) expect(await found).toEqual({ issuer, jwksUri })
    else expect((await remoteFailure(found)).code).toBe(code)
  })
})

describe('the place of the keys', () => {
  const DAY = 86_400_000
  const RETRY = 300_000
  const setting = (own: Partial<AuthorizationServerOptions> = {}) => {
    const time = { now: 1_900_000_000_000 }
    const server: { answer: Scripted } = { answer: () => metadata() }
    const { fetch, asked } = scriptedFetch((url) => server.answer(url))
    const configuration = issuerConfiguration(
      { issuer: ISSUER, audience: 'api', clock: () => time.now, fetch, staleIfError: 3_600_000, ...own },
      'issuer',
    )
    const location = new KeyLocation(configuration)
    const options = exchangeOptions(fetch)
    return { time, server, asked, location, options, ask: () => location.jwksUri(options) }
  }
  const down = (): Error => new Error('down')
  const moved = (): Response => metadata({ jwks_uri: `${KEYS}/new` })

  it('is not known before it was asked for', () => {
    const { location, asked } = setting()
    expect(location.isKnown).toBe(false)
    expect(location.lastError).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('is known without asking where it is configured', async () => {
    const { location, asked, ask } = setting({ jwksUri: KEYS })
    expect(location.isKnown).toBe(true)
    expect(await ask()).toBe(KEYS)
    expect(asked).toEqual([])
  })

  it('is asked for once in a day', async () => {
    const { time, server, asked, location, ask } = setting()
    expect(await ask()).toBe(KEYS)
    expect(location.isKnown).toBe(true)
    server.answer = moved
    time.now += DAY - 1
    expect(await ask()).toBe(KEYS)
    expect(asked).toHaveLength(1)
    time.now += 1
    expect(await ask()).toBe(`${KEYS}/new`)
    expect(asked).toHaveLength(2)
  })

  it('is asked for at once where the keys were not to be had there', async () => {
    const { server, asked, location, ask } = setting()
    await ask()
    server.answer = moved
    location.doubt()
    expect(await ask()).toBe(`${KEYS}/new`)
    expect(asked).toHaveLength(2)
    await ask()
    expect(asked).toHaveLength(2)
  })

  it('is not known where the first look fails, and the reason is told', async () => {
    const { server, location, ask } = setting()
    server.answer = down
    const error = await remoteFailure(ask())
    expect(error.code).toBe('network')
    expect(location.lastError).toBe(error)
    expect(location.isKnown).toBe(false)
  })

  it('is asked for again at once where it never was known', async () => {
    const { server, ask } = setting()
    server.answer = down
    await remoteFailure(ask())
    server.answer = () => metadata()
    expect(await ask()).toBe(KEYS)
  })

  it('stays the last good one while discovery fails, which is tried every five minutes', async () => {
    const { time, server, asked, location, ask } = setting()
    await ask()
    server.answer = down
    time.now += DAY
    expect(await ask()).toBe(KEYS)
    expect(location.lastError?.code).toBe('network')
    expect(asked).toHaveLength(2)
    time.now += RETRY - 1
    expect(await ask()).toBe(KEYS)
    expect(asked).toHaveLength(2)
    time.now += 1
    expect(await ask()).toBe(KEYS)
    expect(asked).toHaveLength(3)
    server.answer = moved
    time.now += RETRY
    expect(await ask()).toBe(`${KEYS}/new`)
    expect(location.lastError).toBeUndefined()
  })

  it('is forgotten once it is older than a day and staleIfError together', async () => {
    const { time, server, location, ask } = setting()
    await ask()
    server.answer = down
    time.now += DAY + 3_600_000 - 1
    expect(await ask()).toBe(KEYS)
    time.now += 1
    expect((await remoteFailure(ask())).code).toBe('network')
    expect(location.isKnown).toBe(false)
  })

  it('counts its age from the end of discovery', async () => {
    const { time, server, asked, ask } = setting()
    server.answer = () => {
      time.now += 4_000
      return metadata()
    }
    await ask()
    time.now += DAY - 1
    await ask()
    expect(asked).toHaveLength(1)
    server.answer = down
    time.now += 3_600_000
    expect(await ask()).toBe(KEYS)
    time.now += 1
    await remoteFailure(ask())
  })

  it('is not given out where the look for it took all the time, but is the next time without a look', async () => {
    const { time, server, asked, location, options, ask } = setting()
    await ask()
    time.now += DAY
    const abort = new AbortController()
    server.answer = () => {
      abort.abort()
      return down()
    }
    const error = await remoteFailure(location.jwksUri({ ...options, signal: abort.signal }))
    expect(error.code).toBe('timeout')
    expect(location.lastError).toBe(error)
    expect(await ask()).toBe(KEYS)
    expect(asked).toHaveLength(2)
  })
})
