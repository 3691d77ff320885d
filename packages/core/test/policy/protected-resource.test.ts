import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { metadataResponse, sendMetadata } from '../../src/adapter.ts'
import { type AccessTokenVerifierOptions, configure } from '../../src/options/options.ts'
import { type ProtectedResource, protectedResourceFrom } from '../../src/policy/protected-resource.ts'
import { refusalHeaders } from '../../src/refusal/challenge.ts'
import { InsufficientScopeError, InvalidTokenError, MissingTokenError } from '../../src/refusal/errors.ts'
import { errorResponse } from '../../src/refusal/response.ts'
import { makeVerifier, requestWith } from '../support/verifiers.ts'

const API = 'https://api.example.com/v1'
const PATH = '/.well-known/oauth-protected-resource/v1'

const configuration = (resource: string, options: Partial<AccessTokenVerifierOptions> = {}) =>
  configure({
    ...{ issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default', resource },
    ...options,
  })
const resourceOf = (identifier: string): ProtectedResource =>
  protectedResourceFrom(configuration(identifier)) as ProtectedResource
const answer = (url: unknown, method: unknown = 'GET', identifier = API) =>
  metadataResponse(resourceOf(identifier), { method, url } as never)

const server = async (): Promise<string> => {
  const resource = resourceOf(API)
  const http = createServer((request, response) => {
    // What a router does for a middleware that is mounted under a path.
    const mounted = Object.assign(request, { originalUrl: String(request.url), url: '/' })
    if (!sendMetadata(resource, mounted, response)) response.writeHead(418).end('left alone')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void http.close())
  await once(http, 'listening')
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

describe('sendMetadata', () => {
  it('sends the document with its headers', async () => {
    const response = await fetch((await server()) + PATH)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({ resource: API })
  })

  it('leaves every other request alone', async () => {
    const response = await fetch(`${await server()}/v1/messages`)
    expect([response.status, await response.text()]).toEqual([418, 'left alone'])
  })
})

describe('a request for the document', () => {
  it('is answered with JSON that can be cached and read from every origin [PRM-01] [PRM-04] [PRM-06]', () => {
    const response = answer(PATH)
    expect(response?.status).toBe(200)
    expect(response?.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
    })
    expect(JSON.parse(response?.body ?? '')).toMatchObject({ resource: API })
  })

  it('with HEAD gets the same headers without a body', () => {
    const { headers } = answer(PATH) ?? {}
    expect(answer(PATH, 'HEAD')).toEqual({ status: 200, headers, body: null })
  })

  it('may be preceded by a preflight request, since MCP clients send the header MCP-Protocol-Version', () => {
    const response = answer(PATH, 'OPTIONS')
    expect(response).toMatchObject({ status: 204, body: null })
    expect(response?.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': '*',
      'access-control-max-age': '86400',
    })
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'get', undefined])('with method %s is left alone', (method) => {
    expect(metadataResponse(resourceOf(API), { method, url: PATH })).toBeUndefined()
  })

  const urls = [`https://other.example.com${PATH}`, `http://other.example.com${PATH}`]
  it.each([PATH, `${PATH}/`, `${PATH}?a=b`, `${PATH}?`, ...urls, `${PATH}#a`])(
    'is recognised by its path, with or without a slash at the end: %s',
    (url) => {
      expect(answer(url)?.status).toBe(200)
    },
  )

  it.each([
    '/',
    '/v1',
    '',
    undefined,
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/',
    `${PATH}//`,
    `/${PATH}`,
    `//evil.example.com${PATH}`,
    `${PATH}/x`,
    `${PATH}x`,
    `/v1${PATH}`,
    `/x/..${PATH}`,
    '/.well-known/oauth-protected-resource/V1',
    '/.WELL-KNOWN/oauth-protected-resource/v1',
    '/.well-known/oauth-protected-resource/%76%31',
    '/.well-known/oauth-protected-resource%2Fv1',
    '/.well-known\\oauth-protected-resource\\v1',
    `/?${PATH}`,
    `ftp://api.example.com${PATH}`,
    `${PATH};a`,
    `${PATH}%00`,
  ])('is not recognised by another path: %s', (url) => {
    expect(answer(url)).toBeUndefined()
  })

  it('of a resource whose path ends with a slash is answered with and without it', () => {
    for (const url of [PATH, `${PATH}/`]) {
      expect(JSON.parse(answer(url, 'GET', `${API}/`)?.body ?? '')).toMatchObject({ resource: `${API}/` })
    }
  })

  it('of a resource without a path is answered with and without a slash', () => {
    for (const url of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/']) {
      for (const identifier of ['https://api.example.com', 'https://api.example.com/']) {
        expect(JSON.parse(answer(url, 'GET', identifier)?.body ?? '')).toMatchObject({ resource: identifier })
      }
    }
  })

  it('of a resource with a query needs this query [PRM-01]', () => {
    for (const url of [`${PATH}?tenant=a`, `${PATH}/?tenant=a`]) {
      expect(answer(url, 'GET', `${API}?tenant=a`)?.status).toBe(200)
    }
    for (const url of [PATH, `${PATH}?tenant=b`, `${PATH}?tenant=a&b`]) {
      expect(answer(url, 'GET', `${API}?tenant=a`)).toBeUndefined()
    }
  })
})

it('a response can be made into one of the Fetch API', async () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    const found = answer(`https://api.example.com${PATH}`, method)
    const response = new Response(found?.body ?? null, found)
    expect(response.status).toBe(method === 'OPTIONS' ? 204 : 200)
    expect(await response.text()).toBe(method === 'GET' ? found?.body : '')
  }
})

describe('the members about possession', () => {
  const documentWith = (schemes: readonly ('Bearer' | 'DPoP')[], proofAlgorithms: readonly string[]) => {
    const given = configuration(API)
    const challengePolicy = { ...given.challengePolicy, schemes, proofAlgorithms }
    return protectedResourceFrom({ ...given, challengePolicy })?.document
  }

  it.each([[[]], [['ES256']]])(
    'are missing if DPoP is not advertised, whatever proofs are accepted: %j [PRM-06]',
    (proofAlgorithms) => {
      const names = Object.keys(documentWith(['Bearer'], proofAlgorithms) ?? {})
      expect(names.filter((name) => /^(?:dpop|tls)_/.test(name))).toEqual([])
    },
  )

  it('say which algorithms proofs may have, and whether tokens must be bound [PRM-06]', () => {
    expect(documentWith(['Bearer', 'DPoP'], ['ES256'])).toMatchObject({
      dpop_signing_alg_values_supported: ['ES256'],
    })
    expect(documentWith(['Bearer', 'DPoP'], ['ES256'])).not.toHaveProperty(
      'dpop_bound_access_tokens_required',
    )
    expect(documentWith(['DPoP'], ['ES256'])).toMatchObject({ dpop_bound_access_tokens_required: true })
  })
})

it.each([
  [{}, undefined],
  [{ mtls: 'allowed' }, true],
  [{ mtls: 'required' }, true],
] as const)('the member about client certificates follows from %j [PRM-06]', (options, expected) => {
  const document = protectedResourceFrom(configuration(API, options))?.document
  expect(document?.tls_client_certificate_bound_access_tokens).toBe(expected)
})

describe('the challenge', () => {
  const verifier = makeVerifier({ resource: API })
  const challengeOf = async (call: () => Promise<unknown>): Promise<string> =>
    errorResponse(await refusalOf(call)).headers['www-authenticate'] as string
  const named = 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/v1"'

  it.each([
    ['400', () => verifier.authenticate({ headers: {}, url: '/?access_token=a' })],
    ['401 without a token', () => verifier.authenticate({ headers: {} })],
    ['401 with another scheme', () => verifier.authenticate({ headers: { authorization: 'Basic YTpi' } })],
    ['401 with a bad token', () => verifier.verify('a.b.c')],
    ['401 with an expired token', () => verifier.verify(signToken({ claims: { exp: 1 } }))],
    ['403', () => verifier.authenticate(requestWith(signToken()), { scopes: ['admin'] })],
    ['403 for a claim', () => verifier.verify(signToken(), { claims: { tenant: 'a' } })],
  ])('of a %s names the document [PRM-05] [MCP-02]', async (_what, call) => {
    const challenge = await challengeOf(call)
    expect(challenge).toContain(named)
    expect(challenge).toMatch(/^Bearer [^ ]/)
    expect(challenge).not.toContain('\\')
  })

  it('does not name a document without the option', async () => {
    expect(await challengeOf(() => makeVerifier().authenticate({ headers: {} }))).not.toContain(
      'resource_metadata',
    )
  })
})

describe('a challenge of two schemes', () => {
  const policy = {
    realm: 'api',
    schemes: ['Bearer', 'DPoP'] as const,
    proofAlgorithms: ['ES256', 'RS256'],
    resourceMetadata: `https://api.example.com${PATH}`,
  }
  /** As MCP clients read it: the first scheme decides, then the first parameter of a name counts, without unescaping. */
  const read = (challenge: string, name: string): string | undefined =>
    /^Bearer [^ ]/.test(challenge) ? new RegExp(`${name}="([^"]+)"`).exec(challenge)?.[1] : undefined

  it.each([
    new MissingTokenError(),
    new InvalidTokenError('token_expired'),
    new InsufficientScopeError('insufficient_scope', 'scopes', ['a', 'b']),
  ])('begins with Bearer, and each scheme names the document: $code [PRM-05] [MCP-02] [MCP-08]', (error) => {
    for (const used of ['Bearer', 'DPoP', undefined] as const) {
      const credentials = used && { scheme: used, newNonce: undefined }
      const challenge = refusalHeaders(error, policy, credentials)['www-authenticate'] as string
      expect(read(challenge, 'resource_metadata')).toBe(policy.resourceMetadata)
      expect(read(challenge, 'error')).toBe(error.error)
      expect(read(challenge, 'scope')).toBe(error instanceof InsufficientScopeError ? 'a b' : undefined)
      expect(challenge.split('resource_metadata=')).toHaveLength(3)
      expect(challenge).not.toContain('\\')
    }
  })
})

it('the option does not change the audience', async () => {
  const verifier = makeVerifier({ resource: API })
  expect((await verifier.verify(signToken())).claims.aud).toBe('api://default')
  expect((await refusalOf(() => verifier.verify(signToken({ claims: { aud: API } })))).code).toBe(
    'audience_mismatch',
  )
})
