export const ORDERS = ['round-robin', 'random'] as const
export type Order = (typeof ORDERS)[number]

/** Returns the index of the next token each time. `random` is uniform, and the same in every run. */
export function draws(order: Order, tokens: number): () => number {
  let next = 0
  if (order === 'round-robin') return () => next++ % tokens
  let state = 1
  return () => {
    // The generator of Numerical Recipes; the upper bits are the random ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * tokens)
  }
}
