import { parseArgs } from 'node:util'
import type { Requirements } from '@okta-resource-server/core'
import type { AdapterOptions } from '@okta-resource-server/core/adapter'

/** What the command line asks for. */
export interface Arguments {
  readonly options: AdapterOptions
  /** What the token must have; `undefined` if any valid token is accepted. */
  readonly requirements: Requirements | undefined
  /** File with the certificate of the client, to which the token may be bound. */
  readonly certificate: string | undefined
  readonly readsToken: boolean
  /** The request that a DPoP proof was made for; `undefined` if there is none. */
  readonly request: { readonly method: string; readonly url: string } | undefined
  readonly json: boolean
  readonly showsClaims: boolean
  readonly help: boolean
}

/** The command line is wrong. The message never repeats an argument, which may be a token. */
export class UsageError extends Error {}

const OPTIONS = {
  issuer: { type: 'string' },
  audience: { type: 'string', multiple: true },
  'no-audience': { type: 'boolean' },
  'client-id': { type: 'string', multiple: true },
  profile: { type: 'string', multiple: true },
  algorithm: { type: 'string', multiple: true },
  'scope-claim': { type: 'string' },
  'clock-tolerance': { type: 'string' },
  'max-token-age': { type: 'string' },
  'max-token-size': { type: 'string' },
  'jwks-uri': { type: 'string' },
  'metadata-uri': { type: 'string' },
  introspect: { type: 'string' },
  'introspection-endpoint': { type: 'string' },
  timeout: { type: 'string' },
  'allow-insecure-http': { type: 'boolean' },
  scope: { type: 'string', multiple: true },
  acr: { type: 'string', multiple: true },
  'max-age': { type: 'string' },
  possession: { type: 'string' },
  'client-certificate': { type: 'string' },
  'token-stdin': { type: 'boolean' },
  dpop: { type: 'string' },
  method: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean' },
  'show-claims': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export const USAGE = `Usage: npx @okta-resource-server/doctor --issuer URL --audience AUDIENCE [options]

Checks how an API with this configuration finds its authorization server, and why it accepts or refuses a token.

  --issuer URL            the issuer; without it, OKTA_OAUTH2_ISSUER is read
  --audience TEXT         the audience; without it, OKTA_OAUTH2_AUDIENCE is read; can be repeated
  --no-audience           tokens have no audience (audience: null); needs --client-id
  --client-id TEXT        a client whose tokens are accepted; can be repeated
  --profile NAME          okta, rfc9068, generic or accept_id_tokens; can be repeated
  --algorithm NAME        an accepted signature algorithm; can be repeated
  --scope-claim NAME      the claim that holds the scopes
  --clock-tolerance N     seconds
  --max-token-age N       seconds
  --max-token-size N      bytes
  --jwks-uri URL          the URL of the keys; metadata is then not fetched
  --metadata-uri URL      the URL of the metadata, if it is not at a well-known URL of the issuer
  --introspect WHEN       ask the authorization server about tokens: opaque, always or only; the credentials are read from
                          OKTA_OAUTH2_CLIENT_ID and OKTA_OAUTH2_CLIENT_SECRET
  --introspection-endpoint URL   where to ask, if metadata does not say
  --timeout N             milliseconds for all requests to the authorization server
  --allow-insecure-http   allow http: for hosts other than loopback

  --token-stdin           read a token from standard input, and explain it
  --url URL               the URL of a request with a DPoP proof; token and proof are then read from two lines
  --method NAME           its method; default: GET
  --dpop MODE             allowed, required or disabled, as the option dpop of the API
  --scope TEXT            a scope that the token must have; can be repeated
  --acr TEXT              an authentication level (acr) that is enough; can be repeated
  --max-age N             seconds since the user may have authenticated at most
  --possession KIND       any, dpop or mtls: how the client must prove that the token is its own
  --client-certificate FILE
                          the client's certificate in PEM, for a token that is bound to it
  --json                  print JSON, without subjects, clients and hosts
  --show-claims           print these in JSON, too

Exit status: 0 if nothing is wrong, 1 if the token is refused, 2 if the configuration is wrong, 3 if the authorization
server is unavailable.
`

/** The name of an option, if it is one that may be printed. */
function nameOf(argument: string): string | undefined {
  return /^--[a-z][a-z-]{0,30}(?==|$)/.exec(argument)?.[0]
}

function parse(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false }).values
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      throw new UsageError(
        'Only options are accepted. A token is read from standard input, with --token-stdin.',
      )
    }
    const unknown = argv
      .map(nameOf)
      .find((name) => name !== undefined && !Object.hasOwn(OPTIONS, name.slice(2)))
    throw new UsageError(
      unknown === undefined
        ? 'An option is unknown, or its value is missing.'
        : `${unknown} is not an option. A token is read from standard input, with --token-stdin.`,
    )
  }
}

/** The request that a proof was made for. */
function requestOf(url: string | undefined, method: string | undefined): Arguments['request'] {
  if (url === undefined) {
    if (method !== undefined) throw new UsageError('--method needs --url.')
    return undefined
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UsageError('--url must be a whole URL, such as https://api.example.com/messages.')
  }
  return { method: method ?? 'GET', url }
}

/** The option dpop. Proofs are compared with the URL of the command line, whatever a proxy does. */
function dpopOf(mode: string | undefined, url: string | undefined): unknown {
  if (mode === undefined && url === undefined) return undefined
  return { ...(mode !== undefined && { mode }), ...(url !== undefined && { externalUrl: () => url }) }
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--${name} must be a number.`)
  return value
}

function requirementsOf({
  scope: scopes,
  acr: acrValues,
  'max-age': age,
  possession,
}: ReturnType<typeof parse>): Requirements | undefined {
  const maxAge = numberOf('max-age', age)
  const authentication = { ...(acrValues && { acrValues }), ...(maxAge !== undefined && { maxAge }) }
  const requirements = {
    ...(scopes && { scopes }),
    ...(possession !== undefined && { possession: possession as 'any' }),
    ...(Object.keys(authentication).length > 0 && { authentication }),
  }
  return Object.keys(requirements).length === 0 ? undefined : requirements
}

/** Environment variables, such as `process.env`. */
type Environment = Readonly<Record<string, string | undefined>>

/** The option `introspection`. The secret comes from the environment, because other users of the machine can see arguments. */
function introspectionOf(
  { introspect, 'introspection-endpoint': endpoint }: ReturnType<typeof parse>,
  env: Environment,
): object | undefined {
  if (introspect === undefined) {
    if (endpoint === undefined) return undefined
    throw new UsageError('--introspection-endpoint needs --introspect.')
  }
  const { OKTA_OAUTH2_CLIENT_ID: clientId, OKTA_OAUTH2_CLIENT_SECRET: clientSecret } = env
  if (!clientId || !clientSecret) {
    throw new UsageError('--introspect needs OKTA_OAUTH2_CLIENT_ID and OKTA_OAUTH2_CLIENT_SECRET.')
  }
  return { clientId, clientSecret, when: introspect, ...(endpoint === undefined ? {} : { endpoint }) }
}

/**
 * Reads the command line.
 *
 * @throws {UsageError} an option is unknown or has no value, or there is something else than options
 */
export function readArguments(argv: readonly string[], env: Environment = process.env): Arguments {
  const values = parse(argv)
  if (values['no-audience'] === true && values.audience !== undefined) {
    throw new UsageError('--audience and --no-audience cannot be used together.')
  }
  const request = requestOf(values.url, values.method)
  if (request !== undefined && values['token-stdin'] !== true) {
    throw new UsageError('--url needs --token-stdin, with the token and the DPoP proof on two lines.')
  }
  const options = {
    issuer: values.issuer,
    audience: values['no-audience'] === true ? null : values.audience,
    clientIds: values['client-id'],
    profile: values.profile,
    algorithms: values.algorithm,
    scopeClaim: values['scope-claim'],
    clockTolerance: numberOf('clock-tolerance', values['clock-tolerance']),
    maxTokenAge: numberOf('max-token-age', values['max-token-age']),
    maxTokenSize: numberOf('max-token-size', values['max-token-size']),
    jwksUri: values['jwks-uri'],
    metadataUri: values['metadata-uri'],
    introspection: introspectionOf(values, env),
    timeoutDuration: numberOf('timeout', values.timeout),
    allowInsecureHttp: values['allow-insecure-http'],
    dpop: dpopOf(values.dpop, request?.url),
    mtls: values['client-certificate'] === undefined ? undefined : 'allowed',
  }
  // What is absent is left out, so that the environment variables are read.
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return {
    options: Object.fromEntries(given) as AdapterOptions,
    requirements: requirementsOf(values),
    certificate: values['client-certificate'],
    request,
    readsToken: values['token-stdin'] === true,
    json: values.json === true,
    showsClaims: values['show-claims'] === true,
    help: values.help === true,
  }
}
