import { AUDIENCE, bearer, ISSUER, signToken } from '@okta-resource-server/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createAccessTokenVerifier } from '../src/verifier.ts'
import { makeVerifier, untyped } from './support/verifiers.ts'

const reject = async (): Promise<never> => {
  throw new Error('too late')
}
const unhandled = vi.fn()
let listeners: NodeJS.UnhandledRejectionListener[] = []

beforeEach(() => {
  unhandled.mockClear()
  listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', unhandled)
})
afterEach(() => {
  process.removeAllListeners('unhandledRejection')
  for (const listener of listeners) process.on('unhandledRejection', listener)
})

const request = (token: string) => ({
  headers: bearer(token),
  method: 'GET',
  url: '/',
})
const bound = signToken({ claims: { cnf: { 'x5t#S256': 'A'.repeat(43) } } })
const introspection = { clientId: 'a', clientSecret: 'b', endpoint: 'https://a.example/introspect' }

it.each<[string, () => Promise<unknown>]>([
  ['a claim', () => makeVerifier().verify(signToken(), { claims: { sub: reject as never } })],
  ['clock', async () => makeVerifier(untyped({ clock: reject })).verify(signToken())],
  [
    'mtls.certificate',
    () => makeVerifier(untyped({ mtls: { certificate: reject } })).authenticate(request(bound)),
  ],
  [
    'chooseIssuer',
    () =>
      createAccessTokenVerifier(
        untyped({ issuer: [{ issuer: ISSUER, audience: AUDIENCE, introspection }], chooseIssuer: reject }),
      ).authenticate(request('opaque-token')),
  ],
])(
  'a promise that the function for %s returns does not end the process when it rejects',
  async (_of, decide) => {
    expect(
      await decide().then(
        () => 'accepted',
        () => 'refused',
      ),
    ).toBe('refused')
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).not.toHaveBeenCalled()
  },
)
