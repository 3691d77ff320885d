import {
  accessTokenClaims,
  keySet,
  outcomeOf,
  type SigningKey,
  signSegments,
} from '@okta-resource-server/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keys, mutation, settings, text, timeout, tokens } from '../support/properties.ts'
import { cache, makeVerifier } from '../support/verifiers.ts'

const verifier = makeVerifier({ jwks: keySet(...keys) })
// All are in the cache, so that a mutation that is taken for one of them shows.
await cache(verifier, ...tokens)

/** Applies a change, which may not find the form that it needs after an earlier one. */
function applyAgain(change: (token: string) => string, mutated: string): string {
  try {
    return change(mutated)
  } catch {
    return `${mutated}~`
  }
}

it('a mutated token is refused [RFC6750-5.2-integrity]', { timeout }, async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...tokens),
    mutation,
    fc.option(mutation),
    async (token, first, second) => {
      const mutated = second === null ? first(token) : applyAgain(second, first(token))
      fc.pre(!tokens.includes(mutated))
      expect(await outcomeOf(verifier.verify(mutated))).not.toBe('accepted')
    },
  )
  await fc.assert(property, settings)
})

it('whatever is passed as a token is accepted or refused, and never throws another error', {
  timeout,
}, async () => {
  const property = fc.asyncProperty(fc.oneof(text, fc.anything()), async (token) => {
    // outcomeOf throws what is not a refusal.
    const code = await outcomeOf(verifier.verify(token as string))
    if (code === 'accepted') expect(tokens).toContain(token)
  })
  await fc.assert(property, settings)
})

it('whatever a known key signs is accepted or refused, and never throws another error', {
  timeout,
}, async () => {
  const [key] = keys as [SigningKey]
  const header = `{"alg":"ES256","kid":"${key.kid}"}`
  const claims = accessTokenClaims()
  const payload = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
    fc.json(),
    fc
      .dictionary(fc.oneof(fc.constantFrom(...Object.keys(claims)), fc.string()), fc.jsonValue())
      .map((differing) => JSON.stringify({ ...claims, ...differing })),
  )
  const requirements = {
    anyScope: ['messages:read'],
    claims: { sub: ['someone@example.com'], ver: (value: unknown) => value === 1 },
  }
  const property = fc.asyncProperty(payload, fc.boolean(), async (content, asHeader) => {
    const token = asHeader
      ? signSegments(content, JSON.stringify(claims), key)
      : signSegments(header, content, key)
    await outcomeOf(verifier.verify(token, requirements))
  })
  await fc.assert(property, settings)
})
