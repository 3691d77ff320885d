export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT'

export interface Explanation {
  /** How this library is stricter, or keeps the requirement in another way. It has to be proved all the same. */
  readonly note?: string
  /** Why this library does otherwise, entirely or in part. */
  readonly departure?: string
  /** Who is responsible instead of this library, or why the case never arises. */
  readonly elsewhere?: string
}

/** One sentence of a specification that binds a resource server. */
export interface Requirement extends Explanation {
  /** Document, section and a word or two. It never changes, since tests cite it in brackets. */
  readonly id: string
  readonly section: string
  readonly level: Level
  readonly text: string
}

/** A document, with those of its requirements that concern a resource server. */
export interface SpecificationDocument {
  readonly name: string
  readonly title: string
  /** What the sections of an RFC are linked to. */
  readonly url?: string
  readonly requirements: readonly Requirement[]
}

type Entry = (id: string, text: string, explanation?: Explanation) => Requirement

/** The section of an RFC is a part of the id. */
const at =
  (level: Level): Entry =>
  (id, text, explanation = {}) => ({ id, section: id.split('-')[1] as string, level, text, ...explanation })

export const must: Entry = at('MUST')
export const mustNot: Entry = at('MUST NOT')
export const should: Entry = at('SHOULD')
export const shouldNot: Entry = at('SHOULD NOT')

export function rfc(
  number: number,
  title: string,
  requirements: readonly Requirement[],
): SpecificationDocument {
  return {
    name: `RFC ${number}`,
    title,
    url: `https://www.rfc-editor.org/rfc/rfc${number}#section-`,
    requirements,
  }
}

/** The requirements of a page that has no numbered sections. */
export const page = (section: string, requirements: readonly Requirement[]): readonly Requirement[] =>
  requirements.map((requirement) => ({ ...requirement, section }))
