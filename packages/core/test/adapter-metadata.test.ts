import { CLIENT_ID, ISSUER, refusalOf, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import {
  adapterSettings,
  errorResponseNaming,
  requireProtectedResource,
  sufficientScopes,
} from '../src/adapter.ts'
import {
  createAccessTokenVerifier,
  errorResponse,
  InsufficientScopeError,
  InvalidRequestError,
  MissingTokenError,
} from '../src/index.ts'
import { loadCopy } from './support/copy.ts'
import { configurationErrorOf, makeVerifier, requestWith } from './support/verifiers.ts'

const options = { ...verifierOptions(), resource: 'https://api.example.com' }

describe('requireProtectedResource', () => {
  it('returns the metadata of the options of an adapter, or of a verifier', () => {
    const document = { resource: 'https://api.example.com', authorization_servers: [ISSUER] }
    const verifier = createAccessTokenVerifier(options)
    for (const given of [options, { ...options, credentials: 'optional' as const }, { verifier }]) {
      expect(requireProtectedResource(given).document).toMatchObject(document)
    }
  })

  it('leaves the verifier of the application open', async () => {
    const verifier = createAccessTokenVerifier(options)
    requireProtectedResource({ verifier })
    expect((await verifier.verify(signToken())).clientId).toBe(CLIENT_ID)
  })

  it('refuses options without resource, and says where it belongs', () => {
    const error = configurationErrorOf(() => requireProtectedResource(verifierOptions()))
    expect(error).toMatchObject({ code: 'option_missing', option: 'resource' })
    expect(error.message).toContain('where the verifier is created')
  })
})

describe('the settings of an adapter', () => {
  it('say whether every token must have an audience', () => {
    const withoutAudience = { audience: null, clientIds: CLIENT_ID }
    const issuer = [{ issuer: 'https://a.example', ...withoutAudience }, 'https://b.example']
    for (const [differing, expected] of [
      [{}, true],
      [withoutAudience, false],
      [{ jwks: undefined, issuer }, false],
      [{ jwks: undefined, issuer: () => undefined }, true],
      [{ jwks: undefined, issuer: () => undefined, ...withoutAudience }, false],
    ] as const) {
      const verifier = createAccessTokenVerifier({ ...verifierOptions(), ...differing } as never)
      expect(adapterSettings({ verifier }).requiresAudience).toBe(expected)
    }
  })
})

describe('errorResponseNaming', () => {
  it('names the scopes in the challenge of a 401, and changes nothing else', async () => {
    const verifier = makeVerifier({ resource: 'https://api.example.com', realm: 'messages' })
    const error = await refusalOf(verifier.authenticate(requestWith('a.b.c')))
    const [before, named] = [errorResponse(error), errorResponseNaming(error, ['a', 'b'])]
    expect(named.headers['www-authenticate']).toBe(
      before.headers['www-authenticate']?.replace(', resource_metadata', ', scope="a b", resource_metadata'),
    )
    expect({ ...named, headers: {} }).toEqual({ ...before, headers: {} })
    expect(named.headers['content-type']).toBe('application/json')
    expect(errorResponse(error)).toEqual(before)
  })

  it.each([
    ['of another status', new InvalidRequestError('multiple_tokens'), ['a']],
    ['that names its own scopes', new InsufficientScopeError('insufficient_scope', 'scopes', ['b']), ['a']],
    ['if there are no scopes', new MissingTokenError(), []],
    ['that is no refusal', new Error('fault'), ['a']],
  ])('leaves a response %s as it is', (_what, error, scopes) => {
    expect(errorResponseNaming(error, scopes)).toEqual(errorResponse(error))
  })

  it('leaves the challenge of an error of another copy of the package as it is', async () => {
    const error = new (await loadCopy()).MissingTokenError()
    expect(errorResponseNaming(error, ['a'])).toEqual(errorResponse(error))
  })
})

it('sufficientScopes are the scopes of a token and those that they include', async () => {
  const impliedScopes = { admin: ['messages:write', 'profile'], 'messages:write': ['messages:read'] }
  const verifier = makeVerifier({ impliedScopes })
  const scopesWith = async (...scp: string[]) =>
    sufficientScopes(await verifier.verify(signToken({ claims: { scp } })))
  expect(await scopesWith('profile')).toEqual(['profile'])
  expect((await scopesWith('admin')).sort()).toEqual(['admin', 'messages:read', 'messages:write', 'profile'])
  const auth = await makeVerifier().verify(signToken())
  for (const each of [auth, { ...auth }]) expect(sufficientScopes(each)).toEqual(['messages:read', 'profile'])
})
