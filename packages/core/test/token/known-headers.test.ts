import { keySet, outcomeOf, type SigningKey, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { makeVerifier } from '../support/verifiers.ts'

const keys = Array.from({ length: 40 }, (_, index) => signingKey('ES256', `key ${index}`))
const [key] = keys as [SigningKey]
const verifier = makeVerifier({ jwks: keySet(...keys) })

describe('headers that tokens have in common', () => {
  it('are those of the token, for more keys than are remembered', async () => {
    for (const sub of ['first', 'second', 'third']) {
      for (const each of keys) {
        const { header, claims } = await verifier.verify(signToken({ key: each, claims: { sub } }))
        expect(header).toMatchObject({ alg: 'ES256', kid: each.kid })
        expect(claims.sub).toBe(sub)
      }
    }
  })

  it('are frozen with everything in them, from the first token on', async () => {
    const header = { extension: { list: [{}] } }
    for (const sub of ['first', 'second']) {
      const auth = await verifier.verify(signToken({ key, header, claims: { sub } }))
      const { extension } = auth.header as unknown as typeof header
      expect(extension).toEqual(header.extension)
      for (const part of [auth.header, extension, extension.list, extension.list[0], auth.claims]) {
        expect(Object.isFrozen(part)).toBe(true)
      }
    }
  })

  it('are checked again for each token if they are refused', async () => {
    for (const sub of ['first', 'second']) {
      const token = signToken({ key, header: { crit: ['x'], x: 1 }, claims: { sub } })
      expect(await outcomeOf(verifier.verify(token))).toBe('unsupported_header_parameter')
    }
  })

  it('do not vouch for the signature of another token', async () => {
    const good = signToken({ key })
    expect(await outcomeOf(verifier.verify(good))).toBe('accepted')
    const [header, , signature] = good.split('.')
    const [, payload] = signToken({ key, claims: { sub: 'someone else' } }).split('.')
    expect(await outcomeOf(verifier.verify(`${header}.${payload}.${signature}`))).toBe('signature_invalid')
  })
})
