import { randomBytes } from 'node:crypto'
import { bearer, NOW, outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { requireOn } from '../../src/adapter.ts'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import { responseHeaders, setResponseHeaders } from '../../src/policy/decision.ts'
import { DpopNonces } from '../../src/possession/dpop-nonce.ts'
import type { ResourceServerError } from '../../src/refusal/resource-server-error.ts'
import { boundToken, dpopRequest, makeProof } from '../support/proofs.ts'
import { makeVerifier } from '../support/verifiers.ts'

const SECRET = 'a secret that has thirty-two bytes'
const headersOf = (error: unknown) => (error as ResourceServerError).headers

/** A verifier that asks for nonces, and a clock that can be moved, in seconds. */
function withNonces(dpop: AccessTokenVerifierOptions['dpop'] = { nonce: { secrets: [SECRET] } }) {
  const time = { now: NOW }
  const verifier = makeVerifier({ dpop, clock: () => time.now * 1_000 })
  const token = boundToken()
  const send = (claims: Readonly<Record<string, unknown>> = {}) => {
    const request = dpopRequest(token, makeProof({ token, claims }))
    return { request, outcome: outcomeOf(verifier.authenticate(request)) }
  }
  const nonce = async (): Promise<string> => {
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(token, makeProof({ token }))))
    return headersOf(refusal)['dpop-nonce'] as string
  }
  return { time, verifier, token, send, nonce }
}

describe('where nonces are asked for', () => {
  it('a proof without one is refused with 401, use_dpop_nonce and a nonce [DPOP-10] [DPOP-19]', async () => {
    const { verifier, token } = withNonces()
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(token, makeProof({ token }))))

    expect(refusal).toMatchObject({ code: 'proof_nonce_missing', status: 401, error: 'use_dpop_nonce' })
    expect(headersOf(refusal)).toMatchObject({
      'www-authenticate': expect.stringMatching(/DPoP realm="api", error="use_dpop_nonce", .*algs="/),
      'dpop-nonce': expect.stringMatching(/^[A-Za-z0-9_-]{52}$/),
      'cache-control': 'no-store',
    })
  })

  it('a proof with the nonce is accepted, and the nonce can be used many times', async () => {
    const { send, nonce } = withNonces()
    const value = await nonce()

    for (let time = 0; time < 3; time++) expect(await send({ nonce: value }).outcome).toBe('accepted')
  })

  it('a proof with the nonce is accepted if the process makes its own secret', async () => {
    const { send, nonce } = withNonces({ nonce: {} })
    const value = await nonce()

    expect(await send({ nonce: value }).outcome).toBe('accepted')
    expect(await send({ nonce: value }).outcome).toBe('accepted')
  })

  it.each([3_600, -3_600, 10 ** 9, -(10 ** 9)])(
    'a proof with a nonce is accepted once, whatever its iat says: %d seconds ahead',
    async (ahead) => {
      const { verifier, token, nonce } = withNonces()
      const proof = makeProof({ token, claims: { nonce: await nonce(), iat: NOW + ahead } })

      expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('accepted')
      expect(await outcomeOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('proof_replayed')
    },
  )

  it('a used proof is remembered until its nonce has expired', async () => {
    const uses: { timeToLive: number }[] = []
    const replayStore = { claim: (use: { timeToLive: number }) => uses.push(use) > 0 }
    const { time, send, nonce } = withNonces({ nonce: { secrets: [SECRET] }, replayStore })
    const value = await nonce()
    await send({ nonce: value, iat: NOW - 3_600 }).outcome
    time.now += 120
    await send({ nonce: value, iat: NOW + 3_600 }).outcome

    expect(uses.map(({ timeToLive }) => timeToLive)).toEqual([125_000, 5_000])
  })

  it.each<[string, (nonce: string) => unknown]>([
    ['another text', () => 'nonce'],
    ['an empty text', () => ''],
    ['one with another time', (nonce) => `${nonce.slice(0, 4)}Z${nonce.slice(5)}`],
    ['one with another code', (nonce) => `${nonce.slice(0, -1)}${nonce.endsWith('A') ? 'B' : 'A'}`],
    ['one with another version', (nonce) => `B${nonce.slice(1)}`],
    ['one that is cut', (nonce) => nonce.slice(0, -4)],
    ['one that is repeated', (nonce) => nonce + nonce],
    ['one in standard base64', (nonce) => `${nonce.slice(0, -1)}=`],
  ])('a proof with %s is refused, and gets a new one [DPOP-10]', async (_title, change) => {
    const { verifier, token, nonce } = withNonces()
    const claims = { nonce: change(await nonce()) }
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(token, makeProof({ token, claims }))))

    expect(refusal.code).toBe('proof_nonce_invalid')
    expect(headersOf(refusal)).toHaveProperty('dpop-nonce')
  })

  it.each([
    [124, 'accepted'],
    [125, 'proof_nonce_invalid'],
    [-5, 'accepted'],
    [-6, 'proof_nonce_invalid'],
  ])(
    'a nonce is accepted until its time is over, by a clock that has moved by %i seconds: %s',
    async (by, expected) => {
      const { time, send, nonce } = withNonces()
      const value = await nonce()
      time.now += by

      expect(await send({ nonce: value }).outcome).toBe(expected)
    },
  )

  it('a plain token needs no nonce', async () => {
    const { verifier } = withNonces()

    expect(await outcomeOf(verifier.authenticate({ headers: bearer(signToken()) }))).toBe('accepted')
  })

  it('an accepted request gets no new nonce before half of the time has passed', async () => {
    const { time, send, nonce } = withNonces()
    const value = await nonce()
    const early = send({ nonce: value })
    await early.outcome
    time.now += 60
    const late = send({ nonce: value })
    await late.outcome

    expect(responseHeaders(early.request)).toEqual({})
    expect(responseHeaders(late.request)).toEqual({
      'dpop-nonce': expect.stringMatching(/^[\w-]{52}$/),
      'cache-control': 'no-store',
    })
    expect(await send({ nonce: responseHeaders(late.request)['dpop-nonce'] }).outcome).toBe('accepted')
  })

  it('a request that is refused for another reason gets a new nonce as well, if it needs one soon', async () => {
    const { time, verifier, token, nonce } = withNonces()
    const value = await nonce()
    time.now += 90
    const request = dpopRequest(token, makeProof({ token, claims: { nonce: value } }))
    const refusal = await refusalOf(verifier.authenticate(request, { scopes: ['admin'] }))
    // The proof was not used up.
    await verifier.authenticate(request)
    const ofGuard = await refusalOf(() => requireOn(request, undefined, { scopes: ['admin'] }))

    for (const each of [refusal, ofGuard]) {
      expect(each.code).toBe('insufficient_scope')
      expect(headersOf(each)).toHaveProperty('dpop-nonce')
    }
  })

  it('a request without a decision, or that was refused, has no headers', async () => {
    const { verifier } = withNonces()
    const refused = { headers: {} }
    await outcomeOf(verifier.authenticate(refused))

    expect(responseHeaders({ headers: {} })).toEqual({})
    expect(responseHeaders(refused)).toEqual({})
  })

  describe('setResponseHeaders sets the new nonce on a response of Node.js', () => {
    const setOn = async (ahead: number, response: { headersSent: boolean } | undefined, isAuth = true) => {
      const { time, verifier, token, nonce } = withNonces()
      const request = dpopRequest(token, makeProof({ token, claims: { nonce: await nonce() } }))
      time.now += ahead
      const auth = await verifier.authenticate(request)
      const headers: Record<string, string> = {}
      const setHeader = (name: string, value: string): void => {
        headers[name] = value
      }
      setResponseHeaders(request, isAuth ? auth : undefined, response && { ...response, setHeader })
      return headers
    }

    it('if the client needs one soon', async () => {
      expect(await setOn(60, { headersSent: false })).toEqual({
        'dpop-nonce': expect.stringMatching(/^[\w-]{52}$/),
        'cache-control': 'no-store',
      })
    })

    it('but not otherwise, and not after the headers were sent', async () => {
      expect(await setOn(0, { headersSent: false })).toEqual({})
      expect(await setOn(60, { headersSent: true })).toEqual({})
      expect(await setOn(60, undefined)).toEqual({})
    })

    it('nor without a token that is bound to a key', async () => {
      expect(await setOn(60, { headersSent: false }, false)).toEqual({})
    })
  })
})

describe('a nonce', () => {
  const nonces = (secrets: readonly (string | Uint8Array)[], resource = 'a') =>
    new DpopNonces({ secrets, resource })

  it('is accepted by every process with the same secret, and tells when it was made', () => {
    expect(nonces([SECRET]).timeOf(nonces([SECRET]).create(NOW + 0.7))).toBe(NOW)
  })

  it('is not accepted by a process with another secret, or with none', () => {
    const nonce = nonces([SECRET]).create(NOW)

    for (const other of [nonces([randomBytes(32)]), nonces([])]) expect(other.timeOf(nonce)).toBeUndefined()
    expect(nonces([]).timeOf(nonces([]).create(NOW))).toBeUndefined()
  })

  it('is not accepted by another API with the same secret', () => {
    expect(nonces([SECRET], 'b').timeOf(nonces([SECRET], 'a').create(NOW))).toBeUndefined()
  })

  it('is accepted while the secret is being replaced', () => {
    const [before, during, after] = [[SECRET], [randomBytes(32), SECRET], []]
    after.push(during[0] as never)
    const [old, rotating, renewed] = [nonces(before), nonces(during), nonces(after)]

    expect(rotating.timeOf(old.create(NOW))).toBe(NOW)
    expect(renewed.timeOf(rotating.create(NOW))).toBe(NOW)
    expect(old.timeOf(rotating.create(NOW))).toBeUndefined()
  })

  it('is accepted by all processes at any time, if the new secret is the second one first', () => {
    const next = randomBytes(32)
    const steps = [[SECRET], [SECRET, next], [next, SECRET], [next]].map((secrets) => nonces(secrets))
    for (const [index, one] of steps.entries()) {
      // While processes are restarted, some are one step ahead of others.
      for (const other of steps.slice(index, index + 2)) {
        expect(one.timeOf(other.create(NOW))).toBe(NOW)
        expect(other.timeOf(one.create(NOW))).toBe(NOW)
      }
    }
  })

  it('has its own secret in a process without secrets, which stays the same', () => {
    const own = nonces([])

    expect(own.timeOf(own.create(NOW))).toBe(NOW)
  })

  it('is the same within a second', () => {
    const same = nonces([SECRET])

    expect(same.create(NOW + 0.1)).toBe(same.create(NOW + 0.9))
    expect(same.create(NOW)).not.toBe(same.create(NOW + 1))
  })
})
