import { outcomeOf, refusalOf, signToken } from '@okta-resource-server/testing'
import { expect, it } from 'vitest'
import {
  type AccessTokenVerifierOptions,
  checkRequirements,
  type ResourceServerError,
} from '../../src/index.ts'
import { boundToken, dpopRequest, makeProof } from '../support/proofs.ts'
import { makeVerifier } from '../support/verifiers.ts'

const RESOURCE: Partial<AccessTokenVerifierOptions> = {
  resource: 'https://api.example.com/v1',
  realm: 'messages',
}
const METADATA = 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/v1"'

const challengeOf = async (check: () => void): Promise<string | undefined> =>
  ((await refusalOf(check)) as ResourceServerError).headers['www-authenticate']

it('requirements that a handler checks are challenged as by the verifier of the token', async () => {
  const auth = await makeVerifier(RESOURCE).verify(signToken())
  const challenge = await challengeOf(() => checkRequirements(auth, { scopes: ['admin'] }))

  expect(challenge).toMatch(/^Bearer realm="messages", error="insufficient_scope"/)
  expect(challenge).toContain('scope="admin"')
  expect(challenge).toContain(METADATA)
})

it('the challenge has the scheme of the token', async () => {
  const auth = await makeVerifier({ dpop: {} }).authenticate(dpopRequest(boundToken(), makeProof()))
  const challenge = await challengeOf(() => checkRequirements(auth, { scopes: ['admin'] }))

  expect(challenge).toMatch(/DPoP [^,]*realm="api", error="insufficient_scope"/)
})

it('the error is in the challenge of this scheme only', async () => {
  const auth = await makeVerifier({ dpop: 'allowed' }).verify(signToken())
  const challenge = await challengeOf(() => checkRequirements(auth, { scopes: ['admin'] }))

  expect(challenge).toMatch(/Bearer realm="api", error="insufficient_scope"/)
  expect(challenge?.match(/error=/g)).toHaveLength(1)
})

it('a copy of a token is challenged by default', async () => {
  const auth = { ...(await makeVerifier(RESOURCE).verify(signToken())) }
  const challenge = await challengeOf(() => checkRequirements(auth, { scopes: ['admin'] }))

  expect(challenge).toMatch(/^Bearer realm="api", error="insufficient_scope"/)
  expect(challenge).not.toContain(METADATA)
  expect(await outcomeOf(() => checkRequirements(auth, { scopes: ['messages:read'] }))).toBe('accepted')
})
