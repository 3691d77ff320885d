/** Thrown by a row that cannot run here; the message says why. */
export class Skip extends Error {}

/** One row of the matrix. It fails by throwing. */
export interface Row {
  readonly name: string
  /** It is a part of `--ci`. */
  readonly ci?: boolean
  readonly run: () => Promise<unknown>
}
