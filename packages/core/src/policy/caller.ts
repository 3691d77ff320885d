import { invalidOption } from '../options/checks.ts'
import { factsOf } from '../token/facts.ts'
import type { CompileRequirement } from './requirement.ts'

/** `caller`: a user or a service, as the profile of the token reads it. A token without such a mark is refused. */
export const compileCaller: CompileRequirement = (name, value) => {
  if (value !== 'user' && value !== 'service') invalidOption(name, `${name} must be 'user' or 'service'`)
  return (auth) =>
    factsOf(auth)?.caller === value
      ? undefined
      : { code: 'caller_not_allowed', requirement: name, scopes: [], caller: value }
}
