// What authorization servers do with metadata and key sets, as users of other libraries have reported it in public threads.
import { brotliCompressSync, gzipSync } from 'node:zlib'
import {
  type AccessTokenVerifierOptions,
  AuthorizationServerUnavailableError,
  createAccessTokenVerifier,
  type RemoteDocumentError,
} from '@okta-resource-server/core'
import {
  AUDIENCE,
  keySet,
  NOW,
  outcomeOf,
  serve,
  signingKey,
  signToken,
  type TestServer,
} from '@okta-resource-server/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const KEY = signingKey('RS256')
const OPENID = '/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server'

/** What the server responds for a path. */
interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

let server: TestServer
let paths: string[]
/** The answers that a test sets; anything else is a 404. */
let answers: Record<string, Answer | ((headers: Readonly<Record<string, unknown>>) => Answer)>
/** Closes the verifiers of a test. */
let closing: (() => void)[]

beforeEach(async () => {
  ;[paths, answers, closing] = [[], {}, []]
  server = await serve(({ url = '', headers }, response) => {
    paths.push(url)
    const answer = answers[url]
    const {
      status = answer === undefined ? 404 : 200,
      headers: own = {},
      body = '',
    } = (typeof answer === 'function' ? answer(headers) : answer) ?? {}
    response.writeHead(status, { 'content-type': 'application/json', ...own }).end(body)
  })
})
afterEach(async () => {
  for (const close of closing) close()
  await server.close()
})

const metadata = (issuer: string, jwksUri = `${server.url}/keys`): Answer => ({
  body: JSON.stringify({ issuer, jwks_uri: jwksUri }),
})
const keys = (answer: Answer = {}): Answer => ({ body: JSON.stringify(keySet(KEY)), ...answer })

function verifierOf(issuer: string, options: Partial<AccessTokenVerifierOptions> = {}) {
  const verifier = createAccessTokenVerifier({ issuer, audience: AUDIENCE, profile: 'generic', ...options })
  closing.push(() => verifier.close())
  return verifier
}
function outcome(iss: string, options?: Partial<AccessTokenVerifierOptions>): Promise<string> {
  const clock = () => NOW * 1_000
  return outcomeOf(verifierOf(iss, { clock, ...options }).verify(signToken({ key: KEY, claims: { iss } })))
}
/** Why the keys of an issuer cannot be fetched. */
async function reason(issuer: string, options?: Partial<AccessTokenVerifierOptions>): Promise<string> {
  const error = await verifierOf(issuer, options)
    .ready()
    .then(
      () => undefined,
      (each: unknown) => each,
    )
  expect(error).toBeInstanceOf(AuthorizationServerUnavailableError)
  return ((error as AuthorizationServerUnavailableError).cause as RemoteDocumentError).code
}

describe('a key set', () => {
  test.each([
    'text/html',
    'text/plain',
    'application/octet-stream',
    'binary/octet-stream',
    'application/jwk-set+json',
    'APPLICATION/JSON; charset=UTF-8',
    'application/x-pem-file',
  ])('is JSON, whatever its type says: %s', async (type) => {
    answers = { [OPENID]: metadata(server.url), '/keys': keys({ headers: { 'content-type': type } }) }
    expect(await outcome(server.url)).toBe('accepted')
  })

  test('is compressed, or starts with a byte order mark', async () => {
    const text = JSON.stringify(keySet(KEY))
    for (const answer of [
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) },
      { headers: { 'content-encoding': 'br' }, body: brotliCompressSync(text) },
      { body: `\ufeff${text}` },
    ]) {
      answers = { [OPENID]: metadata(server.url), '/keys': answer }
      expect(await outcome(server.url)).toBe('accepted')
    }
  })

  test('is served only to clients that accept anything, or have another name', async () => {
    const isLiked = (headers: Readonly<Record<string, unknown>>): boolean =>
      String(headers.accept).includes('*/*') && !String(headers['user-agent']).startsWith('node')
    answers = {
      [OPENID]: metadata(server.url),
      '/keys': (headers) => (isLiked(headers) ? keys() : { status: 406 }),
    }
    expect(await outcome(server.url)).toBe('accepted')
  })

  test('needs a header that a custom fetch adds', async () => {
    answers = {
      [OPENID]: metadata(server.url),
      '/keys': ({ authorization }) => (authorization === 'Bearer k8s' ? keys() : { status: 401 }),
    }
    const fetch: typeof globalThis.fetch = (input, init) =>
      globalThis.fetch(input, { ...init, headers: { ...init?.headers, authorization: 'Bearer k8s' } })
    expect(await outcome(server.url)).toBe('keys_unavailable')
    expect(await outcome(server.url, { fetch })).toBe('accepted')
  })

  test('is redirected on the same origin, but not to another', async () => {
    const other = await serve((_request, response) => response.end(JSON.stringify(keySet(KEY))))
    try {
      const redirect = (location: string): Answer => ({ status: 302, headers: { location } })
      answers = { [OPENID]: metadata(server.url), '/keys': redirect('/moved'), '/moved': keys() }
      expect(await outcome(server.url)).toBe('accepted')
      answers = { [OPENID]: metadata(server.url), '/keys': redirect(`${other.url}/keys`) }
      expect(await reason(server.url)).toBe('redirect_refused')
      answers = { [OPENID]: metadata(server.url, `${other.url}/keys`) }
      expect(await outcome(server.url)).toBe('accepted')
    } finally {
      await other.close()
    }
  })

  test.each([
    ['metadata', () => metadata(server.url)],
    ['a map of certificates', () => ({ body: '{"kid":"-----BEGIN CERTIFICATE-----"}' })],
  ])('is %s by mistake', async (_what, answer) => {
    answers = { '/keys': answer() }
    expect(await reason(server.url, { jwksUri: `${server.url}/keys` })).toBe('wrong_shape')
  })
})

describe('metadata', () => {
  test.each([
    ['with openid-configuration only', (path: string) => `${path}${OPENID}`],
    ['with oauth-authorization-server before the path', (path: string) => `${OAUTH}${path}`],
    ['with oauth-authorization-server after the path', (path: string) => `${path}${OAUTH}`],
    ['with openid-configuration before the path', (path: string) => `${OPENID}${path}`],
  ])('%s', async (_title, at) => {
    const issuer = `${server.url}/tenant/a`
    answers = { [at('/tenant/a')]: metadata(issuer), '/keys': keys() }
    expect(await outcome(issuer)).toBe('accepted')
  })

  test.each([401, 403, 405, 410, 502, 503])(
    'behind a front that answers unknown paths with %d',
    async (status) => {
      const issuer = `${server.url}/tenant/a`
      answers = {
        [`/tenant/a${OPENID}`]: { status },
        [`${OAUTH}/tenant/a`]: { status },
        [`/tenant/a${OAUTH}`]: metadata(issuer),
        '/keys': keys(),
      }
      expect(await outcome(issuer)).toBe('accepted')
    },
  )

  test('below an issuer that ends with a slash', async () => {
    const issuer = `${server.url}/application/o/api/`
    answers = { [`/application/o/api${OPENID}`]: metadata(issuer), '/keys': keys() }
    expect(await outcome(issuer)).toBe('accepted')
  })

  test('whose issuer has a slash that tokens do not have', async () => {
    answers = { [OPENID]: metadata(`${server.url}/`), '/keys': keys() }
    expect(await reason(server.url)).toBe('issuer_mismatch')
    expect(await outcome(server.url, { jwksUri: `${server.url}/keys` })).toBe('accepted')
  })

  test('at another address than the issuer, with a query', async () => {
    const issuer = 'https://login.example.com/tenant/v2.0/'
    answers = { '/meta?p=b2c_1_signin': metadata(issuer), '/keys': keys() }
    expect(await outcome(issuer, { metadataUri: `${server.url}/meta?p=b2c_1_signin` })).toBe('accepted')
    answers = { '/meta?p=b2c_1_signin': metadata('https://login.example.com/other/v2.0/'), '/keys': keys() }
    expect(await reason(issuer, { metadataUri: `${server.url}/meta?p=b2c_1_signin` })).toBe('issuer_mismatch')
  })

  test('is not needed if the keys have an address, also of an internal http host', async () => {
    const issuer = 'https://sso.example.com/realms/a'
    const jwksUri = 'http://keycloak.internal:8080/certs'
    const fetch = async (input: unknown): Promise<Response> => {
      expect(String(input)).toBe(jwksUri)
      return Response.json(keySet(KEY))
    }
    expect(() => verifierOf(issuer, { jwksUri })).toThrow(/allowInsecureHttp/)
    expect(await outcome(issuer, { jwksUri, fetch, allowInsecureHttp: true })).toBe('accepted')
  })
})
