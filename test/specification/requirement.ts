/** One sentence of a specification that binds a resource server. */
export interface Requirement {
  /** Stable: document, section, and a word or two; tests cite it in brackets. */
  readonly id: string
  readonly section: string
  readonly level: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT'
  readonly text: string
  /** Why the product does otherwise, in whole or in part. */
  readonly departure?: string
  /** Who keeps it, where it is not this library: the deployment, the application; or why its case never arises. */
  readonly elsewhere?: string
  /** What is still wrong; a test that is expected to fail shows it. */
  readonly defect?: string
}
