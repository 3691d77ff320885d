import type { AuthorizationServer, Options } from './shape.ts'

const HEAD = [
  '| authorization server | configuration | notes | accepted although it is not an access token |',
  '| --- | --- | --- | --- |',
]

/** Options as code: strings in single quotes, `null` and lists as they are. */
function code(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(code).join(', ')}]`
  return typeof value === 'string' ? `'${value}'` : String(value)
}

function configuration(options: Options): string {
  const members = Object.entries(options).map(([name, value]) => `${name}: ${code(value)}`)
  return `\`{ ${members.join(', ')} }\``
}

function row({ name, options, notes, indistinguishable }: AuthorizationServer): string {
  return `| ${name} | ${configuration(options)} | ${notes} | ${indistinguishable ?? 'nothing'} |`
}

/** The provider table of the README. */
export function providerTable(servers: readonly AuthorizationServer[]): string {
  const sorted = servers.toSorted((one, other) => one.name.localeCompare(other.name, 'en'))
  return [...HEAD, ...sorted.map(row)].join('\n')
}
