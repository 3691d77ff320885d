import { ADVISORIES } from './advisories.ts'
import { DOCUMENTS, REQUIREMENTS } from './index.ts'
import { type Proof, proofs } from './proofs.ts'
import type { Requirement, SpecificationDocument } from './requirement.ts'

/** Titles that are listed for each file; of the others only the number is. */
const LISTED = 5

type Proofs = ReadonlyMap<string, readonly Proof[]>

const escaped = (text: string): string => text.replace(/[\\`*_<>[\]|]/g, '\\$&').replace(/\s+/g, ' ')

/** One item for each file, with the first titles in it. */
function proofItems(found: readonly Proof[]): string[] {
  return [...new Set(found.map(({ file }) => file))].map((file) => {
    const inFile = found.filter((proof) => proof.file === file)
    const titles = [...new Set(inFile.map(({ title }) => title))]
    const listed = titles.slice(0, LISTED).map((title) => `“${escaped(title)}”`)
    const more = titles.length > LISTED ? ` and ${titles.length - LISTED} more` : ''
    return `- [${file}](../${file}): ${listed.join(', ')}${more}`
  })
}

const sectionOf = ({ section }: Requirement, url: string | undefined): string =>
  url === undefined ? escaped(section) : `[section ${section}](${url}${section})`

function entry(requirement: Requirement, { url }: SpecificationDocument, found: Proofs): string {
  const { id, level, text, note, departure, elsewhere } = requirement
  return [
    `**${id}** (${level}, ${sectionOf(requirement, url)}): ${escaped(text)}`,
    '',
    ...(note === undefined ? [] : [`- Note: ${escaped(note)}`]),
    ...(departure === undefined ? [] : [`- Departure: ${escaped(departure)}`]),
    ...(elsewhere === undefined ? [] : [`- Not required here: ${escaped(elsewhere)}`]),
    ...proofItems(found.get(id) ?? []),
  ].join('\n')
}

/** The counts of a list of requirements, as cells of a table. */
function counts(requirements: readonly Requirement[], found: Proofs): string {
  const proved = requirements.filter(({ id }) => found.has(id))
  const departures = requirements.filter(({ departure }) => departure !== undefined)
  const cells = [requirements.length, proved.length, requirements.length - proved.length, departures.length]
  return cells.join(' | ')
}

/** The text of `docs/specification.md`. */
export function specificationPage(): string {
  const found = proofs()
  const proved = REQUIREMENTS.filter(({ id }) => found.has(id)).length
  const advisories = ADVISORIES.map(({ id, library, mistake }) =>
    [`**${id}** (${escaped(library)}): ${escaped(mistake)}`, '', ...proofItems(found.get(id) ?? [])].join(
      '\n',
    ),
  )
  return `${[
    '# Specification',
    'What specifications require of a resource server, and the tests that prove it. This page is generated from `test/specification` and the titles of the tests: edit those, then run `npm run specification`.',
    `${REQUIREMENTS.length} requirements are tracked: ${proved} are proved by a test, ${REQUIREMENTS.length - proved} are only explained. ${ADVISORIES.length} mistakes of other libraries are tracked as well, each proved by a test.`,
    [
      '| document | tracked | proved by a test | only explained | with a departure |',
      '| --- | --- | --- | --- | --- |',
      ...DOCUMENTS.map(
        ({ name, title, requirements }) => `| ${name}: ${title} | ${counts(requirements, found)} |`,
      ),
      `| all | ${counts(REQUIREMENTS, found)} |`,
    ].join('\n'),
    'A *departure* says why this library does otherwise, entirely or in part; the tests then prove what it does instead. *Not required here* says who is responsible instead of this library, or why the case never arises.',
    ...DOCUMENTS.flatMap((document) => [
      `## ${document.name}: ${document.title}`,
      ...document.requirements.map((requirement) => entry(requirement, document, found)),
    ]),
    '## Mistakes of other libraries',
    'Published advisories, issues, and mistakes that were measured when other libraries were compared (`PEER-…`), in our own words. Some concern a part of JOSE that is not implemented here; the tests then show that it cannot be reached.',
    ...advisories,
  ].join('\n\n')}\n`
}
