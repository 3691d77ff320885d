import { inspect } from 'node:util'
import { ISSUER, NOW, signingKey, signSegments, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide, requireOn } from '../src/adapter.ts'
import { ERROR_CATALOGUE } from '../src/index.ts'
import { memoryRevocationStore } from '../src/stores/memory-revocation-store.ts'
import { CANARY, expectNoCanary, refusalOf } from './support/canary.ts'
import { cache, decideNow, makeVerifier, recordMessages, requestWith } from './support/verifiers.ts'

const C = CANARY
const canaries = { sub: C, cid: C, jti: C, uid: C, [C]: C, nested: { [C]: [C] } }
const headers = { [C]: C }
const delegated = { act: { sub: C, act: { sub: C } }, authorization_details: [{ type: C, [C]: C }] }
const attacker = signingKey('ES256', 'attacker')
const key = signingKey('ES256')

/** The typ of other tokens, and the code of the refusal. */
const OTHER_TYPES = {
  refresh_token: 'rt+jwt',
  logout_token: 'logout+jwt',
  security_event_token: 'secevent+jwt',
  dpop_proof: 'dpop+jwt',
  id_jag: 'oauth-id-jag+jwt',
  transaction_token: 'txntoken+jwt',
  introspection_response: 'token-introspection+jwt',
  status_list_token: 'statuslist+jwt',
  revocation_request: 'global-token-revocation+jwt',
  authorization_request: 'oauth-authz-req+jwt',
  entity_statement: 'entity-statement+jwt',
}

const REVOKED = `${C} revoked`
const store = memoryRevocationStore({ clock: () => NOW * 1_000 })
await store.revoke({ issuer: ISSUER, subject: REVOKED })

/** A token for each code, full of canaries. */
const tokens: Readonly<Record<string, string>> = {
  token_too_large: C.repeat(2_000),
  token_malformed: `${C}.${C}.${C}`,
  token_encrypted: `${C}.${C}.${C}.${C}.${C}`,
  unsupported_header_parameter: signToken({ claims: canaries, header: { ...headers, crit: [C] } }),
  algorithm_not_allowed: signToken({ claims: canaries, header: { ...headers, alg: C } }),
  key_id_missing: signToken({ claims: canaries, header: { ...headers, kid: undefined } }),
  key_unknown: signToken({ claims: canaries, header: { ...headers, kid: C } }),
  key_unsuitable: signToken({ claims: canaries, header: { ...headers, alg: 'RS256' } }),
  signature_invalid: signToken({
    claims: canaries,
    header: headers,
    key: { ...attacker, kid: key.kid },
  }),
  not_an_access_token: signToken({ claims: canaries, header: { ...headers, typ: C } }),
  ...Object.fromEntries(
    Object.entries(OTHER_TYPES).map(([code, typ]) => [
      code,
      signToken({ claims: canaries, header: { ...headers, typ } }),
    ]),
  ),
  id_token: signToken({ claims: { ...canaries, jti: `ID.${C}` }, header: headers }),
  sender_constrained: signToken({ claims: { ...canaries, cnf: { jkt: C } }, header: headers }),
  issuer_missing: signToken({ claims: { ...canaries, iss: undefined }, header: headers }),
  issuer_not_allowed: signToken({
    claims: { ...canaries, iss: `https://${C}.example` },
    header: headers,
  }),
  audience_missing: signToken({ claims: { ...canaries, aud: undefined }, header: headers }),
  audience_mismatch: signToken({ claims: { ...canaries, aud: [C] }, header: headers }),
  expiry_missing: signToken({ claims: { ...canaries, exp: undefined }, header: headers }),
  token_expired: signToken({ claims: { ...canaries, exp: NOW - 60 }, header: headers }),
  token_not_yet_valid: signToken({ claims: { ...canaries, nbf: NOW + 60 }, header: headers }),
  token_issued_in_future: signToken({ claims: { ...canaries, iat: NOW + 60 }, header: headers }),
  token_too_old: signToken({ claims: { ...canaries, iat: NOW - 6_000 }, header: headers }),
  claim_malformed: signToken({ claims: { ...canaries, exp: C }, header: headers }),
  client_not_allowed: signToken({ claims: { ...canaries, cid: `${C}${C}` }, header: headers }),
  token_revoked: signToken({ claims: { ...canaries, sub: REVOKED }, header: headers }),
  lifetime_too_long: signToken({ claims: { ...canaries, exp: NOW + 86_400 }, header: headers }),
  status_not_supported: signToken({ claims: { ...canaries, status: { uri: C } }, header: headers }),
}

/**
 * Codes that depend on the request, not on the token alone; `contract/canary.test.ts` has requests for them. Introspection
 * has separate leak tests.
 */
const OF_THE_REQUEST = [
  'token_not_bound',
  'dpop_required',
  'proof_key_mismatch',
  'possession_required',
  'certificate_missing',
  'certificate_mismatch',
  'certificate_malformed',
  'token_inactive',
]

describe('nothing of a token is shown', () => {
  it('by any code: there is a token for each of them', () => {
    expect([...Object.keys(tokens), ...OF_THE_REQUEST].sort()).toEqual(
      Object.keys(ERROR_CATALOGUE.InvalidTokenError).sort(),
    )
  })

  it.each(Object.entries(tokens))('by the refusal %s', async (code, token) => {
    const verifier = makeVerifier({
      clientIds: ['somebody', C],
      maxTokenAge: 3_600,
      revocation: { isRevoked: store },
    })
    for (const call of [() => verifier.verify(token), () => verifier.authenticate(requestWith(token))]) {
      expect((await refusalOf(call, token)).code).toBe(code)
    }
  })

  it.each([`{"${C}":${C}}`, C, `"${C}"`, `{"a":1,"a":"${C}"}`])(
    'by the refusal of JSON that JSON.parse would quote: %s',
    async (payload) => {
      const token = signSegments('{"alg":"ES256","kid":"ES256-main"}', payload, key)
      await refusalOf(() => makeVerifier().verify(token), token)
    },
  )

  it.each([
    { scopes: ['a'] },
    { anyScope: ['a'] },
    { claims: { sub: 'a' } },
    { delegation: 'none' } as const,
    { delegation: { actors: ['a'] } },
    { authorizationDetails: { type: 'a' } },
    {
      claims: {
        sub: (value: unknown): boolean => {
          throw new Error(String(value))
        },
      },
    },
  ])('by a requirement that is not met: %o', async (requirements) => {
    const verifier = makeVerifier()
    const token = signToken({ claims: { ...canaries, cid: 'c', scp: [C], ...delegated }, header: headers })
    await refusalOf(() => verifier.verify(token, requirements), token)
    await cache(verifier, token)
    await refusalOf(() => decide(verifier, requestWith(token), requirements), token)
    const request = requestWith(token)
    decide(verifier, request)
    await refusalOf(() => requireOn(request, undefined, requirements), token)
  })

  it('by the refusal while keys are unavailable', async () => {
    const fetch = () => Promise.reject(new Error('no route'))
    const verifier = makeVerifier({ jwksUri: `${ISSUER}/v1/keys`, fetch })
    const token = signToken({ claims: canaries, header: { kid: C } })
    expect((await refusalOf(() => verifier.verify(token), token)).status).toBe(503)
    verifier.close()
  })

  it('by messages about acceptance, except its client', async () => {
    const [verifier, messages] = [makeVerifier(), recordMessages()]
    const token = signToken({ claims: { ...canaries, cid: 'c' }, header: headers })
    await cache(verifier, token)
    decideNow(verifier, token)
    expect(messages).toHaveLength(3)
    expectNoCanary(inspect(messages, { depth: Number.POSITIVE_INFINITY, showHidden: true }), token)
  })

  it('by the verifier or the request after it was cached', async () => {
    const [verifier, token] = [makeVerifier(), signToken()]
    await cache(verifier, token)
    const request = { headers: requestWith(token).headers }
    for (let time = 0; time < 3; time++) decide(verifier, request)
    const options = { showHidden: true, depth: Number.POSITIVE_INFINITY, getters: true }
    const { headers: _headers, ...rest } = request
    for (const shown of [inspect(verifier, options), inspect(rest, { ...options, depth: 0 })]) {
      for (const part of [token, ...token.split('.'), token.slice(-20)]) expect(shown).not.toContain(part)
    }
    expect(JSON.stringify(verifier)).toBe('{}')
  })

  it('by what was verified, except its claims', async () => {
    const token = signToken({ claims: { level: C } })
    const auth = await makeVerifier().verify(token)
    const options = { depth: Number.POSITIVE_INFINITY, showHidden: true }
    expect(auth.claims.level).toBe(C)
    const shown = inspect(auth, options) + JSON.stringify(auth)
    for (const part of [token, ...token.split('.')]) expect(shown).not.toContain(part)
  })
})
