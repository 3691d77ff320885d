import type { IssuerMode } from './options.ts'
import { ORG } from './routes.ts'

/** The authorization servers of this org, and their issuers. */
export class Issuers {
  readonly #ids: readonly string[]
  readonly #origin: string
  readonly #mode: IssuerMode

  constructor(ids: readonly string[], origin: string, mode: IssuerMode) {
    this.#ids = ids
    this.#origin = origin
    this.#mode = mode
  }

  get origin(): string {
    return this.#origin
  }

  /** Returns the issuer of an authorization server, or of the org; `undefined` for an unknown ID. */
  find(id: string, host?: string): string | undefined {
    if (id === ORG) return this.#origin
    if (!this.#ids.includes(id)) return undefined
    const dynamic = this.#mode === 'DYNAMIC' && host !== undefined && /^[\w.:[\]-]+$/.test(host)
    return `${dynamic ? `${new URL(this.#origin).protocol}//${host}` : this.#origin}/oauth2/${id}`
  }
}
