import { checkNoPlaceholder, invalidOption, isObject } from './checks.ts'
import { foreignVariable } from './foreign.ts'
import { checkIssuer } from './issuer-identifier.ts'

/** The environment variable of each option that can come from the environment. */
export const VARIABLES = { issuer: 'OKTA_OAUTH2_ISSUER', audience: 'OKTA_OAUTH2_AUDIENCE' } as const
const EXAMPLES = { issuer: 'https://example.okta.com/oauth2/default', audience: 'api://default' } as const

/** Environment variables, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the other options mean for an issuer. */
interface ForIssuer {
  readonly allowInsecureHttp?: boolean
  /** Nothing is fetched from it, so that it can be any name. */
  readonly isNameOnly?: boolean
  /** The authorization server is asked about every token. */
  readonly asksAboutAll?: boolean
}

/**
 * Reads one option from its environment variable.
 *
 * @throws {ConfigurationError} the variable is missing or invalid
 */
export function optionFromEnvironment(
  option: keyof typeof VARIABLES,
  env: Environment,
  { allowInsecureHttp = false, isNameOnly = false, asksAboutAll = false }: ForIssuer = {},
): string {
  const variable = VARIABLES[option]
  const value = env[variable]
  if (value === undefined || value === '') {
    const other = foreignVariable(option, env)
    const hint =
      other === undefined ? '' : `. ${other} is set, but it is not read: its value may have another form`
    invalidOption(
      variable,
      `The environment variable ${variable} is not set; set it, for example to ${EXAMPLES[option]}, or pass the option ${option}${hint}`,
      'option_missing',
    )
  }
  checkNoPlaceholder(variable, value)
  if (option === 'issuer') checkIssuer(variable, value, allowInsecureHttp, isNameOnly, asksAboutAll)
  return value
}

/**
 * Reads issuer and audience from `OKTA_OAUTH2_ISSUER` and `OKTA_OAUTH2_AUDIENCE`.
 *
 * @param env - the environment variables; default: `process.env`
 * @throws {ConfigurationError} `option_missing` or `option_invalid`: a variable is missing or wrong
 * @example
 * ```ts
 * const verifier = createAccessTokenVerifier({ ...configurationFromEnvironment(), clockTolerance: 10 })
 * ```
 */
export function configurationFromEnvironment(env: Environment = process.env): {
  issuer: string
  audience: string
} {
  if (!isObject(env)) invalidOption('env', 'env must be an object with variables, such as process.env')
  return { issuer: optionFromEnvironment('issuer', env), audience: optionFromEnvironment('audience', env) }
}
