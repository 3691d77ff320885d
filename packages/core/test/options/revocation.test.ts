import { describe, expect, it } from 'vitest'
import { configure } from '../../src/options/options.ts'
import { memoryRevocationStore } from '../../src/stores/memory-revocation-store.ts'
import { configurationErrorOf, untyped } from '../support/verifiers.ts'

const configured = (revocation: unknown) =>
  configure(untyped({ issuer: 'https://as.example', audience: 'api', revocation })).revocation

describe('the option revocation', () => {
  it('is off by default', () => {
    expect(configured(undefined)).toBeUndefined()
  })

  it('has a time limit of a second, and refuses on errors', () => {
    const revocation = configured({ isRevoked: () => false })
    expect(revocation).toMatchObject({ timeoutDuration: 1_000, acceptsOnError: false })
    expect(revocation?.retentionDuration).toBeUndefined()
    expect(Object.isFrozen(revocation)).toBe(true)
  })

  it('takes the retention of a store', () => {
    const isRevoked = memoryRevocationStore({ retentionDuration: 5_000 })
    expect(configured({ isRevoked, timeoutDuration: undefined })).toMatchObject({
      retentionDuration: 5_000,
      timeoutDuration: 1_000,
    })
  })

  it.each([
    ['isRevoked', { isRevoked: undefined }],
    ['revoke', { revoke: undefined }],
    ['retentionDuration', { retentionDuration: undefined }],
    ['a count of writes that can be called', { writes: 1 }],
  ])('takes no object for a store that lacks %s', (_what, differs) => {
    const whole = { isRevoked: () => false, revoke: async () => {}, retentionDuration: 1_000 }
    expect(configured({ isRevoked: whole })).toMatchObject({ retentionDuration: 1_000 })
    const { option } = configurationErrorOf(() => configured({ isRevoked: { ...whole, ...differs } }))
    expect(option).toBe('revocation.isRevoked')
  })

  it('waits for no store that does not say when it is ready', () => {
    const store = { isRevoked: () => false, revoke: async () => {}, retentionDuration: 1_000 }
    expect(configured({ isRevoked: store })?.ready()).toBeUndefined()
  })

  it.each([
    // Which way would it answer?
    ['a bare function', () => false, 'revocation', /\{ isRevoked: memoryRevocationStore\(\) \}/],
    ['a bare store', memoryRevocationStore(), 'revocation', /\{ isRevoked: memoryRevocationStore\(\) \}/],
    ['null', null, 'revocation', /object/],
    ['true', true, 'revocation', /object/],
    ['an empty object', {}, 'revocation.isRevoked', /store, or a function/],
    ['a list', [], 'revocation.isRevoked', /store, or a function/],
    [
      'a promise of a store',
      { isRevoked: Promise.resolve() },
      'revocation.isRevoked',
      /store, or a function/,
    ],
    [
      'half a store',
      { isRevoked: { isRevoked: () => true } },
      'revocation.isRevoked',
      /store, or a function/,
    ],
    [
      'a time limit of 0',
      { isRevoked: () => false, timeoutDuration: 0 },
      'revocation.timeoutDuration',
      /from 1/,
    ],
    [
      'another mode',
      { isRevoked: () => false, onStoreError: 'ignore' },
      'revocation.onStoreError',
      /'accept'/,
    ],
    ['an unknown member', { isRevoked: () => false, timeout: 1 }, 'revocation.timeout', /is not an option/],
    ['a misspelt member', { isrevoked: () => false }, 'revocation.isrevoked', /did you mean isRevoked/],
  ])('refuses %s', (_, revocation, option, message) => {
    const error = configurationErrorOf(() => configured(revocation))
    expect(error).toMatchObject({ option, message: expect.stringMatching(message) })
  })
})
