import { ConfigurationError, memoryRevocationStore } from '@okta-resource-server/core'
import { describe, expect, it } from 'vitest'
import { createLogoutReceiver, createSignalReceiver } from '../src/index.ts'

const VALID = {
  issuer: 'https://example.okta.com',
  audience: 'https://api.example.com/signals',
  authorization: 'Bearer a-secret-of-the-stream',
  tokenIssuers: 'https://example.okta.com/oauth2/default',
  store: memoryRevocationStore(),
}
const { authorization: _, ...SHARED } = VALID
const LOGOUT = { ...SHARED, clientId: '0oa1logout' }

function errorOf(create: () => { close(): void }): ConfigurationError | undefined {
  try {
    create().close()
    return undefined
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
}

describe('createSignalReceiver', () => {
  it.each([
    {},
    { issuer: 'https://login.example.com' },
    { tokenIssuers: ['https://example.okta.com/oauth2/default', 'https://example.okta.com/oauth2/aus1'] },
    { authorization: ['Bearer a-secret-of-the-stream', 'another-secret-without-scheme'] },
    { maxVerificationAge: null, userClaim: 'sub', algorithms: ['ES256'], clockTolerance: 0 },
    { jwksUri: 'https://example.okta.com/oauth2/v1/keys' },
  ])('accepts %j', (options) => {
    expect(errorOf(() => createSignalReceiver({ ...VALID, ...options } as never))).toBeUndefined()
  })

  it.each<[string, object]>([
    ['issuer', { issuer: undefined }],
    ['issuer', { issuer: 'https://example.okta.com/oauth2/default' }],
    ['issuer', { issuer: 'https://example.okta.com/' }],
    ['issuer', { issuer: 'https://example-admin.okta.com' }],
    ['issuer', { issuer: 'http://example.okta.com' }],
    ['audience', { audience: undefined }],
    ['audience', { audience: null }],
    ['authorization', { authorization: undefined }],
    ['authorization', { authorization: 'short' }],
    ['authorization', { authorization: new Array(1) }],
    ['authorization', { authorization: `Bearer ${undefined}` }],
    ['authorization', { authorization: 'Bearer a-secret-of-the-stream, Bearer another' }],
    ['authorization', { authorization: ' Bearer a-secret-of-the-stream' }],
    ['authorization', { authorization: [] }],
    ['authorization', { authorization: ['Bearer a-secret-of-the-stream', ''] }],
    ['tokenIssuers', { tokenIssuers: undefined }],
    ['tokenIssuers', { tokenIssuers: [] }],
    ['tokenIssuers', { tokenIssuers: 'https://{yourOktaDomain}/oauth2/default' }],
    ['store', { store: undefined }],
    ['store', { store: () => true }],
    ['replayStore', { replayStore: {} }],
    ['userClaim', { userClaim: 'email' }],
    ['maxVerificationAge', { maxVerificationAge: 0 }],
    ['maxVerificationAge', { maxVerificationAge: 1e10 }],
    ['revokes', { revokes: true }],
    ['algorithms', { algorithms: ['none'] }],
    ['clockTolerance', { clockTolerance: 301 }],
    ['clientId', { clientId: '0oa1' }],
  ])('refuses %s in %j, and says how to fix it', (option, options) => {
    const error = errorOf(() => createSignalReceiver({ ...VALID, ...options } as never))
    expect(error?.option).toBe(option)
    expect(error?.message).toContain(option)
  })

  it('refuses what is no object', () => {
    expect(errorOf(() => createSignalReceiver(undefined as never))?.option).toBe('options')
  })
})

describe('createLogoutReceiver', () => {
  it('accepts valid options', () => {
    expect(errorOf(() => createLogoutReceiver(LOGOUT))).toBeUndefined()
  })

  it.each<[string, object]>([
    ['clientId', { clientId: undefined }],
    ['clientId', { clientId: '' }],
    ['userIdOfEmail', { userIdOfEmail: {} }],
    ['authorization', { authorization: 'Bearer a-secret-of-the-stream' }],
    ['store', { store: undefined }],
  ])('refuses %s in %j', (option, options) => {
    expect(errorOf(() => createLogoutReceiver({ ...LOGOUT, ...options } as never))?.option).toBe(option)
  })
})
