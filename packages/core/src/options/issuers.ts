import { type AuthorizationServerOptions, ISSUER_OPTIONS } from './authorization-server.ts'
import { checkKnown, checkOwn, invalidOption, isOptions } from './checks.ts'
import {
  type ForEachIssuer,
  type IssuerConfiguration,
  issuerConfiguration,
  withoutUndefined,
} from './issuer.ts'
import { OWN_KEY_OPTIONS } from './issuer-identifier.ts'

/** The options that every issuer of a list has. */
export type SharedOptions = Partial<AuthorizationServerOptions> & ForEachIssuer

/** Validates the option `issuer`, unless it is a function. */
export function checkIssuers(
  issuer: unknown,
  shared: SharedOptions,
  hasChooser: boolean,
): ReadonlyMap<string, IssuerConfiguration> {
  const list: readonly unknown[] = Array.isArray(issuer) ? issuer : [issuer]
  if (list.length === 0) {
    invalidOption('issuer', 'issuer is an empty list; set it to an issuer', 'option_missing')
  }
  const sharedKeys = OWN_KEY_OPTIONS.find((name) => shared[name] !== undefined)
  if (list.length > 1 && sharedKeys !== undefined) {
    const message = `${sharedKeys} must be set for each issuer: keys of one issuer must not verify tokens of another`
    invalidOption(sharedKeys, message)
  }
  if (list.length > 1 && shared.introspection !== undefined && !hasChooser) {
    const message =
      'introspection must be set for the issuer that it belongs to: the credentials of one authorization server must not be sent to another; or choose the issuer with chooseIssuer: (request) => issuer'
    invalidOption('introspection', message)
  }
  const issuers = new Map<string, IssuerConfiguration>()
  for (const [index, entry] of list.entries()) {
    const where = Array.isArray(issuer) ? `issuer[${index}]` : 'issuer'
    const isObject = typeof entry === 'object' && entry !== null
    if (isObject) {
      if (!isOptions(entry)) invalidOption(where, `${where} must be a URL, as a string`)
      checkKnown(entry, ISSUER_OPTIONS, `${where}.`)
      checkOwn(entry, ISSUER_OPTIONS, `${where}.`)
    }
    const own = isObject ? withoutUndefined(entry) : { issuer: entry as string }
    const configuration = issuerConfiguration({ ...shared, ...own }, where)
    if (issuers.has(configuration.issuer)) {
      invalidOption(where, `${where} is an issuer that is already listed`)
    }
    issuers.set(configuration.issuer, configuration)
  }
  return issuers
}

/** An opaque token names no issuer, so it must be clear which one is asked about it. */
export function checkWhoIsAsked(
  issuers: ReadonlyMap<string, IssuerConfiguration>,
  hasChooser: boolean,
): void {
  const asking = [...issuers.values()].filter(({ introspection }) => introspection !== undefined)
  if (hasChooser && asking.length === 0) {
    invalidOption('chooseIssuer', 'chooseIssuer is only for issuers with the option introspection')
  }
  const [, second] = asking.filter(({ introspection }) => introspection?.isOkta === false)
  if (hasChooser || second === undefined) return
  const message =
    'introspection is set for several issuers, which could all be asked about an opaque token; set it for one, or choose the issuer with chooseIssuer: (request) => issuer'
  invalidOption('introspection', message)
}
