import { bearer, NOW, outcomeOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, decideMessage, requireOn } from '../../src/adapter.ts'
import type { AccessTokenVerifier, AccessTokenVerifierOptions } from '../../src/index.ts'
import { API, activeAnswer, askingVerifier } from '../support/introspection.ts'
import { boundToken, dpopRequest, makeProof, proofKey, thumbprintOf } from '../support/proofs.ts'
import { makeVerifier, recordMessages } from '../support/verifiers.ts'
import {
  boundToken as certificateBoundToken,
  DER,
  OTHER_DER,
  requestOverTls,
  thumbprint,
} from './certificates.ts'

const token = boundToken()
const opening = (details: object = {}) => dpopRequest(token, makeProof({ token }), { ...details })

/** A verifier with a clock that can be moved, and a function that knows what is revoked. */
function setting(options: Partial<AccessTokenVerifierOptions> = {}) {
  const state: { now: number; revoked: boolean | undefined } = { now: NOW, revoked: false }
  const isRevoked = async (): Promise<boolean> => {
    if (state.revoked === undefined) throw new Error('no connection')
    return state.revoked
  }
  const verifier = makeVerifier({ clock: () => state.now * 1_000, revocation: { isRevoked }, ...options })
  return { verifier, state }
}

const outcome = (verifier: AccessTokenVerifier, request: object, requirements = {}): Promise<string> =>
  outcomeOf(async () =>
    decideMessage(verifier, request, Object.keys(requirements).length > 0 ? requirements : undefined),
  )

describe('a message on a connection that was opened with a DPoP proof', () => {
  it('needs no new proof, however old that of the connection is', async () => {
    const { verifier, state } = setting()
    const request = opening()
    for (let time = 0; time < 5; time++) {
      expect(await outcome(verifier, request)).toBe('accepted')
      state.now += 200
    }
  })

  it('is accepted after a handshake that was decided about as a request', async () => {
    const { verifier } = setting()
    const request = opening()
    await decide(verifier, request)
    expect(await outcome(verifier, { headers: request.headers, raw: request })).toBe('accepted')
  })

  it('is refused once the token is revoked', async () => {
    const { verifier, state } = setting()
    const request = opening()
    expect(await outcome(verifier, request)).toBe('accepted')
    state.revoked = true
    expect(await outcome(verifier, request)).toBe('token_revoked')
    expect(await outcome(verifier, request)).toBe('token_revoked')
  })

  it('is refused once the token has expired', async () => {
    const { verifier, state } = setting()
    const request = opening()
    expect(await outcome(verifier, request)).toBe('accepted')
    state.now += 7_200
    expect(await outcome(verifier, request)).toBe('token_expired')
  })

  it('is accepted again after a store could not answer', async () => {
    const { verifier, state } = setting()
    const request = opening()
    expect(await outcome(verifier, request)).toBe('accepted')
    state.revoked = undefined
    expect(await outcome(verifier, request)).toBe('store_unavailable')
    state.revoked = false
    // The proof of the connection would be too old for a new one.
    state.now += 200
    expect(await outcome(verifier, request)).toBe('accepted')
  })

  it('must meet its requirements, and guards find its decision', async () => {
    const { verifier } = setting()
    const request = opening()
    expect(await outcome(verifier, request, { scopes: ['admin'] })).toBe('insufficient_scope')
    expect(await outcome(verifier, request, { possession: 'dpop', scopes: ['profile'] })).toBe('accepted')
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['admin'] }))).toBe(
      'insufficient_scope',
    )
    expect(await outcomeOf(() => requireOn(request, undefined, { scopes: ['profile'] }))).toBe('accepted')
  })

  it('is accepted however old the proof is, even if an earlier message lacked what it required', async () => {
    const { verifier, state } = setting()
    const request = opening()
    expect(await outcome(verifier, request, { scopes: ['admin'] })).toBe('insufficient_scope')
    state.now += 200
    expect(await outcome(verifier, request, { scopes: ['profile'] })).toBe('accepted')
  })

  it('is refused if the connection was not opened with an acceptable proof', async () => {
    const { verifier, state } = setting()
    const used = makeProof({ token })
    expect(await outcome(verifier, dpopRequest(token, used))).toBe('accepted')
    expect(await outcome(verifier, dpopRequest(token, used))).toBe('proof_replayed')
    const request = opening()
    state.now += 200
    expect(await outcome(verifier, request)).toBe('proof_too_old')
    expect(await outcome(verifier, request)).toBe('proof_too_old')
  })

  it('is not taken for one with other credentials, another proof, or of another verifier', async () => {
    const { verifier } = setting()
    const request = opening()
    expect(await outcome(verifier, request)).toBe('accepted')
    const other = boundToken(proofKey(), { sub: 'someone else' })
    request.headers.authorization = `DPoP ${other}`
    request.rawHeaders.splice(3, 1, `DPoP ${other}`)
    expect(await outcome(verifier, request)).toBe('proof_token_mismatch')
    const again = opening()
    expect(await outcome(verifier, again)).toBe('accepted')
    const put = dpopRequest(token, makeProof({ token, claims: { htm: 'PUT' } }), { raw: again })
    expect(await outcome(verifier, put)).toBe('proof_method_mismatch')
    const third = opening()
    expect(await outcome(verifier, third)).toBe('accepted')
    third.headers.authorization = `Bearer ${token}`
    expect(await outcome(verifier, third)).toBe('sender_constrained')
    const fourth = opening()
    expect(await outcome(verifier, fourth)).toBe('accepted')
    expect(
      await outcome(setting({ dpop: { maxAge: 1 }, clock: () => (NOW + 60) * 1_000 }).verifier, fourth),
    ).toBe('proof_too_old')
  })

  it('has the certificate of the connection compared again', async () => {
    const both = boundToken(proofKey(), {
      cnf: { jkt: thumbprintOf(proofKey()), 'x5t#S256': thumbprint(DER) },
    })
    let der = DER
    const socket = { encrypted: true, getPeerX509Certificate: () => ({ raw: der }) }
    const request = dpopRequest(both, makeProof({ token: both }), { socket })
    const { verifier } = setting({ dpop: 'allowed', mtls: 'allowed' })
    expect(await outcome(verifier, request)).toBe('accepted')
    der = OTHER_DER
    expect(await outcome(verifier, request)).toBe('certificate_mismatch')
  })

  it('is decided about by a new answer about an opaque token, which must name the same key', async () => {
    let now = NOW
    const { verifier, server, calls } = askingVerifier({}, { clock: () => now * 1_000, dpop: 'allowed' })
    const jkt = thumbprintOf(proofKey())
    server.reply = () => Response.json(activeAnswer({ cnf: { jkt } }))
    const proof = makeProof({ token: 'opaque', claims: { htu: `${API}/messages` } })
    const request = dpopRequest('opaque', proof)
    expect(await outcome(verifier, request)).toBe('accepted')
    now += 300
    expect(await outcome(verifier, request)).toBe('accepted')
    expect(calls.length).toBeGreaterThan(1)
    now += 300
    server.reply = () => Response.json(activeAnswer({ cnf: { jkt: 'a'.repeat(43) } }))
    expect(await outcome(verifier, request)).toBe('proof_key_mismatch')
    now += 300
    server.reply = () => Response.json({ active: false })
    expect(await outcome(verifier, request)).toBe('token_inactive')
  })

  it('is accepted after a message without credentials where they are optional', async () => {
    const { verifier, state } = setting()
    const request = opening()
    expect(await outcome(verifier, request)).toBe('accepted')
    expect(decideMessage(verifier, { headers: {}, raw: request }, undefined, true)).toBeUndefined()
    state.now += 200
    expect(await outcome(verifier, request)).toBe('accepted')
  })

  it('is published like a request', async () => {
    const messages = recordMessages()
    const { verifier, state } = setting()
    const request = opening()
    // The token is in the cache from the second message on.
    for (let time = 0; time < 4; time++) await outcome(verifier, request)
    state.revoked = true
    await outcome(verifier, request)
    expect(messages.map(([channel]) => channel)).toEqual([
      ...Array.from({ length: 4 }, () => 'token.accepted'),
      'token.refused',
    ])
    expect(messages.at(-1)?.[1]).toMatchObject({ code: 'token_revoked', check: 'revocation' })
  })
})

describe('a message on another connection', () => {
  it.each([
    ['a bearer token', () => ({ headers: bearer(signToken()) })],
    ['a certificate-bound token', () => requestOverTls(certificateBoundToken(DER), DER)],
  ])('that was opened with %s is checked like a request', async (_what, create) => {
    const { verifier, state } = setting({ mtls: 'allowed' })
    const request = create()
    expect(await outcome(verifier, request)).toBe('accepted')
    state.revoked = true
    expect(await outcome(verifier, request)).toBe('token_revoked')
    state.revoked = false
    expect(await outcome(verifier, request)).toBe('accepted')
    state.now += 7_200
    expect(await outcome(verifier, request)).toBe('token_expired')
  })

  it('is decided about at once if the token is in the cache and nothing has to be waited for', async () => {
    const verifier = makeVerifier()
    const request = opening()
    await decideMessage(verifier, request)
    await decideMessage(verifier, request)
    expect(decideMessage(verifier, request)).not.toBeInstanceOf(Promise)
  })

  it('without credentials is anonymous where they are optional', async () => {
    const { verifier } = setting()
    const request = { headers: {} }
    expect(decideMessage(verifier, request, undefined, true)).toBeUndefined()
    expect(decideMessage(verifier, request, undefined, true)).toBeUndefined()
    expect(await outcome(verifier, request)).toBe('missing_token')
  })
})
