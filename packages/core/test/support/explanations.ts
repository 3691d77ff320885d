import type { ExplainedCheck, Explanation } from '../../src/token/explanation.ts'

/** The row of an explanation about this check. */
export function row({ checks }: Explanation, name: string): ExplainedCheck {
  const found = checks.find(({ check }) => check === name)
  if (found === undefined) throw new Error(`there is no check ${name}`)
  return found
}

/** The outcome of each check. */
export const outcomes = ({ checks }: Explanation): Record<string, string> =>
  Object.fromEntries(checks.map(({ check, outcome }) => [check, outcome]))

/** What each check has found and wanted. */
export const table = ({ checks }: Explanation): Record<string, unknown> =>
  Object.fromEntries(checks.map(({ check, found, wanted }) => [check, [found, wanted]]))
