import { bearer, NOW, signToken, verifierOptions } from '@okta-resource-server/testing'
import { published } from '@okta-resource-server/testing/vitest'
import { describe, expect, it, vi } from 'vitest'
import { authHook } from '../src/hook.ts'
import { type AuthRequest, createAccessTokenVerifier } from '../src/index.ts'

// What Express and Fastify have in common is in test/contract/callbacks.test.ts.

const reply = { raw: {}, headers: () => undefined }

const request = (headers: Record<string, string> = {}): AuthRequest => ({
  raw: { headers, rawHeaders: [], url: '/' },
  body: undefined,
  protocol: 'http',
  host: 'localhost',
  routeOptions: { config: {} },
})

describe('done', () => {
  it('is called synchronously for an open route, without a decision of the verifier', () => {
    const refused = published('okta-resource-server:token.refused')
    const anonymous = published('okta-resource-server:request.anonymous')
    const done = vi.fn()
    authHook(createAccessTokenVerifier(verifierOptions()), 'auth', () => null)(request(), reply, done)
    expect(done.mock.calls).toEqual([[]])
    expect([...refused, ...anonymous]).toEqual([])
  })

  it('receives an error that is not a refusal unchanged, or wrapped if a callback of the options threw it', () => {
    const fault = new Error('fault')
    let isBroken = false
    const clock = (): number => {
      if (isBroken) throw fault
      return NOW * 1_000
    }
    const policy = { requirements: undefined, optional: false }
    const broken = authHook(createAccessTokenVerifier({ ...verifierOptions(), clock }), 'auth', () => policy)
    isBroken = true
    const brokenPolicy = authHook(createAccessTokenVerifier(verifierOptions()), 'auth', () => {
      throw fault
    })
    const wrapped = new Error('The function clock threw an error', { cause: fault })
    for (const [hook, expected] of [[broken, wrapped] as const, [brokenPolicy, fault] as const]) {
      const done = vi.fn()
      hook(request(bearer(signToken())), reply, done)
      expect(done).toHaveBeenCalledExactlyOnceWith(expected)
    }
  })
})
