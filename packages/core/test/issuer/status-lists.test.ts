import {
  accessTokenClaims,
  ISSUER,
  NOW,
  outcomeOf,
  scriptedFetch,
  signingKey,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAccessTokenVerifier } from '../../src/index.ts'
import {
  HOST,
  LIST,
  listResponse,
  listToken,
  lookingUp,
  ONE_BIT,
  PUBLISHED,
  packed,
  TWO_BITS,
  tokenAt,
} from '../support/status-lists.ts'
import { recordMessages } from '../support/verifiers.ts'

describe('a token that refers to a status list', () => {
  it.each([
    [1, ONE_BIT],
    [2, TWO_BITS],
  ] as const)(
    'is accepted if its status in a list of %d bits is 0, and refused otherwise [REV-04]',
    async (bits, values) => {
      const { server, outcome } = lookingUp()
      server.reply = () => listResponse(listToken({ status_list: PUBLISHED[bits] }))
      for (const [index, value] of values.entries()) {
        expect([index, await outcome(tokenAt(index))]).toEqual([
          index,
          value === 0 ? 'accepted' : 'token_revoked',
        ])
      }
    },
  )

  it.each([
    [4, [0, 15, 1], [0xf0, 0x01]],
    [8, [0, 255, 2], [0, 255, 2]],
  ])('is read from a list of %d bits', async (bits, values, bytes) => {
    const { server, outcome } = lookingUp()
    server.reply = () => listResponse(listToken({ status_list: packed(bits, ...bytes) }))
    const outcomes = await Promise.all(values.map((_, index) => outcome(tokenAt(index))))
    expect(outcomes).toEqual(['accepted', 'token_revoked', 'token_revoked'])
  })

  it('is looked up with the options of an issuer that a function has found', async () => {
    const { clock, audience, jwks } = verifierOptions()
    const server = scriptedFetch(() => listResponse(listToken()))
    const issuer = () => ({ jwks, statusListHosts: HOST })
    const verifier = createAccessTokenVerifier({ issuer, audience, clock, fetch: server.fetch })
    onTestFinished(() => verifier.close())
    expect(await outcomeOf(verifier.verify(tokenAt(1)))).toBe('accepted')
    expect(await outcomeOf(verifier.verify(tokenAt(0)))).toBe('token_revoked')
    expect(server.requests).toHaveLength(1)
  })

  it('is refused if its index is out of bounds, or its reference is malformed [REV-04]', async () => {
    const { outcome } = lookingUp()
    for (const idx of [16, 1e9, Number.MAX_SAFE_INTEGER, 2 ** 53, -1, 0.5, '1', null, [1], undefined]) {
      expect([idx, await outcome(tokenAt(idx))]).toEqual([idx, 'claim_malformed'])
    }
    for (const uri of ['', 'lists/1', 1, null, {}, [LIST]]) {
      expect([uri, await outcome(tokenAt(1, uri))]).toEqual([uri, 'claim_malformed'])
    }
    for (const reference of [null, 1, 'x', [], {}]) {
      const token = signToken({ claims: { status: { status_list: reference } } })
      expect([reference, await outcome(token)]).toEqual([reference, 'claim_malformed'])
    }
  })

  it('is refused if it refers to anything but a status list', async () => {
    const { outcome, requests } = lookingUp()
    for (const status of [{}, [], { identifier_list: { id: '1', uri: LIST } }]) {
      expect(await outcome(signToken({ claims: { status } }))).toBe('status_not_supported')
    }
    expect(requests).toEqual([])
  })

  it('is refused without a request if the list is on another host', async () => {
    const { outcome, requests } = lookingUp()
    for (const uri of [
      'https://other.example/lists/1',
      `https://${HOST}:8443/lists/1`,
      `https://${HOST}.other.example/1`,
      `https://${HOST}@other.example/1`,
      'file:///etc/hosts',
    ]) {
      expect([uri, await outcome(tokenAt(1, uri))]).toEqual([uri, 'status_not_supported'])
    }
    expect(requests).toEqual([])
  })

  it('may have its list on the host of the issuer', async () => {
    const uri = `${new URL(ISSUER).origin}/status`
    const { server, outcome, requests } = lookingUp({ statusListHosts: [] })
    server.reply = () => listResponse(listToken({ sub: uri }))
    expect(await outcome(tokenAt(1, uri))).toBe('accepted')
    expect(await outcome(tokenAt(1))).toBe('status_not_supported')
    expect(requests.map(({ url }) => url)).toEqual([uri])
  })

  it('is looked up only if it is valid otherwise [REV-04]', async () => {
    const { outcome, requests } = lookingUp()
    const forged = signToken({
      claims: { status: { status_list: { idx: 1, uri: LIST } } },
      key: signingKey('RS256', 'attacker'),
    })
    for (const token of [tokenAt(1, LIST, { exp: NOW - 60 }), tokenAt(1, LIST, { aud: 'other' }), forged]) {
      expect(await outcome(token)).not.toBe('accepted')
    }
    expect(requests).toEqual([])
  })

  it('is accepted with fapi2 or revocation, and without a warning', async () => {
    const messages = recordMessages()
    const { outcome } = lookingUp({ revocation: { isRevoked: () => false } })
    expect(await outcome(tokenAt(1))).toBe('accepted')
    expect(await outcome(tokenAt(0))).toBe('token_revoked')
    expect(messages.map(([channel]) => channel)).not.toContain('status.unchecked')
  })

  it('is not looked up if the authorization server is asked about the token anyway', async () => {
    const introspection = {
      ...{ clientId: 'api', clientSecret: 'the-secret', endpoint: `${ISSUER}/v1/introspect` },
      when: 'always',
    } as const
    const { server, outcome, requests } = lookingUp({ introspection })
    const { aud, exp } = accessTokenClaims()
    server.reply = () => Response.json({ active: true, aud, exp })
    expect(await outcome(tokenAt(1))).toBe('accepted')
    expect(requests.map(({ url }) => url)).toEqual([introspection.endpoint])
  })

  it('is explained', async () => {
    const { verifier } = lookingUp()
    const { checks, code } = await verifier.explain(tokenAt(0))
    expect(code).toBe('token_revoked')
    expect(checks.find(({ check }) => check === 'status list')).toMatchObject({
      outcome: 'failed',
      found: { status: 'present' },
    })
    const other = await verifier.explain(signToken())
    expect(other.checks.map(({ check }) => check)).not.toContain('status list')
  })
})
