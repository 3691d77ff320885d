/** How many requests came in, by path. */
export class RequestCounts {
  readonly #counts = new Map<string, number>()

  add(path: string): void {
    this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1)
  }

  /** Requests whose path ends so: `/v1/keys`, say. Without an argument: all. */
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
