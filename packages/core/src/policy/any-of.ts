import { invalidOption } from '../options/checks.ts'
import { type CompileRequirement, MAX_NESTING, type RequirementCheck } from './requirement.ts'

/**
 * `anyOf`: at least one of the alternatives, each of which is an object of requirements.
 *
 * @param compileAll - validates one alternative
 */
export function compileAnyOf(
  compileAll: CompileRequirement,
  name: string,
  value: unknown,
  level: number,
): RequirementCheck {
  if (!Array.isArray(value) || value.length === 0) {
    invalidOption(name, `${name} must be a list of at least one object of requirements`)
  }
  if (level >= MAX_NESTING) invalidOption(name, `${name} is nested more than ${MAX_NESTING} levels deep`)
  const alternatives = Array.from(value as readonly unknown[], (each, index) =>
    compileAll(`${name}[${index}]`, each, level + 1),
  )
  const [first, ...others] = alternatives as [RequirementCheck, ...RequirementCheck[]]
  return (auth) => {
    const failure = first(auth)
    if (failure === undefined) return undefined
    for (const other of others) if (other(auth) === undefined) return undefined
    // A challenge cannot name alternatives, so the response is that of the first one.
    return { ...failure, requirement: name }
  }
}
