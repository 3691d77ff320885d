/** What the refusals of every copy of the library have in common. */
export interface Refusal extends Error {
  readonly code: string
  readonly status: number
}

/** Recognized by its properties, since `instanceof` fails across copies of a package. */
function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'status' in error &&
    typeof error.status === 'number'
  )
}

/** The refusal that a call ended with, or `undefined` when it succeeded. Any other error is thrown. */
async function ending(call: Promise<unknown> | (() => unknown)): Promise<Refusal | undefined> {
  try {
    await (typeof call === 'function' ? call() : call)
    return undefined
  } catch (error) {
    if (isRefusal(error)) return error
    throw error
  }
}

/**
 * How a call ended: `accepted`, or the `code` of the refusal. Any other error is thrown.
 *
 * @example
 * ```ts
 * const outcome = await outcomeOf(verifier.verify(token)) // for example 'token_expired'
 * ```
 */
export async function outcomeOf(call: Promise<unknown> | (() => unknown)): Promise<string> {
  return (await ending(call))?.code ?? 'accepted'
}

/** The refusal that a call ended with. A call that succeeds is an error, and any other error is thrown. */
export async function refusalOf(call: Promise<unknown> | (() => unknown)): Promise<Refusal> {
  const refusal = await ending(call)
  if (refusal === undefined) throw new Error('the call was accepted')
  return refusal
}
