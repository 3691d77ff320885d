import { checkNoPlaceholder, checkUrl, invalidOption } from './checks.ts'
import { checkOktaIssuer } from './okta.ts'
import { checkProviderIssuer } from './providers.ts'

/** The options that say where keys are, one of which can be used. */
export const KEY_SOURCES = ['jwks', 'jwksUri', 'metadataUri'] as const

/** The options that belong to one issuer: keys of one must not verify tokens of another. */
export const OWN_KEY_OPTIONS = ['jwks', 'jwksUri', 'metadataUri', 'initialJwks'] as const

/** Whether these options say where keys are, so that nothing is fetched from a URL of the issuer. */
export function hasKeySource(
  options: { readonly [Name in (typeof KEY_SOURCES)[number]]?: unknown },
): boolean {
  return KEY_SOURCES.some((name) => options[name] !== undefined)
}

/** Whether this is a name rather than a URL that is fetched. A misspelled URL is no name. */
function isIssuerName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/^https?:/i.test(value) && !/\p{Cc}/u.test(value)
}

/**
 * Validates an issuer identifier.
 *
 * @param option - its name in messages
 * @param isNameOnly - nothing is fetched from it, so that it can be any name, or an http URL
 * @param asksAboutAll - the authorization server is asked about every token
 */
export function checkIssuer(
  option: string,
  value: unknown,
  allowInsecureHttp: boolean,
  isNameOnly: boolean,
  asksAboutAll: boolean,
): string {
  if (isIssuerName(value)) {
    checkNoPlaceholder(option, value)
    if (isNameOnly) return value
    const message = `${option} must be an absolute URL that starts with https://; any other name needs jwks, jwksUri or metadataUri`
    invalidOption(option, message)
  }
  const url = checkUrl(option, value, allowInsecureHttp || isNameOnly)
  if (/[?#]/.test(value as string)) {
    invalidOption(option, `${option} must have no query and no fragment (RFC 8414, section 2)`)
  }
  if (url.pathname.includes('/.well-known/')) {
    const message = `${option} is the URL of metadata; the issuer is the value of issuer in there, often what stands before /.well-known/`
    invalidOption(option, message)
  }
  checkOktaIssuer(option, value as string, url, asksAboutAll)
  checkProviderIssuer(option, value as string, url)
  return value as string
}

/** Hosts, with the port unless it is the default. `own` are the URLs whose hosts are always allowed. */
export function checkHosts(
  option: string,
  value: unknown,
  own: readonly (string | undefined)[],
): ReadonlySet<string> {
  // Not the list itself: every() skips the holes of a sparse one.
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [value]
  // Hosts of URLs may contain asterisks and braces, but no server has such a name: they are patterns or placeholders.
  const isHost = (item: unknown): item is string =>
    URL.canParse(`https://${item}`) && new URL(`https://${item}`).host === item && !/[*{}]/.test(item)
  if (!list.every(isHost)) {
    invalidOption(
      option,
      `${option} must be one or more hosts, such as keys.example.com or localhost:8080, without wildcards`,
    )
  }
  const urls = own.filter((url) => url !== undefined && URL.canParse(url)) as readonly string[]
  return new Set([...(list as readonly string[]), ...urls.map((url) => new URL(url).host)])
}
