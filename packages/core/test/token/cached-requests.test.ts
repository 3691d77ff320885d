import { keySet, NOW, outcomeOf, signingKey, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, verifiedTokenOf } from '../../src/adapter.ts'
import type { RequestLike } from '../../src/request/request.ts'
import type { AccessTokenVerifier } from '../../src/verifier.ts'
import { API, AS, activeAnswer, askingVerifier } from '../support/introspection.ts'
import { boundToken, dpopRequest, makeProof, ORIGIN, proofKey } from '../support/proofs.ts'
import { cache, decideNow, makeVerifier, requestWith } from '../support/verifiers.ts'

const token = signToken()

/** Takes a token into the cache, and the decision about its header. */
async function warm(verifier: AccessTokenVerifier, text = token): Promise<void> {
  await cache(verifier, text)
  for (let time = 0; time < 3; time++) decideNow(verifier, text)
}

describe('a cached token says nothing about', () => {
  it('a request with another token, on the same object', async () => {
    const verifier = makeVerifier()
    const other = signToken({ claims: { sub: 'other' } })
    for (const text of [token, other]) await warm(verifier, text)
    const request = requestWith(token)
    for (const text of [token, other, token, other]) {
      request.headers = requestWith(text).headers
      expect(decide(verifier, request)).toMatchObject({
        subject: text === other ? 'other' : 'someone@example.com',
      })
      expect(verifiedTokenOf(request)?.subject).toBe(text === other ? 'other' : 'someone@example.com')
    }
  })

  it('a wrapper with other headers', async () => {
    const verifier = makeVerifier()
    await warm(verifier)
    const raw = requestWith(token)
    decide(verifier, raw)
    const forged = `${token.slice(0, -8)}AAAAAAAA`
    for (const [headers, code] of [
      [{}, 'missing_token'],
      [requestWith(forged).headers, 'signature_invalid'],
      [{ authorization: `DPoP ${token}` }, 'token_not_bound'],
      [{ authorization: `Basic ${token}` }, 'unsupported_scheme'],
    ] as const) {
      expect(await outcomeOf(() => decide(verifier, { headers, raw }))).toBe(code)
      // Nor does the refusal say anything about the request inside.
      expect(await outcomeOf(() => decide(verifier, raw))).toBe('accepted')
    }
  })

  it('the decision of another verifier about the same request', async () => {
    const [lax, strict] = [makeVerifier({ dpop: {} }), makeVerifier({ mtls: 'required' })]
    await warm(lax)
    for (let round = 0; round < 5; round++) {
      const request = requestWith(token)
      for (let time = 0; time < 2; time++) {
        expect(await outcomeOf(() => decide(lax, request))).toBe('accepted')
        expect(await outcomeOf(() => decide(strict, request))).toBe('possession_required')
        // The last decision counts for guards that name no verifier.
        expect(verifiedTokenOf(request)).toBeUndefined()
      }
    }
  })

  it('a request without credentials that is let through', async () => {
    const verifier = makeVerifier()
    await warm(verifier)
    const request: RequestLike = requestWith(token)
    expect(decide(verifier, request, undefined, true)).toBeDefined()
    Object.assign(request, { headers: {} })
    expect(decide(verifier, request, undefined, true)).toBeUndefined()
    expect(verifiedTokenOf(request)).toBeUndefined()
  })
})

describe('an opaque token that was accepted', () => {
  const B = 'https://b.example.com'
  const of = (issuer: string) => ({
    issuer,
    introspection: { clientId: 'api', clientSecret: 'the-secret', endpoint: `${issuer}/introspect` },
  })
  const requestTo = (host: string) => ({ headers: { host, authorization: 'Bearer opaque-1' } })

  it('is not accepted for another issuer, however often it has come', async () => {
    const { verifier, server } = askingVerifier(
      {},
      {
        issuer: [of(AS), of(B)],
        introspection: undefined as never,
        chooseIssuer: ({ headers }) => `https://${(headers as { host: string }).host}`,
      },
    )
    server.reply = ({ url }) => Response.json(url.startsWith(AS) ? activeAnswer() : { active: false })
    for (let round = 0; round < 6; round++) {
      const request = requestTo('as.example.com')
      expect(await outcomeOf(async () => decide(verifier, request))).toBe('accepted')
      expect(await outcomeOf(async () => decide(verifier, requestTo('b.example.com')))).toBe('token_inactive')
    }
  })

  it('is accepted without a request only if it would be without the cache', async () => {
    const chooseIssuer = () => AS
    for (const [issuer, code] of [
      [[of(AS), of(B)], 'issuer_missing'],
      [[of(AS)], 'accepted'],
    ] as const) {
      const { verifier } = askingVerifier({}, { issuer, introspection: undefined as never, chooseIssuer })
      for (let round = 0; round < 4; round++) {
        expect(await outcomeOf(verifier.verify('opaque-1'))).toBe(code)
        expect(await outcomeOf(async () => decide(verifier, requestTo('x')))).toBe('accepted')
      }
    }
  })

  it('is refused once its answer is old and the server says that it is not active', async () => {
    const moment = { now: NOW * 1_000 }
    const { verifier, server } = askingVerifier({ cacheMaxAge: 10_000 }, { clock: () => moment.now })
    for (let round = 0; round < 5; round++) {
      expect(await outcomeOf(async () => decide(verifier, requestTo('x')))).toBe('accepted')
    }
    server.reply = () => Response.json({ active: false })
    moment.now += 10_000
    for (let round = 0; round < 3; round++) {
      expect(await outcomeOf(async () => decide(verifier, requestTo('x')))).toBe('token_inactive')
      expect(await outcomeOf(verifier.verify('opaque-1'))).toBe('token_inactive')
    }
  })
})

it('an API with fapi2 never accepts a token that is not bound, however often it has come', async () => {
  const { verifier } = askingVerifier(
    { when: 'always' },
    { fapi2: true, dpop: { mode: 'allowed', externalUrl: API }, mtls: 'allowed', jwks: keySet(signingKey()) },
  )
  const claims = { iss: AS, aud: API, client_id: 'client-1', cid: undefined, scp: undefined }
  const bearer = signToken({ header: { typ: 'at+jwt' }, claims })
  for (let round = 0; round < 6; round++) {
    expect(await outcomeOf(async () => decide(verifier, requestWith(bearer)))).toBe('possession_required')
    expect(await outcomeOf(verifier.verify(bearer))).toBe('possession_required')
  }
})

describe('a request with a bound token that was accepted', () => {
  const bound = boundToken()
  const thief = makeProof({ token: bound, key: proofKey('ES256', 'thief') })

  it.each<[string, (proof: string) => object]>([
    ['a header of Node', (proof) => dpopRequest(bound, proof)],
    [
      'a list of a serverless event',
      (proof) => ({
        ...dpopRequest(bound, ''),
        rawHeaders: undefined,
        origin: ORIGIN,
        headers: null,
        multiValueHeaders: { host: ['api.example.com'], authorization: [`DPoP ${bound}`], dpop: [proof] },
      }),
    ],
  ])('is decided about again if its proof is replaced: in %s', async (_title, create) => {
    const verifier = makeVerifier({ dpop: {} })
    const request = create(makeProof({ token: bound }))
    for (let time = 0; time < 2; time++) {
      expect(await outcomeOf(async () => decide(verifier, request))).toBe('accepted')
    }
    Object.assign(request, create(thief))
    expect(await outcomeOf(async () => decide(verifier, request))).toBe('proof_key_mismatch')
  })
})
