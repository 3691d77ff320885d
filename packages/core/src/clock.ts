/**
 * The two clocks of this package. Tokens are compared with the wall clock. Durations use a clock that never goes back,
 * because a wall clock may be set back by hours, and nothing must stay fresh, or closed, for that long.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch: for `exp`, `nbf` and `iat`, and for showing times to people. */
  wall(): number
  /** Milliseconds that passed since some moment: for every duration. */
  elapsed(): number
}

/** The default wall clock. It reads `Date.now` at each call, since tests replace it. */
export const systemClock = (): number => Date.now()

/** Milliseconds by which the two sources may disagree through rounding. */
const ROUNDING = 5

/**
 * Creates the clocks.
 *
 * `elapsed()` follows `performance.now()`, which does not advance while a machine or a function instance is suspended. Jumps
 * of the wall clock to the future are therefore added, and steps back are ignored (ADR 12). So is a wall clock that
 * throws or returns no finite number: it must not break timers.
 *
 * @param wall - the wall clock in milliseconds since the epoch
 */
export function createClock(wall: () => number): Clock {
  let added = 0
  let offset = Number.NaN
  const elapsed = (): number => {
    const monotonic = performance.now()
    const current = offsetOf(wall, monotonic)
    if (Number.isFinite(current) && !(current >= offset && current <= offset + ROUNDING)) {
      if (current > offset) added += current - offset
      offset = current
    }
    return monotonic + added
  }
  return { wall, elapsed }
}

/** How far the wall clock is ahead of the monotonic one. */
function offsetOf(wall: () => number, monotonic: number): number {
  try {
    return wall() - monotonic
  } catch {
    return Number.NaN
  }
}

/** The wall clock; not a number if it throws, since it must not break a refresh or a timer. */
export function wallOf(clock: Pick<Clock, 'wall'>): number {
  try {
    return clock.wall()
  } catch {
    return Number.NaN
  }
}
