import { createPrivateKey, type KeyObject } from 'node:crypto'
import { checkNoPlaceholder, checkOneOf, invalidOption, PLACEHOLDER_OF_SECRET } from './checks.ts'

const METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
] as const
/** How the API authenticates to the introspection endpoint (RFC 6749, section 2.3; RFC 7523; RFC 8705, section 2). */
export type IntrospectionAuthenticationMethod = (typeof METHODS)[number]

/** How the API authenticates at the introspection endpoint, validated. */
export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string | undefined
  readonly privateKey: Readonly<Record<string, unknown>> | undefined
  readonly method: IntrospectionAuthenticationMethod
}

/** The options that it is made of. */
interface Given {
  readonly clientId?: unknown
  readonly clientSecret?: unknown
  readonly privateKey?: unknown
  readonly authenticationMethod?: unknown
}

function checkText(option: string, value: unknown, what: string, placeholder?: RegExp): string {
  if (typeof value !== 'string' || value === '') invalidOption(option, `${option} must be ${what}`)
  checkNoPlaceholder(option, value, placeholder)
  return value
}

/** Bits of an RSA key that signs (RFC 7518, section 3.3). */
const MIN_RSA_BITS = 2_048

/** `undefined` for what is no private key. The message of Node.js is not kept: it may contain parts of the key. */
function importPrivateKey(value: unknown): KeyObject | undefined {
  try {
    return createPrivateKey({ key: value as never, format: 'jwk' })
  } catch {
    return undefined
  }
}

function checkPrivateKey(option: string, value: unknown): Readonly<Record<string, unknown>> {
  const key = importPrivateKey(value)
  if (key === undefined) {
    const message = `${option} must be a private key as a JWK, of an asymmetric algorithm (RFC 7517); a PEM can be converted with createPrivateKey(pem).export({ format: 'jwk' }) of node:crypto`
    invalidOption(option, message)
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS) < MIN_RSA_BITS) {
    invalidOption(option, `${option} is an RSA key of fewer than 2,048 bits; replace it with a longer one`)
  }
  return Object.freeze({ ...(value as object) })
}

/** The method of authentication, and the credentials that it needs. */
export function checkCredentials(
  named: (name: string) => string,
  {
    clientId,
    clientSecret,
    privateKey,
    authenticationMethod = privateKey === undefined ? 'client_secret_basic' : 'private_key_jwt',
  }: Given,
): ClientCredentials {
  const method = checkOneOf(named('authenticationMethod'), authenticationMethod, METHODS)
  const needed = method === 'private_key_jwt' ? 'privateKey' : 'clientSecret'
  const given = { clientSecret, privateKey }
  const unused = method.endsWith('tls_client_auth')
    ? (['clientSecret', 'privateKey'] as const)
    : ([needed === 'privateKey' ? 'clientSecret' : 'privateKey'] as const)
  const extra = unused.find((name) => given[name] !== undefined)
  if (extra !== undefined) {
    invalidOption(named(extra), `${named(extra)} is not used by ${method}; remove it`)
  }
  if (!method.endsWith('tls_client_auth') && given[needed] === undefined) {
    const message = `${named(needed)} is missing; ${method} needs it`
    invalidOption(named(needed), message, 'option_missing')
  }
  return {
    clientId: checkText(named('clientId'), clientId, 'the client id of the API at the authorization server'),
    clientSecret:
      clientSecret === undefined
        ? undefined
        : checkText(named('clientSecret'), clientSecret, 'the secret of the client', PLACEHOLDER_OF_SECRET),
    privateKey: privateKey === undefined ? undefined : checkPrivateKey(named('privateKey'), privateKey),
    method,
  }
}
