import type { ExplainedCheck } from '@okta-resource-server/core'
import type { Diagnosis } from './diagnose.ts'

/** Control characters, line separators, and characters that change the direction of text or are invisible. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** The text with escapes in place of what could alter the terminal. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`)
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? escapeControls(value) : escapeControls(JSON.stringify(value) ?? '-')

function shownFacts(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${escapeControls(name)} = ${shown(value)}`)
    .join(', ')
}

const MARKS = { passed: 'ok  ', failed: 'FAIL', 'not run': '-   ' } as const

function checkLines(row: ExplainedCheck): string[] {
  const { check, outcome, code, hint, unverified } = row
  const [found, wanted] = [shownFacts(row.found), shownFacts(row.wanted)]
  const title = code === undefined ? check : `${check}: ${code}`
  return [
    `  ${MARKS[outcome]} ${escapeControls(title)}${outcome === 'not run' ? ' (not run)' : ''}`,
    ...(found === '' ? [] : [`         found   ${found}${unverified ? ' (unverified)' : ''}`]),
    ...(wanted === '' ? [] : [`         wanted  ${wanted}`]),
    ...(hint === undefined ? [] : [`         fix     ${escapeControls(hint)}`]),
  ]
}

function clockLine({ clockDifference: difference }: Diagnosis): string {
  if (difference === undefined) return '  clock: unknown, since no response had a date'
  if (difference === 0) return '  clock: no difference'
  return `  clock: the authorization server is ${Math.abs(difference)} s ${difference > 0 ? 'ahead' : 'behind'}`
}

function keyLine({
  kid = '(no kid)',
  type = '?',
  algorithm,
  use,
  ageInDays,
}: Diagnosis['keys'][number]): string {
  const age = ageInDays === undefined ? 'age unknown' : `${ageInDays} days old`
  const facts = [type, algorithm ?? 'any algorithm of its type', use, age].filter(
    (fact) => fact !== undefined,
  )
  return `    ${shown(kid)}: ${facts.map(shown).join(', ')}`
}

const CONCLUSIONS = [
  'Nothing is wrong.',
  'The token is refused.',
  'The configuration is wrong.',
  'The authorization server is unavailable.',
] as const

function conclusionOf({ status, problems }: Diagnosis): string {
  return status === 0 && problems.length > 0
    ? 'Tokens can be verified, but there are problems.'
    : CONCLUSIONS[status]
}

/** The diagnosis for people. */
export function asText(diagnosis: Diagnosis): string {
  const { issuer, documents, keys, usableKeys, problems, token } = diagnosis
  const tokenLines =
    token === undefined
      ? []
      : [
          '',
          `Token: ${token.code === undefined ? 'accepted' : `refused (${token.code})`}`,
          ...token.checks.flatMap(checkLines),
        ]
  return [
    `Authorization server ${shown(issuer)}`,
    ...documents.map(
      ({ url, status: http, kind, issuer: named }) =>
        `  ${shown(url)}: ${http === undefined ? 'no response' : http === 200 ? kind : `status ${http}`}${named === undefined || named === issuer ? '' : ` of issuer ${shown(named)}`}`,
    ),
    `  keys: ${keys.length} published, ${usableKeys} usable`,
    ...keys.map(keyLine),
    clockLine(diagnosis),
    ...tokenLines,
    ...(problems.length === 0 ? [] : ['', 'Problems']),
    ...problems.map(({ code, message }) => `  ${escapeControls(code)}: ${escapeControls(message)}`),
    '',
    conclusionOf(diagnosis),
    '',
  ].join('\n')
}
