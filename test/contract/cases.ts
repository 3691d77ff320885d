import { CONTRACT_PROOFS } from '../specification/contract-proofs.ts'
import type { Case, Expectation, ForgedCase } from './case.ts'
import { ALGORITHM_CASES } from './cases-algorithms.ts'
import { CLAIM_CASES } from './cases-claims.ts'
import { EMBEDDED_KEY_CASES } from './cases-embedded-keys.ts'
import { HEADER_CASES } from './cases-header.ts'
import { ISSUED_TOKEN_CASES } from './cases-issued.ts'
import { JSON_CASES } from './cases-json.ts'
import { KEY_CASES } from './cases-keys.ts'
import { NARROW_CASES, PARTY_CASES } from './cases-parties.ts'
import { REQUEST_CASES } from './cases-requests.ts'
import { SIGNATURE_CASES } from './cases-signatures.ts'
import { TOKEN_FORM_CASES } from './cases-token-form.ts'

export type { Case, ForgedCase } from './case.ts'

function proving<C extends Expectation>(cases: readonly C[]): readonly C[] {
  return cases.map((each) => {
    const requirements = CONTRACT_PROOFS[each.name]
    return requirements === undefined ? each : { ...each, requirements }
  })
}

/** Tokens that any authorization server can issue, and requests that are wrong whatever the token. */
export const ISSUED: readonly Case[] = proving([...REQUEST_CASES, ...ISSUED_TOKEN_CASES])

/** What depends on which keys are published, wherever the API has them from. */
export const OF_PUBLISHED_KEYS: readonly ForgedCase[] = proving([...KEY_CASES, ...EMBEDDED_KEY_CASES])

/** What depends on keys and signatures. */
export const OF_KEYS: readonly ForgedCase[] = [
  ...proving([...ALGORITHM_CASES, ...SIGNATURE_CASES]),
  ...OF_PUBLISHED_KEYS,
]

/** What depends on the token alone. */
export const OF_TOKENS: readonly ForgedCase[] = proving([
  ...TOKEN_FORM_CASES,
  ...JSON_CASES,
  ...HEADER_CASES,
  ...CLAIM_CASES,
  ...PARTY_CASES,
])

/** What an API refuses that asks for a client, an age and an algorithm. */
export const OF_NARROW_APIS: readonly ForgedCase[] = proving(NARROW_CASES)

export const CASES: readonly Expectation[] = [...ISSUED, ...OF_KEYS, ...OF_TOKENS, ...OF_NARROW_APIS]
