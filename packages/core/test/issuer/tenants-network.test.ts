import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  AUDIENCE,
  keySet,
  outcomeOf,
  refusalOf,
  type SigningKey,
  signingKey,
} from '@okta-resource-server/testing'
import { serve } from '@okta-resource-server/testing/vitest'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  RemoteDocumentError,
} from '../../src/index.ts'
import { KEY, tokenOf } from '../support/tenants.ts'
import { pass, stopTime } from '../support/time.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => boolean

/** An authorization server with a tenant at each path. A request that `handle` answers does not reach it. */
async function startServer(handle: Handle = () => false, key: SigningKey = KEY) {
  const paths: string[] = []
  const server = { handle, origin: '' }
  server.origin = await serve((request, response) => {
    const { url: path = '' } = request
    paths.push(path)
    if (server.handle(request, response)) return
    const [, name] = /^\/(\w+)\/\.well-known\/openid-configuration$/.exec(path) ?? []
    const issuer = `${server.origin}/${name}`
    const document = name === undefined ? keySet(key) : { issuer, jwks_uri: `${issuer}/keys` }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
  })
  return Object.assign(server, { paths })
}

const status =
  (code: number): Handle =>
  (_request, response) => {
    response.writeHead(code).end()
    return true
  }

function createVerifier(options: Partial<AccessTokenVerifierOptions> = {}): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({ issuer: () => ({}), audience: AUDIENCE, ...options })
  onTestFinished(() => verifier.close())
  return verifier
}
const outcome = (verifier: AccessTokenVerifier, iss: string, key?: SigningKey): Promise<string> =>
  outcomeOf(verifier.verify(tokenOf(iss, key)))

describe('an issuer that a function finds', () => {
  it('is discovered over the network, once', async () => {
    stopTime()
    const server = await startServer()
    const verifier = createVerifier()
    const iss = `${server.origin}/one`
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcome(verifier, iss)))
    expect(new Set(outcomes)).toEqual(new Set(['accepted']))
    expect(server.paths).toEqual(['/one/.well-known/openid-configuration', '/one/keys'])
  })

  it('is not contacted if the function does not know it, however it looks', async () => {
    stopTime()
    const server = await startServer()
    const known = `${server.origin}/one`
    const verifier = createVerifier({ issuer: (iss) => (iss === known ? {} : undefined) })
    for (const iss of [
      `${server.origin}/two`,
      `${known}/`,
      `${server.origin}/two/../one`,
      `${server.origin}/%2e/one`,
      `${known}?x`,
      known.replace('127.0.0.1', '127.1'),
      known.replace('127.0.0.1', 'localhost'),
    ]) {
      expect(await outcome(verifier, iss)).toBe('issuer_not_allowed')
    }
    expect(server.paths).toEqual([])
  })

  it('must publish exactly this issuer', async () => {
    stopTime()
    const server = await startServer()
    server.handle = ({ url }, response) => {
      if (url?.endsWith('/keys')) return false
      const other = `${server.origin}/other`
      response.end(JSON.stringify({ issuer: other, jwks_uri: `${server.origin}/one/keys` }))
      return true
    }
    expect(await outcome(createVerifier(), `${server.origin}/one`)).toBe('issuer_not_allowed')
    expect(server.paths).not.toContain('/one/keys')
  })

  it('may have keys on its host only, unless the function lists another host', async () => {
    stopTime()
    const attacker = signingKey('ES256', 'attacker')
    const [server, other] = [await startServer(), await startServer(undefined, attacker)]
    const iss = `${server.origin}/one`
    server.handle = ({ url }, response) => {
      if (url?.endsWith('/keys')) return false
      response.end(JSON.stringify({ issuer: iss, jwks_uri: `${other.origin}/keys` }))
      return true
    }
    expect(await outcome(createVerifier(), iss, attacker)).toBe('issuer_not_allowed')
    expect(other.paths).toEqual([])
    const { host } = new URL(other.origin)
    const listed = createVerifier({ issuer: () => ({ jwksHosts: [host] }) })
    expect(await outcome(listed, iss, attacker)).toBe('accepted')
    const explicit = createVerifier({ issuer: () => ({ jwksUri: `${other.origin}/keys` }) })
    expect(await outcome(explicit, iss, attacker)).toBe('accepted')
    const fixed = createVerifier({ issuer: iss })
    expect(await outcome(fixed, iss, attacker)).toBe('accepted')
  })

  it('is not led to another host by a redirect', async () => {
    stopTime()
    const [server, other] = [await startServer(), await startServer()]
    server.handle = ({ url }, response) => {
      response.writeHead(302, { location: `${other.origin}${url}` }).end()
      return true
    }
    expect(await outcome(createVerifier(), `${server.origin}/one`)).toBe('issuer_not_allowed')
    expect(other.paths).toEqual([])
  })

  it('can have its metadata elsewhere, where the function says', async () => {
    stopTime()
    const server = await startServer()
    server.handle = ({ url }, response) => {
      if (url !== '/meta?tenant=one') return false
      response.end(JSON.stringify({ issuer: 'tenant-one', jwks_uri: `${server.origin}/keys` }))
      return true
    }
    const verifier = createVerifier({
      issuer: () => ({ metadataUri: `${server.origin}/meta?tenant=one` }),
    })
    expect(await outcome(verifier, 'tenant-one')).toBe('accepted')
    expect(await outcome(verifier, 'tenant-two')).toBe('issuer_not_allowed')
    expect(server.paths).toEqual(['/meta?tenant=one', '/keys', '/meta?tenant=one'])
  })
})

describe('an issuer that a function finds, but whose keys cannot be fetched,', () => {
  it.each<[string, Handle]>([
    ['does not exist', status(404)],
    ['is not public', status(401)],
    ['publishes a page', (_request, response) => Boolean(response.end('<html>'))],
    [
      'publishes no keys',
      ({ url }, response) => url?.endsWith('/keys') === true && Boolean(response.end('{"keys":[]}')),
    ],
  ])('is refused like an unknown one if it %s', async (_title, handle) => {
    stopTime()
    const calls: string[] = []
    const server = await startServer(handle)
    const verifier = createVerifier({
      issuer: (iss) => {
        calls.push(iss)
        return {}
      },
    })
    const iss = `${server.origin}/one`
    expect(await outcome(verifier, iss)).toBe('issuer_not_allowed')
    const requests = server.paths.length
    pass(59_999)
    expect(await outcome(verifier, iss)).toBe('issuer_not_allowed')
    expect(server.paths).toHaveLength(requests)
    expect(calls).toHaveLength(1)
    server.handle = () => false
    pass(1)
    expect(await outcome(verifier, iss)).toBe('accepted')
  })

  it('is refused like an unknown one if its host does not exist', async () => {
    stopTime()
    const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    const fetch = (): Promise<never> => Promise.reject(new TypeError('fetch failed', { cause: notFound }))
    expect(await outcome(createVerifier({ fetch }), 'https://made-up.example')).toBe('issuer_not_allowed')
  })

  it.each([
    ['with an error without a cause', new Error('no route')],
    ['with no error', undefined],
  ])('is a 503 if the fetch of the application fails %s', async (_title, reason) => {
    stopTime()
    const fetch = (): Promise<never> => Promise.reject(reason)
    const refusal = await refusalOf(createVerifier({ fetch }).verify(tokenOf('https://as.example/one')))
    expect(refusal).toMatchObject({ code: 'metadata_unavailable', status: 503 })
  })

  it.each<[string, Handle]>([
    ['responds with 500', status(500)],
    ['responds with 429', status(429)],
    ['closes the connection', ({ socket }) => Boolean(socket.destroy())],
    ['does not respond', () => true],
  ])('is a 503 if the server %s, and is left alone for as long', async (_title, handle) => {
    stopTime()
    const server = await startServer(handle)
    const verifier = createVerifier({ timeoutDuration: 1_000 })
    const iss = `${server.origin}/one`
    const refusal = await refusalOf(verifier.verify(tokenOf(iss)))
    expect(refusal).toMatchObject({ code: 'metadata_unavailable', status: 503, retryAfter: 60 })
    expect(refusal.cause).toBeInstanceOf(RemoteDocumentError)
    const requests = server.paths.length
    server.handle = () => false
    pass(59_500)
    expect(await refusalOf(verifier.verify(tokenOf(iss)))).toMatchObject({ status: 503, retryAfter: 1 })
    expect(server.paths).toHaveLength(requests)
    pass(500)
    expect(await outcome(verifier, iss)).toBe('accepted')
  })

  it('is verified for as long as its last keys may be used, once it has verified a token', async () => {
    stopTime()
    const server = await startServer()
    const verifier = createVerifier()
    const iss = `${server.origin}/one`
    expect(await outcome(verifier, iss)).toBe('accepted')
    server.handle = status(500)
    pass(12 * 3_600_000)
    expect(await outcome(verifier, iss)).toBe('accepted')
    expect(verifier.status()).toMatchObject({ ready: true, issuers: [{ issuer: iss }] })
  })
})
