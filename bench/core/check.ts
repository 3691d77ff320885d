import type { Algorithm, Setting } from '../policy.ts'
import { readKeys } from '../token-store.ts'
import type { Candidate, Instance } from './candidates.ts'

/** Whether the token is accepted. */
export type Judge = (token: string) => Promise<boolean>

/**
 * Ends the run when a candidate does not do the work: it must accept the good token three times and reject the others.
 *
 * Three times, since a cache may admit a token at its second verification. A limit that verifies signatures only is
 * not asked about claims.
 */
export async function checkJudge(
  name: string,
  judge: Judge,
  setting: Setting,
  algorithm: Algorithm,
  signatureOnly: boolean,
): Promise<void> {
  const { good, tampered, expired, otherAudience, otherIssuer } = readKeys(setting.folder).samples[algorithm]
  const bad = signatureOnly ? { tampered } : { tampered, expired, otherAudience, otherIssuer }
  for (const time of ['first', 'second', 'third']) {
    if (!(await judge(good))) throw new Error(`${name} rejects a good ${algorithm} token the ${time} time`)
    for (const [what, token] of Object.entries(bad)) {
      if (await judge(token)) throw new Error(`${name} accepts a bad ${algorithm} token (${what})`)
    }
  }
}

/** An instance that has passed the check. */
export interface Checked {
  readonly run: (input: unknown) => unknown
  readonly prepare: (token: string) => unknown
}

export async function checkedInstance(
  { name, kind, make }: Pick<Candidate, 'name' | 'kind' | 'make'>,
  setting: Setting,
  algorithm: Algorithm,
): Promise<Checked> {
  const { verify, prepare = (token: string): unknown => token }: Instance = await make(setting, algorithm)
  const run = verify as (input: unknown) => unknown
  const judge = async (token: string): Promise<boolean> => {
    try {
      await run(prepare(token))
      return true
    } catch {
      return false
    }
  }
  await checkJudge(name, judge, setting, algorithm, kind === 'limit')
  return { run, prepare }
}
