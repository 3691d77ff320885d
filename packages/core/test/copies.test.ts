import { outcomeOf, refusalOf, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import * as adapter from '../src/adapter.ts'
import * as index from '../src/index.ts'
import type { AccessTokenVerifier } from '../src/verifier.ts'
import { loadCopy } from './support/copy.ts'
import { configurationErrorOf, recordMessages, requestWith } from './support/verifiers.ts'

type Core = typeof index & typeof adapter

const ours: Core = { ...index, ...adapter }
const theirs = await loadCopy()
const copies: readonly (readonly [string, Core, Core])[] = [
  ['the copy', ours, theirs],
  ['the original', theirs, ours],
]

/** One error of each class that can be created. */
const errorsOf = (core: Core): Readonly<Record<string, Error>> => ({
  MissingTokenError: new core.MissingTokenError(),
  InvalidRequestError: new core.InvalidRequestError('multiple_tokens'),
  InvalidTokenError: new core.InvalidTokenError('token_expired'),
  InvalidProofError: new core.InvalidProofError('proof_replayed'),
  ProofNonceError: new core.ProofNonceError('proof_nonce_missing'),
  InsufficientScopeError: new core.InsufficientScopeError('insufficient_scope', 'scopes', ['a']),
  AuthorizationServerUnavailableError: new core.AuthorizationServerUnavailableError('keys_unavailable', 2),
  ConfigurationError: new core.ConfigurationError('option_missing', 'issuer', 'issuer is missing'),
  StoreError: new core.StoreError('timeout'),
  RemoteDocumentError: new core.RemoteDocumentError('timeout', 'https://a.example', 'too slow'),
})
const NOT_REFUSALS = ['ConfigurationError', 'RemoteDocumentError', 'StoreError']

type ErrorName = 'InvalidTokenError' | 'ResourceServerError'
const classOf = (core: Core, name: string): (abstract new () => Error) => core[name as ErrorName] as never

it('a copy has its own classes and functions', () => {
  expect(theirs.InvalidTokenError).not.toBe(ours.InvalidTokenError)
  expect(theirs.createAccessTokenVerifier).not.toBe(ours.createAccessTokenVerifier)
})

describe.each(copies)('an error of %s', (_name, here, there) => {
  const errors = errorsOf(there)

  it.each(Object.keys(errors))('is an instance of its class here: %s', (name) => {
    const error = errors[name] as Error
    expect(error instanceof classOf(here, name)).toBe(true)
    expect(error instanceof here.ResourceServerError).toBe(!NOT_REFUSALS.includes(name))
  })

  it.each(Object.keys(errors))('is no instance of another class here: %s', (name) => {
    for (const other of Object.keys(errors)) {
      if (other !== name) expect(errors[name] instanceof classOf(here, other), other).toBe(false)
    }
  })

  it.each(Object.keys(errors))('has the same response here as there: %s', (name) => {
    const response = here.errorResponse(errors[name])
    expect(response).toEqual(there.errorResponse(errors[name]))
    expect(response.status === 500).toBe(NOT_REFUSALS.includes(name))
  })

  it('is an instance of its class here if its class is derived', () => {
    class Derived extends there.InvalidTokenError {}
    const error = new Derived('token_expired')
    expect(error instanceof here.InvalidTokenError).toBe(true)
    expect(error instanceof here.ResourceServerError).toBe(true)
    expect(error instanceof here.MissingTokenError).toBe(false)
  })

  it('is no instance of a class that an application has derived here', () => {
    class Derived extends here.InvalidTokenError {}
    expect(errors.InvalidTokenError instanceof Derived).toBe(false)
    expect(new here.InvalidTokenError('token_expired') instanceof Derived).toBe(false)
    expect(new Derived('token_expired') instanceof Derived).toBe(true)
    expect(new Derived('token_expired') instanceof here.InvalidTokenError).toBe(true)
  })

  it('keeps its challenge if it passes a verifier of this copy', async () => {
    const verifier = there.createAccessTokenVerifier({ ...verifierOptions(), realm: 'there' })
    const error = await refusalOf(verifier.verify('a.b.c'))
    const request = {
      get headers(): never {
        throw error
      },
    }
    const other = here.createAccessTokenVerifier({ ...verifierOptions(), realm: 'here' })
    await expect(other.authenticate(request)).rejects.toBe(error)
    expect(here.errorResponse(error).headers['www-authenticate']).toMatch(/^Bearer realm="there"/)
  })
})

describe('instanceof', () => {
  const trap = (): never => {
    throw new Error('trap')
  }
  const traps = { get: trap, getPrototypeOf: trap, has: trap, getOwnPropertyDescriptor: trap }
  const kinds = Symbol.for('okta-resource-server.kinds')

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'InvalidTokenError'],
    ['a symbol', kinds],
    ['a function', () => {}],
    ['an object with the name of a class', { name: 'InvalidTokenError', code: 'token_expired', status: 401 }],
    ['an object without a prototype', Object.create(null)],
    ['another error', new Error('other')],
    ['a proxy whose traps throw', new Proxy({}, traps)],
    ['a proxy of a function whose traps throw', new Proxy(() => {}, traps)],
    ['kinds that are not a list', { [kinds]: 'InvalidTokenError' }],
    ['kinds that throw', Object.defineProperty({}, kinds, { get: trap })],
    ['kinds that are a revoked proxy', { [kinds]: revoked() }],
  ])('is false, and never throws, for %s', (_title, value) => {
    for (const name of [...Object.keys(errorsOf(ours)), 'ResourceServerError']) {
      expect((value as object) instanceof classOf(ours, name)).toBe(false)
    }
  })

  function revoked(): object {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    return proxy
  }
})

describe.each(copies)('a verifier of %s', (_name, here, there) => {
  const verifier = there.createAccessTokenVerifier({
    ...verifierOptions(),
    realm: 'there',
  }) as AccessTokenVerifier<object>

  it('can be passed to an adapter of the other copy', async () => {
    const settings = here.adapterSettings({ verifier })
    expect(settings.verifier).toBe(verifier)
    const auth = await here.decide(settings.verifier, requestWith(signToken()))
    expect(auth?.issuer).toBe(verifierOptions().issuer)
    const error = await refusalOf(async () => here.decide(settings.verifier, requestWith('abc')))
    expect(error instanceof here.InvalidTokenError).toBe(true)
  })

  it('decides about requests whose guards come from the other copy', async () => {
    const messages = recordMessages()
    const request = requestWith(signToken())
    const auth = await there.decide(verifier, request)
    expect(here.verifiedTokenOf(request)).toBe(auth)
    const codeOf = (scope: string): Promise<string> =>
      outcomeOf(() => here.requireOn(request, undefined, { scopes: [scope] }))
    expect(await codeOf('messages:read')).toBe('accepted')
    expect(await codeOf('admin')).toBe('insufficient_scope')
    const refusal = await refusalOf(() => here.requireOn(request, undefined, { scopes: ['admin'] }))
    expect(here.errorResponse(refusal).headers['www-authenticate']).toMatch(/^Bearer realm="there"/)
    expect(messages.map(([channel]) => channel)).toEqual(['token.accepted', 'token.refused', 'token.refused'])
  })

  it('returns tokens about which the other copy knows as much', async () => {
    const own = there.createAccessTokenVerifier({ ...verifierOptions(), impliedScopes: { write: ['read'] } })
    const auth = await own.verify(signToken({ claims: { scp: ['write'] } }))
    expect(await outcomeOf(() => here.checkRequirements(auth, { scopes: ['read'] }))).toBe('accepted')
    const copy = { ...auth }
    expect(await outcomeOf(() => here.checkRequirements(copy, { scopes: ['read'] }))).toBe(
      'insufficient_scope',
    )
  })

  it('lets guards of the other copy refuse anonymous requests', async () => {
    const request = { headers: {} }
    there.decide(verifier, request, undefined, true)
    expect(here.verifiedTokenOf(request)).toBeUndefined()
    expect(await outcomeOf(() => here.requireOn(request, undefined, { scopes: ['a'] }))).toBe('missing_token')
  })
})

describe('a verifier of an older version', () => {
  const [symbol] = Object.getOwnPropertySymbols(ours.createAccessTokenVerifier(verifierOptions()))

  it.each([{ contractVersion: 1 }, { contractVersion: undefined }, { contractVersion: 'x' }, {}])(
    'is refused with a ConfigurationError that says what to install: %j',
    (internals) => {
      const authenticate = () => undefined
      const older = { [symbol as symbol]: { ...internals, authenticate } }
      const error = configurationErrorOf(() => ours.adapterSettings({ verifier: older as never }))
      expect(error).toMatchObject({ code: 'option_invalid', option: 'verifier' })
      expect(error.message).toContain('install the same version')
      configurationErrorOf(() => ours.decide(older as never, requestWith(signToken())))
    },
  )
})
