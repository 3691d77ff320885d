import {
  base64url,
  keySet,
  outcomeOf,
  type SigningKey,
  signingKey,
  signToken,
} from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import type { JwsHeader } from '../../src/keys/signature.ts'
import { decodeUnverified } from '../../src/token/unverified.ts'
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

describe('the list of known headers', () => {
  const payload = base64url('{"a":1}')
  const decode = (header: object, known: Map<string, JwsHeader>): JwsHeader =>
    decodeUnverified(`${base64url(JSON.stringify(header))}.${payload}.AAAA`, 16_384, known).unverifiedHeader

  it('has at most 32 headers, and none that is refused or longer than 512 characters', async () => {
    const known = new Map<string, JwsHeader>()
    for (let kid = 0; kid < 100; kid++) {
      decode({ alg: 'ES256', kid }, known)
      expect(known.size).toBe((kid % 32) + 1)
    }
    known.clear()
    expect(await outcomeOf(() => decode({ alg: 'ES256', crit: [] }, known))).not.toBe('accepted')
    // 384 bytes are 512 characters.
    const padding = 'x'.repeat(384 - JSON.stringify({ alg: 'ES256', x: '' }).length)
    decode({ alg: 'ES256', x: `${padding}x` }, known)
    expect(known.size).toBe(0)
    const header = decode({ alg: 'ES256', x: padding }, known)
    expect([...known.keys()].map(({ length }) => length)).toEqual([512])
    expect(decode({ alg: 'ES256', x: padding }, known)).toBe(header)
  })

  it('has frozen headers, also of tokens that are refused later', () => {
    const known = new Map<string, JwsHeader>()
    const header = decode({ alg: 'ES256', x: { y: [] } }, known) as unknown as { x: { y: object } }
    for (const part of [header, header.x, header.x.y]) expect(Object.isFrozen(part)).toBe(true)
  })
})
