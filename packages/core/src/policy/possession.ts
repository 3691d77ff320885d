import { invalidOption } from '../options/checks.ts'
import type { Scheme } from '../refusal/challenge.ts'
import type { Confirmation } from '../token/confirmation.ts'
import type { CompileRequirement } from './requirement.ts'

/** How a client must prove that a token is its own: by a DPoP proof, by its TLS client certificate, or by either. */
export type PossessionRequirement = 'any' | 'dpop' | 'mtls'

const KINDS: Readonly<
  Record<
    PossessionRequirement,
    {
      readonly isMet: (confirmation: Confirmation) => boolean
      /** The schemes of tokens that meet it. */
      readonly schemes: readonly Scheme[]
    }
  >
> = {
  any: { isMet: () => true, schemes: ['Bearer', 'DPoP'] },
  dpop: { isMet: ({ jkt }) => jkt !== undefined, schemes: ['DPoP'] },
  mtls: { isMet: ({ 'x5t#S256': x5t }) => x5t !== undefined, schemes: ['Bearer'] },
}

/** `possession`: the token is bound to a key or a certificate. That the client has it was checked before, whatever a route requires. */
export const compilePossession: CompileRequirement = (name, value) => {
  if (typeof value !== 'string' || !Object.hasOwn(KINDS, value)) {
    invalidOption(name, `${name} must be 'any', 'dpop' or 'mtls'`)
  }
  const { isMet, schemes } = KINDS[value as PossessionRequirement]
  const failure = { code: 'possession_required', requirement: name, scopes: [], schemes } as const
  return ({ confirmation }) => (confirmation !== undefined && isMet(confirmation) ? undefined : failure)
}
