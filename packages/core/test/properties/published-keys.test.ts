import {
  ISSUER,
  outcomeOf,
  type SigningKey,
  signingKey,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAccessTokenVerifier } from '../../src/index.ts'
import { numRuns, settings, timeout } from '../support/properties.ts'

type Members = Readonly<Record<string, unknown>>

/** The RSA algorithms share one key. */
const SIGNERS = ['RS256', 'RS512', 'PS256', 'ES256'].map((name) => signingKey(name))
const PUBLISHED = [signingKey('RS256'), signingKey('ES256'), signingKey('RS256', 'other')]
const ABSENT = [undefined, null, ''] as const

const entry = fc.record({
  jwk: fc.constantFrom(...PUBLISHED.map(({ jwk }) => jwk)),
  kid: fc.constantFrom(...ABSENT, 7, '7', 'a'),
  alg: fc.constantFrom(...ABSENT, 'RS256', 'RS512', 'PS256', 'ES256'),
  use: fc.constantFrom(...ABSENT, 'sig', 'sig', 'enc'),
  key_ops: fc.constantFrom(undefined, null, [], ['verify'], ['sign']),
  x5t: fc.constantFrom(undefined, null, 'one', 'two'),
  issuer: fc.constantFrom(...ABSENT, ISSUER, 'https://other.example'),
  oth: fc.constantFrom(undefined, null, []),
  d: fc.constantFrom(undefined, null, ''),
})
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === ''
const textOf = (kid: unknown): string | undefined => (isAbsent(kid) ? undefined : String(kid))

/** The algorithms of an entry; none for one that is not used. */
function algorithmsOf({ jwk, alg, use, key_ops: operations }: Entry): readonly string[] {
  if (use === 'enc' || operations?.[0] === 'sign') return []
  const own = jwk.kty === 'RSA' ? ['RS256', 'RS512', 'PS256'] : ['ES256']
  return own.filter((name) => isAbsent(alg) || alg === name)
}

/** Whether one of the first three entries that a token may mean is the key that signed it. */
function isVerified(entries: readonly Entry[], signer: SigningKey, header: Members): boolean {
  const used = entries.filter((each) => algorithmsOf(each).length > 0)
  const kid = textOf(header.kid)
  const printed = used.filter(({ x5t }) => !isAbsent(x5t) && x5t === header.x5t)
  const unnamed = printed.length > 0 ? printed : used
  const meant = kid === undefined ? unnamed : used.filter((each) => textOf(each.kid) === kid)
  return meant
    .filter((each) => algorithmsOf(each).includes(signer.algorithm))
    .filter(({ issuer }) => isAbsent(issuer) || issuer === ISSUER)
    .slice(0, 3)
    .some(({ jwk }) => jwk.n === signer.jwk.n && jwk.x === signer.jwk.x)
}

const HEADERS: readonly Members[] = [undefined, '', 7, '7', 'a'].flatMap((kid) =>
  [undefined, 'one'].map((x5t) => ({ kid, x5t })),
)
const tokens = SIGNERS.flatMap((signer) =>
  HEADERS.map((header) => ({ signer, header, token: signToken({ key: signer, header }) })),
)

function created(entries: readonly Entry[]) {
  const keys = entries.map(({ jwk, ...members }) => ({ ...jwk, ...members }))
  const jwks = JSON.parse(JSON.stringify({ keys }))
  try {
    return createAccessTokenVerifier({ ...verifierOptions(), profile: 'generic', jwks, tokenCache: false })
  } catch {
    // There is no key that can be used.
    return undefined
  }
}

it('a token is verified exactly by the published entry that it means', { timeout }, async () => {
  const seen = { verified: 0, refused: 0 }
  const property = fc.asyncProperty(
    fc.array(entry, { minLength: 1, maxLength: 5 }),
    fc.subarray(tokens, { minLength: 1, maxLength: 8 }),
    async (entries, some) => {
      const verifier = created(entries)
      for (const { signer, header, token } of some) {
        const code = verifier === undefined ? 'no key' : await outcomeOf(verifier.verify(token))
        const expected = isVerified(entries, signer, header)
        seen[expected ? 'verified' : 'refused']++
        expect([code, code === 'accepted']).toEqual([code, expected])
      }
    },
  )
  await fc.assert(property, { ...settings, numRuns: Math.ceil(numRuns / 3) })
  expect(Math.min(seen.verified, seen.refused)).toBeGreaterThan(20)
})
