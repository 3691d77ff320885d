/** Counts requests by path. */
export class RequestCounts {
  readonly #counts = new Map<string, number>()

  add(path: string): void {
    this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1)
  }

  /** Number of requests whose path has this ending, for example `/v1/keys`; by default, of all requests. */
  count(pathEnd = ''): number {
    let sum = 0
    for (const [path, count] of this.#counts) if (path.endsWith(pathEnd)) sum += count
    return sum
  }

  reset(): void {
    this.#counts.clear()
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
