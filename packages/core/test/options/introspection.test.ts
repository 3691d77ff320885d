import { generateKeyPairSync } from 'node:crypto'
import { signingKey } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { configure } from '../../src/options/options.ts'
import { base, create, errorOf, secret } from '../support/introspection.ts'

const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })

describe('the option introspection', () => {
  it.each<[string, object]>([
    ['a secret', secret],
    ['a secret with braces and angle brackets', { ...secret, clientSecret: 'p{4}w<d>' }],
    ['a secret that ends with braces', { ...secret, clientSecret: 'p{4}' }],
    ['a secret that starts with braces', { ...secret, clientSecret: '{4}p' }],
    ['a secret that starts with angle brackets', { ...secret, clientSecret: '<d>p' }],
    ['a secret in the body', { ...secret, authenticationMethod: 'client_secret_post' }],
    ['a private key', { clientId: 'api', privateKey }],
    ['a client certificate', { clientId: 'api', authenticationMethod: 'tls_client_auth' }],
    [
      'a self-signed client certificate',
      { clientId: 'api', authenticationMethod: 'self_signed_tls_client_auth' },
    ],
    ['answers that are kept for a second', { ...secret, cacheMaxAge: 1_000 }],
    ['an endpoint on another host', { ...secret, endpoint: 'https://other.example.com/introspect?a=b' }],
    [
      'everything',
      {
        ...secret,
        when: 'always',
        signedResponse: true,
        cacheMaxAge: 0,
        negativeCacheMaxAge: 0,
        timeoutDuration: 1,
        concurrency: 1,
        maxCallsPerMinute: 1,
      },
    ],
    [
      'members that are undefined',
      { ...secret, privateKey: undefined, when: undefined, endpoint: undefined },
    ],
  ])('can have %s', (_title, introspection) => {
    create({ introspection })
  })

  it.each<[string, unknown, string, RegExp]>([
    ['no object', true, 'introspection', /must be an object/],
    ['null', null, 'introspection', /must be an object/],
    ['a list', [secret], 'introspection', /must be an object/],
    ['an unknown member', { ...secret, client_id: 'a' }, 'introspection.client_id', /did you mean clientId/],
    ['no client', { clientSecret: 's' }, 'introspection.clientId', /must be the client id/],
    ['an empty client', { ...secret, clientId: '' }, 'introspection.clientId', /must be the client id/],
    [
      'no credentials',
      { clientId: 'api' },
      'introspection.clientSecret',
      /is missing; client_secret_basic needs it/,
    ],
    ['an empty secret', { ...secret, clientSecret: '' }, 'introspection.clientSecret', /must be the secret/],
    [
      'a placeholder as secret',
      { ...secret, clientSecret: '{clientSecret}' },
      'introspection.clientSecret',
      /placeholder/,
    ],
    [
      'a secret with white space',
      { ...secret, clientSecret: 'a\n' },
      'introspection.clientSecret',
      /white space/,
    ],
    [
      'a secret and a key',
      { ...secret, privateKey },
      'introspection.clientSecret',
      /is not used by private_key_jwt/,
    ],
    [
      'no method of authentication',
      { ...secret, authenticationMethod: null },
      'introspection.authenticationMethod',
      /must be one of client_secret_basic/,
    ],
    [
      'a secret for mutual TLS',
      { ...secret, authenticationMethod: 'tls_client_auth' },
      'introspection.clientSecret',
      /is not used/,
    ],
    [
      'a secret for mutual TLS with a self-signed certificate',
      { ...secret, authenticationMethod: 'self_signed_tls_client_auth' },
      'introspection.clientSecret',
      /is not used/,
    ],
    [
      'a key for another method',
      { clientId: 'a', privateKey, authenticationMethod: 'client_secret_post' },
      'introspection.privateKey',
      /is not used/,
    ],
    [
      'a method that needs a key',
      { ...secret, clientSecret: undefined, authenticationMethod: 'private_key_jwt' },
      'introspection.privateKey',
      /is missing/,
    ],
    [
      'an unknown method',
      { ...secret, authenticationMethod: 'client_secret_jwt' },
      'introspection.authenticationMethod',
      /must be one of client_secret_basic/,
    ],
    [
      'a public key',
      { clientId: 'a', privateKey: signingKey().jwk },
      'introspection.privateKey',
      /must be a private key as a JWK/,
    ],
    [
      'a symmetric key',
      { clientId: 'a', privateKey: { kty: 'oct', k: 'AAAA' } },
      'introspection.privateKey',
      /must be a private key/,
    ],
    [
      'an RSA key that is too short to sign',
      {
        clientId: 'a',
        privateKey: generateKeyPairSync('rsa', { modulusLength: 2_040 }).privateKey.export({ format: 'jwk' }),
      },
      'introspection.privateKey',
      /fewer than 2,048 bits/,
    ],
    ['a PEM', { clientId: 'a', privateKey: '-----BEGIN' }, 'introspection.privateKey', /createPrivateKey/],
    [
      'a key with an algorithm that does not fit',
      { clientId: 'a', privateKey: { ...privateKey, alg: 'RS256' } },
      'introspection.privateKey',
      /does not fit/,
    ],
    [
      'an unknown mode',
      { ...secret, when: 'never' },
      'introspection.when',
      /must be one of opaque, always, only/,
    ],
    [
      'a text for a flag',
      { ...secret, signedResponse: 'yes' },
      'introspection.signedResponse',
      /must be true or false/,
    ],
    [
      'an endpoint that is no URL',
      { ...secret, endpoint: '/introspect' },
      'introspection.endpoint',
      /absolute URL/,
    ],
    [
      'an endpoint that is not https',
      { ...secret, endpoint: 'http://as.example.com/i' },
      'introspection.endpoint',
      /must start with https/,
    ],
    [
      'an endpoint with a password',
      { ...secret, endpoint: 'https://a:b@as.example.com/i' },
      'introspection.endpoint',
      /user name or password/,
    ],
    [
      'a cacheMaxAge below a second',
      { ...secret, cacheMaxAge: 500 },
      'introspection.cacheMaxAge',
      /0, or at least 1000/,
    ],
    [
      'a negative cacheMaxAge',
      { ...secret, cacheMaxAge: -1 },
      'introspection.cacheMaxAge',
      /number of milliseconds/,
    ],
    [
      'a text as negativeCacheMaxAge',
      { ...secret, negativeCacheMaxAge: '1' },
      'introspection.negativeCacheMaxAge',
      /number of milliseconds/,
    ],
    ['no time', { ...secret, timeoutDuration: 0 }, 'introspection.timeoutDuration', /number of milliseconds/],
    ['no concurrency', { ...secret, concurrency: 0 }, 'introspection.concurrency', /integer from 1 to 1000/],
    [
      'endless calls',
      { ...secret, maxCallsPerMinute: Number.POSITIVE_INFINITY },
      'introspection.maxCallsPerMinute',
      /integer from 1 to 100000/,
    ],
  ])('cannot be %s', (_title, introspection, option, message) => {
    const error = errorOf({ introspection })
    expect(error.option).toBe(option)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('canary-secret')
  })

  it('has defaults', () => {
    const { issuers } = configure({ ...base, introspection: secret })
    expect(issuers.get(base.issuer)?.introspection).toEqual({
      ...{ ...secret, privateKey: undefined, method: 'client_secret_basic', endpoint: undefined },
      ...{ when: 'opaque', isOkta: false, signedResponse: false },
      ...{ cacheMaxAge: 30_000, negativeCacheMaxAge: 10_000, timeoutDuration: 5_000 },
      ...{ concurrency: 10, maxCallsPerMinute: 1_000 },
    })
    expect(errorOf({ introspection: { clientId: 'api' } }).code).toBe('option_missing')
  })

  it('needs an endpoint where no metadata can be fetched', () => {
    const jwks = { keys: [signingKey().jwk] }
    expect(errorOf({ issuer: 'accounts.example.com', jwks, introspection: secret })).toMatchObject({
      option: 'introspection.endpoint',
      code: 'option_missing',
    })
    for (const issuer of ['http://as.example.com', 'urn:example:as']) {
      expect(errorOf({ issuer, jwks, introspection: secret }).option).toBe('introspection.endpoint')
    }
    const named = { issuer: 'urn:example:as', jwks, introspection: secret, allowInsecureHttp: true }
    expect(errorOf(named).option).toBe('introspection.endpoint')
    create({ issuer: 'http://localhost:8080', jwks, introspection: secret })
    create({ issuer: 'http://as.example.com', jwks, introspection: secret, allowInsecureHttp: true })
    create({ issuer: 'urn:example:as', metadataUri: base.issuer, introspection: secret })
    create({
      issuer: 'accounts.example.com',
      jwks,
      introspection: { ...secret, endpoint: 'https://a.example/i' },
    })
    create({ jwks, introspection: secret })
  })
})
