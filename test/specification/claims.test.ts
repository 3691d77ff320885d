import { outcomeOf, signToken } from '@okta-resource-server/testing'
import { expect, test } from 'vitest'
import { judge, verifierOf } from './judge.ts'

test('a token without an expiry is refused, whatever its profile [RFC6750-5.2-lifetime] [RFC9068-2.2-claims]', async () => {
  for (const profile of ['okta', 'rfc9068', 'generic'] as const) {
    const header = { typ: profile === 'rfc9068' ? 'at+jwt' : 'JWT' }
    const token = signToken({ header, claims: { exp: undefined } })
    expect(await judge(token, { profile })).toBe('expiry_missing')
  }
})

test('a route can require the claims of RFC 9068 that are not checked for every token [RFC9068-2.2-claims]', async () => {
  const marked = { header: { typ: 'at+jwt' } }
  const without = (name: string) => signToken({ ...marked, claims: { [name]: undefined } })
  const profile = 'rfc9068'
  const verifier = verifierOf({ profile })
  const claims = { jti: (value: unknown) => typeof value === 'string' }

  expect(await outcomeOf(verifier.verify(signToken(marked), { claims }))).toBe('accepted')
  expect(await outcomeOf(verifier.verify(without('jti'), { claims }))).toBe('insufficient_claims')
  expect(await judge(without('iat'), { profile, maxTokenAge: 3_600 })).toBe('token_too_old')
})
