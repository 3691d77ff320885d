const CONCURRENCY = 100
/** A cache may admit a token at its second verification. */
const FEWEST_PASSES = 3

type Run = (input: unknown) => unknown

/** Runs all inputs, 100 at a time; returns how many there were. */
export async function concurrently(inputs: readonly unknown[], run: Run): Promise<number> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < inputs.length) {
      const outcome = run(inputs[next++])
      if (outcome instanceof Promise) await outcome
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, lane))
  return inputs.length
}

/** Runs all inputs, one after the other; returns how many there were. */
export async function oneByOne(inputs: readonly unknown[], run: Run): Promise<number> {
  for (const input of inputs) {
    const outcome = run(input)
    if (outcome instanceof Promise) await outcome
  }
  return inputs.length
}

/** Runs the inputs one after the other, for so long and at least three times; returns how many there were. */
export async function repeatedly(
  inputs: readonly unknown[],
  run: Run,
  milliseconds: number,
): Promise<number> {
  let runs = 0
  const until = performance.now() + milliseconds
  while (runs < FEWEST_PASSES * inputs.length || performance.now() < until)
    runs += await oneByOne(inputs, run)
  return runs
}
