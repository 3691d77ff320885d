import { AUDIENCE, ISSUER } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import { createAccessTokenVerifier, INTERNALS, type VerifierInternals } from '../../src/verifier.ts'
import { configurationErrorOf, untyped } from '../support/verifiers.ts'

const API = 'https://api.example.com/v1'
const base = { issuer: ISSUER, audience: AUDIENCE }

function metadataOf(resource: unknown, others: Partial<AccessTokenVerifierOptions> = {}) {
  const options = { ...base, ...others, resource } as AccessTokenVerifierOptions
  const verifier = createAccessTokenVerifier(options) as unknown as { [INTERNALS]: VerifierInternals }
  return verifier[INTERNALS].protectedResource
}
const documentOf = (resource: unknown, others: Partial<AccessTokenVerifierOptions> = {}) =>
  metadataOf(resource, others)?.document
const errorOf = (resource: unknown, others: Partial<AccessTokenVerifierOptions> = {}) =>
  configurationErrorOf(() => metadataOf(resource, others))

describe('the document', () => {
  it('does not exist without the option', () => {
    expect(metadataOf(undefined)).toBeUndefined()
  })

  it('names the resource, its authorization server and how tokens are sent, if the option is a string [PRM-02] [MCP-01]', () => {
    expect(documentOf(API)).toEqual({
      resource: API,
      authorization_servers: [ISSUER],
      bearer_methods_supported: ['header'],
    })
  })

  it('has the further members of the option under the names of RFC 9728 [PRM-04]', () => {
    const resource = {
      resource: API,
      scopes: ['messages:read', 'messages:write', 'messages:read'],
      name: 'Messages',
      documentation: 'https://example.com',
      policy: 'https://example.com/policy',
      termsOfService: 'https://example.com/terms',
      metadata: { 'resource_name#de': 'Nachrichten', authorization_details_types_supported: ['payment'] },
    }
    expect(documentOf(resource)).toEqual({
      resource: API,
      authorization_servers: [ISSUER],
      bearer_methods_supported: ['header'],
      scopes_supported: ['messages:read', 'messages:write'],
      resource_name: 'Messages',
      resource_documentation: 'https://example.com',
      resource_policy_uri: 'https://example.com/policy',
      resource_tos_uri: 'https://example.com/terms',
      'resource_name#de': 'Nachrichten',
      authorization_details_types_supported: ['payment'],
    })
  })

  it('lists the issuers of the verifier, or the authorization servers that are given', () => {
    const issuer = [ISSUER, { issuer: 'https://other.example.com', audience: 'other' }]
    expect(documentOf(API, { issuer })?.authorization_servers).toEqual([ISSUER, 'https://other.example.com'])
    const http = { issuer: 'http://as.internal', allowInsecureHttp: true }
    expect(documentOf(API, http)?.authorization_servers).toEqual(['http://as.internal'])
    const authorizationServers = 'https://login.example.com'
    expect(documentOf({ resource: API, authorizationServers })?.authorization_servers).toEqual([
      'https://login.example.com',
    ])
  })

  it('needs explicit authorization servers if the option issuer does not name their URLs [MCP-01]', () => {
    const resolver = { issuer: () => undefined }
    const named = { issuer: 'accounts.example', jwksUri: 'https://keys.example.com/keys' }
    const mixed = { issuer: [ISSUER, named] }
    const likeUrl = { ...named, issuer: 'urn:https://as.example' }
    for (const others of [resolver, named, mixed, likeUrl]) {
      expect(errorOf(API, others)).toMatchObject({
        code: 'option_missing',
        option: 'resource.authorizationServers',
        message: expect.stringContaining('set it to the issuers that clients can use'),
      })
      const resource = { resource: API, authorizationServers: ['https://login.example.com/a'] }
      expect(documentOf(resource, others)?.authorization_servers).toEqual(['https://login.example.com/a'])
    }
  })

  it('is not reached by later changes of the option', () => {
    const scopes = ['messages:read']
    const metadata = { 'resource_name#de': 'Nachrichten' }
    const document = documentOf({ resource: API, scopes, metadata })
    scopes.push('admin')
    metadata['resource_name#de'] = 'changed'
    expect(document).toMatchObject({ scopes_supported: ['messages:read'], 'resource_name#de': 'Nachrichten' })
  })

  it('leaves out what is not set [PRM-03]', () => {
    const document = documentOf({ resource: API, scopes: undefined, name: undefined, metadata: undefined })
    expect(Object.keys(document ?? {})).toEqual([
      'resource',
      'authorization_servers',
      'bearer_methods_supported',
    ])
  })
})

describe('the URL of the document', () => {
  it.each([
    ['https://api.example.com', 'https://api.example.com/.well-known/oauth-protected-resource'],
    ['https://api.example.com/', 'https://api.example.com/.well-known/oauth-protected-resource'],
    ['https://api.example.com/v1', 'https://api.example.com/.well-known/oauth-protected-resource/v1'],
    ['https://api.example.com/v1/', 'https://api.example.com/.well-known/oauth-protected-resource/v1/'],
    [
      'https://api.example.com:8443/a/b',
      'https://api.example.com:8443/.well-known/oauth-protected-resource/a/b',
    ],
    ['https://api.example.com/v1?a=b', 'https://api.example.com/.well-known/oauth-protected-resource/v1?a=b'],
    ['https://api.example.com/?a=b', 'https://api.example.com/.well-known/oauth-protected-resource?a=b'],
    ['http://localhost:3000/mcp', 'http://localhost:3000/.well-known/oauth-protected-resource/mcp'],
  ])('has the well-known path between host and path: %s [PRM-01]', (resource, url) => {
    expect(metadataOf(resource)?.metadataUrl).toBe(url)
  })

  it.each(['HTTPS://API.Example.com/v1', 'https://api.example.com/a/../b', 'https://api.example.com/ä'])(
    'comes from a valid form of the identifier %s, which stays as it is in the document [PRM-02] [MCP-11]',
    (resource) => {
      expect(documentOf(resource)?.resource).toBe(resource)
      expect(metadataOf(resource)?.metadataUrl).toMatch(
        /^https:\/\/api\.example\.com\/[\x21\x23-\x5b\x5d-\x7e]+$/,
      )
    },
  )
})

describe('a wrong option resource', () => {
  it.each([
    ['null', null, 'resource'],
    ['an empty string', '', 'resource'],
    ['a list', [API], 'resource'],
    ['a number', 1, 'resource'],
    ['a name that is no URL', 'api://default', 'resource'],
    ['an http URL', 'http://api.example.com', 'resource'],
    ['a fragment', `${API}#a`, 'resource'],
    ['an empty fragment', `${API}#`, 'resource'],
    ['a user name', 'https://user@api.example.com', 'resource'],
    ['a placeholder', 'https://{yourDomain}/v1', 'resource'],
    ['an object without resource', {}, 'resource.resource'],
    ['a resource that is no URL', { resource: 'api' }, 'resource.resource'],
    ['an empty list of scopes', { resource: API, scopes: [] }, 'resource.scopes'],
    ['a scope with a space', { resource: API, scopes: ['a b'] }, 'resource.scopes'],
    ['a name that is empty', { resource: API, name: '' }, 'resource.name'],
    ['a name that is white space', { resource: API, name: ' ' }, 'resource.name'],
    ['a name that is a placeholder', { resource: API, name: '{name}' }, 'resource.name'],
    ['a name that is no text', { resource: API, name: 1 }, 'resource.name'],
    ['documentation that is no URL', { resource: API, documentation: 'docs' }, 'resource.documentation'],
    ['a policy that is no URL', { resource: API, policy: '/policy' }, 'resource.policy'],
    ['terms of service that are no URL', { resource: API, termsOfService: null }, 'resource.termsOfService'],
    ['no authorization server', { resource: API, authorizationServers: [] }, 'resource.authorizationServers'],
    [
      'an authorization server that is no URL',
      { resource: API, authorizationServers: ['login'] },
      'resource.authorizationServers',
    ],
    [
      'an authorization server with a query',
      { resource: API, authorizationServers: ['https://a.example?b'] },
      'resource.authorizationServers',
    ],
    ['metadata that is a list', { resource: API, metadata: [] }, 'resource.metadata'],
    ['metadata that is no JSON', { resource: API, metadata: { a: 1n } }, 'resource.metadata'],
  ])('%s is refused, and the message names the option', (_what, resource, option) => {
    const error = errorOf(resource)
    expect(error).toMatchObject({ option })
    expect(error.message).toContain(option)
  })

  it('an unknown member is refused with a hint', () => {
    expect(errorOf({ resource: API, scope: ['a'] })).toMatchObject({
      code: 'option_unknown',
      option: 'resource.scope',
      message: expect.stringContaining('did you mean scopes?'),
    })
  })

  it('offline_access is no scope of an API [MCP-10]', () => {
    const error = errorOf({ resource: API, scopes: ['messages:read', 'offline_access'] })
    expect(error).toMatchObject({
      option: 'resource.scopes',
      message: expect.stringContaining('offline_access'),
    })
  })

  it.each([undefined, null, '', [], {}, Number.NaN, Symbol('a'), () => 'a'])(
    'a further member that is empty or no JSON, %o, is refused [PRM-03]',
    (empty) => {
      expect(errorOf({ resource: API, metadata: { extension: empty } })).toMatchObject({
        option: 'resource.metadata',
        message: expect.stringContaining('extension is empty'),
      })
    },
  )

  it('a further member that another option determines is refused', () => {
    for (const [member, use] of [
      ['resource', 'resource.resource'],
      ['scopes_supported', 'resource.scopes'],
      ['dpop_bound_access_tokens_required', 'dpop'],
      ['tls_client_certificate_bound_access_tokens', 'mtls'],
    ] as const) {
      const { message } = errorOf({ resource: API, metadata: { [member]: 'x' } })
      expect(message).toContain(`must not contain ${member}; use ${use}`)
    }
  })

  it.each([[['RS256', 'none']], [['NONE']], ['RS256']])(
    'signing algorithms %j of responses are refused: a list without none is needed [PRM-03]',
    (algorithms) => {
      const metadata = { resource_signing_alg_values_supported: algorithms }
      expect(errorOf({ resource: API, metadata }).option).toBe(
        'resource.metadata.resource_signing_alg_values_supported',
      )
    },
  )

  it('signing algorithms of responses are accepted as a list', () => {
    const metadata = { resource_signing_alg_values_supported: ['RS256', 'ES256'] }
    expect(documentOf({ resource: API, metadata })).toMatchObject(metadata)
  })

  it('a jwks_uri that is no https URL is refused', () => {
    for (const jwks_uri of ['http://api.example.com/keys', '/keys', 1]) {
      expect(errorOf({ resource: API, metadata: { jwks_uri } }).option).toBe('resource.metadata.jwks_uri')
    }
    const jwks_uri = 'https://api.example.com/keys'
    expect(documentOf({ resource: API, metadata: { jwks_uri } })).toMatchObject({ jwks_uri })
  })

  it('an http URL is accepted with allowInsecureHttp', () => {
    expect(documentOf('http://api.internal', { allowInsecureHttp: true })?.resource).toBe(
      'http://api.internal',
    )
  })

  it('the option belongs to the verifier, not to one issuer', () => {
    const options = untyped({ ...base, issuer: [{ issuer: ISSUER, resource: API }] })
    expect(configurationErrorOf(() => createAccessTokenVerifier(options)).option).toBe('issuer[0].resource')
  })
})
