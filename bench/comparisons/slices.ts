import { reordered } from '../statistics.ts'
import { startClock } from '../thread-time.ts'

/** Microseconds per token of one slice. */
export interface Slice {
  readonly wall: number
  readonly main: number
}

/** Measures work on prepared input, which resolves with the number of tokens. */
export async function measuredSlice(work: () => Promise<number>): Promise<Slice> {
  // What one has left in the young generation is not collected during the slice of the next.
  globalThis.gc?.({ type: 'minor' })
  const stop = await startClock()
  const tokens = await work()
  const { wall, main } = await stop()
  return { wall: wall / tokens, main: main / tokens }
}

/**
 * Measures several things in turn within one process, in a different order each time; the slices of each, in order.
 *
 * They share the heap, the compiled code and the moment, so small differences show that separate processes would hide.
 */
export async function interleavedSlices(
  all: readonly (() => Promise<Slice>)[],
  count: number,
): Promise<readonly (readonly Slice[])[]> {
  const slices = new Map(all.map((each) => [each, [] as Slice[]]))
  for (let index = 0; index < count; index++) {
    for (const slice of reordered(all, index)) slices.get(slice)?.push(await slice())
  }
  return [...slices.values()]
}
