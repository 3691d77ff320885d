import type { Configuration } from '../options/options.ts'
import { warnOnce } from '../warnings.ts'
import { MAX_NESTING } from './requirement.ts'
import { issuersWithoutCaller, warnOfUnknownCaller } from './unknown-caller.ts'

/** What has to be known of requirements, whether they are valid or not. */
interface Asking {
  readonly caller?: unknown
  readonly possession?: unknown
  readonly anyOf?: unknown
}

/** What some verifiers can find in no token. */
const NEEDS = {
  caller: ({ caller }: Asking): boolean => caller !== undefined,
  dpop: ({ possession }: Asking): boolean => possession === 'dpop',
  mtls: ({ possession }: Asking): boolean => possession === 'mtls',
  possession: ({ possession }: Asking): boolean => possession !== undefined,
} as const
type Need = keyof typeof NEEDS

/** Whether something is required: directly, or by each alternative. */
function isRequiredBy(requirements: unknown, need: Need, level = 0): boolean {
  const asking = (requirements ?? {}) as Asking
  if (NEEDS[need](asking)) return true
  const { anyOf } = asking
  if (!Array.isArray(anyOf) || anyOf.length === 0 || level > MAX_NESTING) return false
  return anyOf.every((each) => isRequiredBy(each, need, level + 1))
}

/** A need that tokens of a verifier do not meet, and how it is reported. */
interface Impossible {
  readonly need: Need
  readonly warn: () => void
}

function impossibleCaller(configuration: Configuration): readonly Impossible[] {
  const issuers = issuersWithoutCaller(configuration)
  return [{ need: 'caller', warn: () => issuers.forEach(warnOfUnknownCaller) }]
}

/** A bound token is refused while the option for its kind is `'disabled'`. */
function impossiblePossession({ dpop, mtls, issuers }: Configuration): readonly Impossible[] {
  const modes = { dpop: dpop.mode, mtls: mtls.mode }
  const disabled = (['dpop', 'mtls'] as const).filter((option) => modes[option] === 'disabled')
  const [option] = disabled
  if (option === undefined) return []
  const [need, required, are] =
    disabled.length === 1
      ? ([option, `possession: '${option}'`, 'is'] as const)
      : (['possession', 'possession', 'are'] as const)
  const message = `A route requires ${required}, but ${disabled.join(' and ')} ${are} 'disabled', so every token is refused. Set ${disabled.join(' or ')} to 'allowed', or remove the requirement.`
  const issuer = [...issuers.keys()].join(', ') || 'found by a function'
  return [{ need, warn: () => warnOnce('ORS_POSSESSION_DISABLED', { issuer, isFixed: true }, message) }]
}

/** What is required by requirements of which it is not known yet which verifier they are for. */
const defined = new Set<Need>()
/** Verifiers that are not closed. */
let verifiers = 0

/** Requirements are defined for later use. */
export function rememberDefined(requirements: object): void {
  for (const need of Object.keys(NEEDS) as Need[]) if (isRequiredBy(requirements, need)) defined.add(need)
}

/** Reports for one verifier what its tokens cannot meet, as soon as it is known to be required. */
export class ImpossibleRequirements {
  readonly #impossible: readonly Impossible[]
  #isOpen = true

  constructor(configuration: Configuration) {
    this.#impossible = [...impossibleCaller(configuration), ...impossiblePossession(configuration)]
    verifiers++
  }

  /** These requirements are for the verifier. They need not be valid. */
  note(requirements: unknown): void {
    for (const { need, warn } of this.#impossible) if (isRequiredBy(requirements, need)) warn()
  }

  /** The verifier is used from now on: for the requirements that were defined, if there is no other one. */
  begin(): void {
    if (verifiers !== 1) return
    for (const { need, warn } of this.#impossible) if (defined.has(need)) warn()
  }

  /** The verifier is closed. */
  close(): void {
    if (this.#isOpen) verifiers--
    this.#isOpen = false
  }
}
