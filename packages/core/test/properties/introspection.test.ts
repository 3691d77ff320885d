import { NOW, outcomeOf } from '@okta-resource-server/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { VerifiedAccessToken } from '../../src/index.ts'
import { API, AS, activeAnswer, askingVerifier } from '../support/introspection.ts'
import { settings, timeout } from '../support/properties.ts'

const MEMBERS = [
  ...['active', 'iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'jti', 'client_id', 'cid', 'azp', 'scope', 'scp'],
  ...['token_type', 'cnf', 'act', 'may_act', 'nonce', 'typ', 'uid', 'ver', 'status', 'events', 'at_hash'],
]
/** Values that are nearly right, and any others. */
const value = fc.oneof(
  fc.constantFrom<unknown>(true, 'true', 1, null, '', [], {}, NOW + 60, `${NOW + 60}`, -1, API, [API]),
  fc.constantFrom<unknown>(
    [API, 1],
    [[API]],
    AS,
    `${AS}/`,
    'Bearer',
    'DPoP',
    'N_A',
    { jkt: 1 },
    { sub: 'a' },
  ),
  fc.jsonValue({ maxDepth: 3 }),
)
const changes = fc.dictionary(fc.oneof(fc.constantFrom(...MEMBERS), fc.string({ maxLength: 8 })), value, {
  minKeys: 1,
  maxKeys: 3,
})

/** A verifier that asks about each token anew, and verifies one after the server got this answer. */
function deciding() {
  const limits = { cacheMaxAge: 0, negativeCacheMaxAge: 0, maxCallsPerMinute: 100_000 }
  const { verifier, server } = askingVerifier(limits)
  let count = 0
  return (text: string): Promise<VerifiedAccessToken> => {
    server.reply = () => new Response(text)
    return verifier.verify(`opaque-${count++}`)
  }
}

it('whatever members an answer has, it is accepted with these claims, or refused [INTR-05]', {
  timeout,
}, async () => {
  const decide = deciding()
  const property = fc.asyncProperty(changes, async (changed) => {
    const text = JSON.stringify({ ...activeAnswer(), ...changed })
    // outcomeOf throws what is not a refusal.
    if ((await outcomeOf(decide(text))) !== 'accepted') return
    const { active, aud, exp, iss, nbf, cnf } = JSON.parse(text)
    expect(active).toBe(true)
    expect([aud].flat()).toContain(API)
    expect(exp).toBeTypeOf('number')
    expect(exp).toBeGreaterThan(NOW - 60)
    expect(iss ?? AS).toBe(AS)
    expect(nbf ?? 0).toBeLessThan(NOW + 60)
    expect(cnf ?? undefined).toBeUndefined()
    const { issuer, scopes, subject, clientId } = await decide(text)
    expect(issuer).toBe(AS)
    for (const text of [...scopes, subject ?? '', clientId ?? '']) expect(text).toBeTypeOf('string')
  })
  await fc.assert(property, settings)
})

it('whatever text an answer is, no token is accepted by it that is not active', { timeout }, async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    fc
      .tuple(fc.nat(), fc.constantFrom('', '"', '}', '{', ',', ':', '\\', '\u0000'))
      .map(([at, replacement]) => {
        const whole = JSON.stringify(activeAnswer())
        const index = at % whole.length
        return whole.slice(0, index) + replacement + whole.slice(index + 1)
      }),
    fc
      .constantFrom(...MEMBERS)
      .map((name) => JSON.stringify(activeAnswer()).replace('{', `{"${name}":false,`)),
  )
  const decide = deciding()
  const property = fc.asyncProperty(text, async (body) => {
    if ((await outcomeOf(decide(body))) !== 'accepted') return
    const { active, aud, exp } = JSON.parse(body)
    expect([active, aud, exp > NOW - 60]).toEqual([true, API, true])
  })
  await fc.assert(property, settings)
})
