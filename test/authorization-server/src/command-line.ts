import { parseArgs } from 'node:util'
import type { AuthorizationServerOptions, IssuerMode } from './options.ts'

/** The command line is invalid. */
export class UsageError extends Error {}

export interface CommandLine {
  readonly options: AuthorizationServerOptions
  /** The file that the description of the server is written to. */
  readonly describe: string | undefined
}

export const USAGE = `Usage: node src/main.ts [options]

An authorization server for tests that behaves like Okta's. The first line on stdout is a JSON object with
issuer, audience, client_id, username, password and totp_secret.

  --port <number>         port to listen on, 0 for a free one (default: 9000)
  --host <address>        address to listen on (default: 127.0.0.1)
  --issuer-url <origin>   origin of the issuer (default: the address above)
  --issuer-mode <mode>    ORG_URL (default), or DYNAMIC to derive the issuer from the Host header of each request
  --audience <uri>        audience of the access tokens (default: api://default)
  --username <name>       name of the user (default: ada.lovelace@example.com)
  --password <password>   password of the user (default: random)
  --totp-secret <base32>  TOTP secret of the user (default: random)
  --factors <1|2>         number of factors that the sign-in policy requires (default: 2)
  --describe <file>       also write the JSON object to this file, once the server is listening
  --help                  show this text

Like Okta, the server accepts 5 OTPs per user in 5 minutes and then responds with 429 invalid_grant.
With --factors 1 the password alone is enough, so no OTP is needed and this limit does not apply.

Each option can also be set with an environment variable, such as AUTHORIZATION_SERVER_PORT.
`

const FLAGS = [
  'port',
  'host',
  'issuer-url',
  'issuer-mode',
  'audience',
  'username',
  'password',
  'totp-secret',
  'factors',
  'describe',
] as const
type Flag = (typeof FLAGS)[number]

/**
 * Parses the command line. Flags take precedence over environment variables.
 *
 * @returns The options, or `'help'` for `--help`.
 * @throws {UsageError} If a flag is unknown or a value is invalid.
 */
export function parseCommandLine(args: string[], environment: NodeJS.ProcessEnv): CommandLine | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  const value = (flag: Flag): string | undefined => {
    const variable = `AUTHORIZATION_SERVER_${flag.toUpperCase().replaceAll('-', '_')}`
    // An empty variable counts as unset.
    return values[flag] ?? (environment[variable] || undefined)
  }
  const options = withoutUndefined({
    port: integer('--port', value('port') ?? '9000', 0, 65535),
    host: value('host'),
    issuerUrl: origin(value('issuer-url')),
    issuerMode: issuerMode(value('issuer-mode')),
    audience: value('audience'),
    username: value('username'),
    password: value('password'),
    totpSecret: base32(value('totp-secret')),
    knobs: { factors: integer('--factors', value('factors') ?? '2', 1, 2) as 1 | 2 },
  })
  return { options, describe: value('describe') }
}

function parse(args: string[]): { [flag in Flag]?: string } & { help?: boolean } {
  const strings = Object.fromEntries(FLAGS.map((flag) => [flag, { type: 'string' as const }]))
  try {
    return parseArgs({ args, options: { ...strings, help: { type: 'boolean' as const } } }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function integer(flag: string, text: string, min: number, max: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= min && number <= max) return number
  throw new UsageError(`${flag} must be a whole number from ${min} to ${max}, not '${text}'.`)
}

function origin(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin
  throw new UsageError(`--issuer-url must be an origin such as http://localhost:9000, not '${text}'.`)
}

function issuerMode(text: string | undefined): IssuerMode | undefined {
  if (text === undefined || text === 'ORG_URL' || text === 'DYNAMIC') return text
  throw new UsageError(`--issuer-mode must be ORG_URL or DYNAMIC, not '${text}'.`)
}

function base32(text: string | undefined): string | undefined {
  if (text === undefined || /^[A-Z2-7]{16,}=*$/i.test(text)) return text?.toUpperCase()
  throw new UsageError('--totp-secret must be base32 with at least 16 characters.')
}

/** Removes members that are `undefined`, because `exactOptionalPropertyTypes` does not allow them. */
function withoutUndefined(
  options: {
    [name in keyof AuthorizationServerOptions]: AuthorizationServerOptions[name] | undefined
  },
): AuthorizationServerOptions {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as AuthorizationServerOptions
}
