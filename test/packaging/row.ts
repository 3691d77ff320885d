/** One row of the matrix. It fails by throwing. */
export interface Row {
  readonly name: string
  /** It is a part of `--ci`. */
  readonly ci?: boolean
  readonly run: () => Promise<unknown>
}
