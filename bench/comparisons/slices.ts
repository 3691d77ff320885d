import { reordered } from '../statistics.ts'
import { startClock } from '../thread-time.ts'

/** Something that is measured in slices. */
export interface Sliced<T> {
  /** Makes the input of the next slice; not timed. */
  readonly prepare: () => T
  /** Runs one slice; resolves with the number of tokens. */
  readonly run: (input: T) => Promise<number>
}

/** Microseconds per token of one slice. */
export interface Slice {
  readonly wall: number
  readonly main: number
}

/**
 * Measures several things in turn within one process, in a different order each time; the slices of each, in order.
 *
 * They share the heap, the compiled code and the moment, so small differences show that separate processes would hide.
 */
export async function interleavedSlices<T>(
  all: readonly Sliced<T>[],
  count: number,
): Promise<readonly (readonly Slice[])[]> {
  const slices = new Map(all.map((each) => [each, [] as Slice[]]))
  for (let index = 0; index < count; index++) {
    for (const each of reordered(all, index)) {
      const input = each.prepare()
      // What one has left in the young generation is not collected during the slice of the next.
      globalThis.gc?.({ type: 'minor' })
      const stop = await startClock()
      const tokens = await each.run(input)
      const { wall, main } = await stop()
      slices.get(each)?.push({ wall: wall / tokens, main: main / tokens })
    }
  }
  return [...slices.values()]
}
