import { AUDIENCE, ISSUER } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { adapterSettings } from '../../src/adapter.ts'
import { createAccessTokenVerifier } from '../../src/verifier.ts'
import { configurationErrorOf, untyped } from '../support/verifiers.ts'

const withOptions = (options: object): object => ({ issuer: ISSUER, audience: AUDIENCE, ...options })

describe('what has no members of its own is no object of options', () => {
  const none = { 'a promise': Promise.resolve({}), 'a map': new Map(), 'a URL': new URL(ISSUER) }
  const wrongOptions = Object.entries(none).flatMap(([title, value]) =>
    ['options', 'tokenCache', 'issuerCache', 'dpop', 'dpop.nonce', 'mtls', 'resource', 'resource.metadata']
      .map((option) => [option, title, value] as const)
      .concat([['introspection', title, value]]),
  )
  const optionsWith = (option: string, value: unknown): unknown => {
    if (option === 'options') return value
    if (option === 'issuerCache') return withOptions({ issuer: () => undefined, issuerCache: value })
    if (option === 'dpop.nonce') return withOptions({ dpop: { nonce: value } })
    if (option === 'resource.metadata')
      return withOptions({ resource: { resource: 'https://api.example.com', metadata: value } })
    return withOptions({ [option]: value })
  }

  it.each(wrongOptions)('%s: %s', (option, _title, value) => {
    const create = (): unknown => createAccessTokenVerifier(untyped(optionsWith(option, value)))
    expect(configurationErrorOf(create).option).toBe(option)
  })

  it.each(Object.entries(none))('nor for adapters: %s', (_title, value) => {
    const error = configurationErrorOf(() => adapterSettings(untyped(value)))
    expect(error).toMatchObject({ code: 'option_invalid', option: 'options' })
  })
})

describe('an option that is inherited is refused', () => {
  const inherited = (name: string, value: unknown, own: object = {}): object =>
    Object.assign(Object.create({ [name]: value }), own)

  it.each([
    [
      'revocation.onStoreError',
      { revocation: inherited('onStoreError', 'accept', { isRevoked: () => true }) },
    ],
    ['issuerCache.max', { issuer: () => undefined, issuerCache: inherited('max', 1, { concurrency: 1 }) }],
  ])('%s', (option, options) => {
    const error = configurationErrorOf(() => createAccessTokenVerifier(untyped(withOptions(options))))
    expect(error).toMatchObject({ code: 'option_invalid', option })
    expect(error.message).toContain('would be ignored')
  })
})
