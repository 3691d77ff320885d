import type { Algorithm, Setting } from '../policy.ts'
import { readKeys } from '../token-store.ts'

/** Whether it lets the token in. */
export type Judge = (token: string) => Promise<boolean>

/**
 * Refuses to measure what does not do the work: the good token must be let in, twice, the others kept out.
 *
 * A limit that only looks at signatures is not asked about claims.
 */
export async function checkCandidate(
  name: string,
  judge: Judge,
  setting: Setting,
  algorithm: Algorithm,
  signatureOnly: boolean,
): Promise<void> {
  const { good, tampered, expired, otherAudience, otherIssuer } = readKeys(setting.folder).samples[algorithm]
  const bad = signatureOnly ? { tampered } : { tampered, expired, otherAudience, otherIssuer }
  for (const time of ['first', 'second']) {
    if (!(await judge(good))) throw new Error(`${name} refuses a good ${algorithm} token the ${time} time`)
    for (const [what, token] of Object.entries(bad)) {
      if (await judge(token)) throw new Error(`${name} accepts a bad ${algorithm} token (${what})`)
    }
  }
}
