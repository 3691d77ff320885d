/** Tokens that are timed at once: few, so that their strings are in the processor's cache, as those of a request are. */
export const GROUP = 50

/**
 * Times groups of {@link GROUP} tokens; returns microseconds per token.
 *
 * The slowest twentieth of the groups is left out: there, the process was interrupted.
 *
 * @param count - tokens in all
 * @param group - prepares a group, and returns the milliseconds that it took; `undefined` if it does not count
 */
export async function timeOfGroups(count: number, group: () => Promise<number | undefined>): Promise<number> {
  const took: number[] = []
  for (let done = 0; done < count; done += GROUP) {
    const milliseconds = await group()
    if (milliseconds !== undefined) took.push(milliseconds)
  }
  took.sort((a, b) => a - b)
  const kept = took.slice(0, Math.ceil(took.length * 0.95))
  return (kept.reduce((sum, each) => sum + each, 0) * 1_000) / (kept.length * GROUP)
}
