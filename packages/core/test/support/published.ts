import { outcomeOf, type SigningKey, verifierOptions } from '@okta-resource-server/testing'
import type { JWK } from 'jose'
import { createAccessTokenVerifier } from '../../src/index.ts'

/** The outcome of verifying a token when exactly these keys are published. */
export function outcomeWith(token: string, ...keys: readonly (SigningKey | JWK)[]): Promise<string> {
  // Not keySet(), because some of these keys are not even objects.
  const members = keys.map((key) => (key as Partial<SigningKey> | null)?.jwk ?? key)
  const verifier = createAccessTokenVerifier({ ...verifierOptions(), jwks: { keys: members } })
  return outcomeOf(verifier.verify(token))
}

/** A JWK without some of its members. */
export function without(jwk: JWK, ...names: readonly string[]): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name))) as JWK
}
