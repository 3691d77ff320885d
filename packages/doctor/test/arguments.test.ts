import { describe, expect, it } from 'vitest'
import { readArguments, UsageError } from '../src/arguments.ts'

describe('readArguments', () => {
  it('leaves out what is absent, so that the environment variables are read', () => {
    expect(readArguments([])).toEqual({
      options: {},
      requirements: undefined,
      certificate: undefined,
      readsToken: false,
      json: false,
      showsClaims: false,
      help: false,
    })
  })

  it('turns options of the command line into those of a verifier', () => {
    const args =
      '--issuer i --audience a --audience b --client-id c --profile generic --algorithm ES256 --scope-claim roles --clock-tolerance 7 --max-token-age 60 --max-token-size 9 --jwks-uri j --metadata-uri m --timeout 8 --allow-insecure-http'

    expect(readArguments(args.split(' ')).options).toEqual({
      issuer: 'i',
      audience: ['a', 'b'],
      clientIds: ['c'],
      profile: ['generic'],
      algorithms: ['ES256'],
      scopeClaim: 'roles',
      clockTolerance: 7,
      maxTokenAge: 60,
      maxTokenSize: 9,
      jwksUri: 'j',
      metadataUri: 'm',
      timeoutDuration: 8,
      allowInsecureHttp: true,
    })
    expect(readArguments(['--no-audience', '--client-id', 'c']).options).toEqual({
      audience: null,
      clientIds: ['c'],
    })
  })

  it('turns what a route requires into requirements', () => {
    const args = '--scope a --scope b --acr phr --acr phrh --max-age 60 --possession mtls'
    expect(readArguments(args.split(' ')).requirements).toEqual({
      scopes: ['a', 'b'],
      possession: 'mtls',
      authentication: { acrValues: ['phr', 'phrh'], maxAge: 60 },
    })
    expect(readArguments(['--max-age', '0']).requirements).toEqual({ authentication: { maxAge: 0 } })
    expect(readArguments(['--acr', 'phr']).requirements).toEqual({ authentication: { acrValues: ['phr'] } })
  })

  it('allows bound tokens if there is a client certificate', () => {
    expect(readArguments(['--client-certificate', 'client.pem'])).toMatchObject({
      certificate: 'client.pem',
      options: { mtls: 'allowed' },
    })
  })

  it.each([
    ['--max-age=soon'],
    ['--clock-tolerance='],
    ['--clock-tolerance=1e999'],
    ['--timeout=x'],
    ['--issuer'],
    ['eyJhbGciOi.x.y'],
    ['--eyJhbGciOi'],
    ['--json=eyJhbGciOi'],
    ['--token=eyJhbGciOi'],
    ['-eyJhbGciOi'],
  ])('refuses %s, and does not repeat values', (argument) => {
    expect(() => readArguments([argument])).toThrow(UsageError)
    expect(() => readArguments([argument])).not.toThrow(/eyJ/)
  })
})

describe('--introspect', () => {
  const env = { OKTA_OAUTH2_CLIENT_ID: 'api', OKTA_OAUTH2_CLIENT_SECRET: 'canary-secret' }

  it('reads the credentials from the environment', () => {
    const args = ['--introspect', 'only', '--introspection-endpoint', 'https://as.example/i']
    expect(readArguments(args, env).options).toEqual({
      introspection: {
        clientId: 'api',
        clientSecret: 'canary-secret',
        when: 'only',
        endpoint: 'https://as.example/i',
      },
    })
    expect(readArguments([], env).options).toEqual({})
  })

  it.each([
    ['without credentials', ['--introspect', 'only'], {}],
    ['without a secret', ['--introspect', 'only'], { OKTA_OAUTH2_CLIENT_ID: 'api' }],
    ['with an endpoint alone', ['--introspection-endpoint', 'https://as.example/i'], env],
  ])('is refused %s', (_title, args, variables) => {
    expect(() => readArguments(args, variables)).toThrow(UsageError)
  })
})
