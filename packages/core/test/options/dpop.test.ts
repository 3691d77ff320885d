import { describe, expect, it, vi } from 'vitest'
import { dpopConfiguration } from '../../src/options/dpop.ts'
import { configure } from '../../src/options/options.ts'
import { configurationErrorOf, makeVerifier, untyped } from '../support/verifiers.ts'

const CONTEXT = { resource: undefined, audience: 'api://default', clock: undefined, fapi2: false }
const SECRET = 'x'.repeat(32)

describe('the option dpop', () => {
  it.each<[string, unknown]>([
    ['dpop', 'on'],
    ['dpop', true],
    ['dpop', null],
    ['dpop', []],
    ['dpop.mode', { mode: 'on' }],
    ['dpop.mode', { mode: 'unset' }],
    ['dpop.enabled', { enabled: true }],
    ['dpop.algorithms', { algorithms: [] }],
    ['dpop.algorithms', { algorithms: 'HS256' }],
    ['dpop.algorithms', { algorithms: ['ES256', 'none'] }],
    ['dpop.algorithms', { algorithms: 'ML-DSA-44' }],
    ['dpop.maxAge', { maxAge: 0 }],
    ['dpop.maxAge', { maxAge: 301 }],
    ['dpop.maxAge', { maxAge: '60' }],
    ['dpop.nonce', { nonce: true }],
    ['dpop.nonce.secret', { nonce: { secret: SECRET } }],
    ['dpop.nonce.secrets', { nonce: { secrets: [] } }],
    ['dpop.nonce.secrets', { nonce: { secrets: SECRET } }],
    ['dpop.nonce.secrets', { nonce: { secrets: ['x'.repeat(31)] } }],
    ['dpop.nonce.secrets', { nonce: { secrets: [SECRET, new Uint8Array(31)] } }],
    ['dpop.nonce.secrets', { nonce: { secrets: [undefined] } }],
    ['dpop.nonce.secrets', { nonce: { secrets: new Array(1) } }],
    ['dpop.nonce.maxAge', { nonce: { maxAge: 0 } }],
    ['dpop.nonce.maxAge', { nonce: { maxAge: 301 } }],
    ['dpop.replayStore', { replayStore: {} }],
    ['dpop.replayStore', { replayStore: null }],
    ['dpop.replayStore', { replayStore: () => true }],
    ['dpop.timeoutDuration', { timeoutDuration: 0 }],
    ['dpop.timeoutDuration', { timeoutDuration: '1s' }],
    ['dpop.timeoutDuration', { timeoutDuration: Number.POSITIVE_INFINITY }],
    ['dpop.externalUrl', { externalUrl: '/v1' }],
    ['dpop.externalUrl', { externalUrl: 'api.example.com' }],
    ['dpop.externalUrl', { externalUrl: 'https://api.example.com?a' }],
    ['dpop.externalUrl', { externalUrl: 'https://api.example.com#a' }],
    ['dpop.externalUrl', { externalUrl: 'https://api.example.com/v1?' }],
    ['dpop.externalUrl', { externalUrl: 'https://api.example.com/v1#' }],
    ['dpop.externalUrl', { externalUrl: 'https://a:b@api.example.com' }],
    ['dpop.externalUrl', { externalUrl: 1 }],
  ])('names %s if the option is %j', (option, dpop) => {
    const error = configurationErrorOf(() => makeVerifier(untyped({ dpop })))

    expect(error.option).toBe(option)
    expect(error.message).toContain(option)
    expect(error.message).not.toContain(SECRET)
  })

  it('takes any replay store that has a method claim', () => {
    const replayStore = { claim: () => true }
    expect(dpopConfiguration({ replayStore }, CONTEXT).replayStore).toBe(replayStore)
  })

  it('lists the algorithms that proofs can have', () => {
    const error = configurationErrorOf(() => makeVerifier({ dpop: { algorithms: 'HS256' } }))
    expect(error.message).toContain('RS256, RS384')
  })

  it('accepts the shortest and the longest age', () => {
    for (const maxAge of [1, 300]) {
      expect(dpopConfiguration({ maxAge, nonce: { maxAge } }, CONTEXT)).toMatchObject({
        maxAge,
        nonce: { maxAge },
      })
    }
  })

  it('accepts texts and bytes as secrets, and has none that others could know if none are given', () => {
    const secretsOf = (nonce: object) => dpopConfiguration({ nonce }, CONTEXT).nonce?.secrets
    const bytes = new Uint8Array(32).fill(1)

    expect(secretsOf({ secrets: [SECRET, bytes] })).toEqual([SECRET, bytes])
    expect(secretsOf({})).toEqual([])
    expect(secretsOf({ secrets: undefined })).toEqual([])
  })

  it.each([
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://api.example.com/v1/', 'https://api.example.com/v1'],
    ['http://api.internal:8080', 'http://api.internal:8080'],
  ])('externalUrl %s is the beginning of every URL', (externalUrl, expected) => {
    expect(dpopConfiguration({ externalUrl }, CONTEXT).externalUrl).toBe(expected)
  })

  it.each([
    ['https://api.example.com/v1', 'https://api.example.com'],
    [{ resource: 'https://api.example.com:8443/' }, 'https://api.example.com:8443'],
    [undefined, undefined],
    [{}, undefined],
    ['api', undefined],
  ])('takes the origin of the option resource: %j', (resource, expected) => {
    expect(dpopConfiguration(undefined, { ...CONTEXT, resource }).resourceOrigin).toBe(expected)
  })

  it('copies secrets, so that changing them later has no effect', () => {
    const secret = new Uint8Array(32).fill(1)
    const { nonce } = dpopConfiguration({ nonce: { secrets: [secret] } }, CONTEXT)
    secret.fill(2)

    expect(nonce?.secrets[0]).toEqual(new Uint8Array(32).fill(1))
  })

  it('makes nonces of APIs with another resource, URL or audience differ', () => {
    const resourceOf = (option: object, context: object) =>
      dpopConfiguration({ nonce: {}, ...option }, { ...CONTEXT, ...context }).nonce?.resource
    const names = [
      resourceOf({}, {}),
      resourceOf({}, { audience: 'other' }),
      resourceOf({}, { resource: 'https://a.example' }),
      resourceOf({ externalUrl: 'https://a.example' }, {}),
    ]

    expect(new Set(names).size).toBe(names.length)
  })

  it('warns if DPoP is required and the URL of the API is whatever a request says', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
    const external = { mode: 'required', externalUrl: 'https://api.example.com' } as const
    makeVerifier({ issuer: 'https://warned.example', dpop: external })
    makeVerifier({ issuer: 'https://warned.example', dpop: 'allowed' })
    expect(warn).not.toHaveBeenCalled()
    makeVerifier({ issuer: 'https://warned.example', dpop: 'required' })
    makeVerifier({ issuer: 'https://warned.example', dpop: 'required' })

    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/dpop\.externalUrl.*issuer https:\/\/warned\.example/),
      {
        type: 'OktaResourceServerWarning',
        code: 'ORS_DPOP_HOST',
      },
    )
    configure({ issuer: () => undefined, audience: 'a', dpop: 'required' })
    expect(warn).toHaveBeenLastCalledWith(
      expect.stringContaining('issuer known at run time'),
      expect.anything(),
    )
    warn.mockRestore()
  })
})
