import { type Check, fromCheck } from './check.ts'
import { EACH_TIME } from './checks.ts'
import { isConfirmed, type VerifiedToken } from './verification.ts'

type Checks<Subject, Context> = readonly Check<[Subject, Context]>[]

/** Runs checks, from this one on. Returns a promise as soon as one has to wait. */
export function runChecks<Subject, Context>(
  checks: Checks<Subject, Context>,
  subject: Subject,
  context: Context,
  from = 0,
): void | Promise<void> {
  let index = from
  try {
    for (; index < checks.length; index++) {
      const waiting = checks[index]?.run(subject, context)
      if (waiting !== undefined) return runLater(waiting, checks, subject, context, index)
    }
  } catch (error) {
    throw fromCheck(checks[index]?.name, error)
  }
}

/** Waits for a check, and runs those after it. */
export async function runLater<Subject, Context>(
  waiting: Promise<void>,
  checks: Checks<Subject, Context>,
  subject: Subject,
  context: Context,
  index: number,
): Promise<void> {
  for (let later = index + 1; later < checks.length; later++) checks[later]?.start?.(subject, context)
  try {
    await waiting
  } catch (error) {
    throw fromCheck(checks[index]?.name, error)
  }
  return runChecks(checks, subject, context, index + 1)
}

/** Whether no check of EACH_TIME fails. With a loop over the list, a hit is up to a sixth slower. */
export function passesEachTime(token: VerifiedToken, wall: number): boolean {
  const now = wall / 1_000
  return (
    token.issuer.isUnchanged(wall) &&
    isConfirmed(token, wall) &&
    now >= token.validFrom &&
    now < token.validUntil
  )
}

/** Runs EACH_TIME, which never waits. The list is read only if a check may fail. */
export function checkEachTime(
  token: VerifiedToken,
  wall: number = token.issuer.configuration.clock.wall(),
): void {
  if (!passesEachTime(token, wall)) runChecks(EACH_TIME, token, wall)
}
