import { createPrivateKey, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose/jwt/sign'
import { algorithmsOfKey } from '../keys/algorithms.ts'
import { invalidOption } from '../options/checks.ts'
import type { IntrospectionConfiguration } from '../options/introspection.ts'
import type { IssuerConfiguration } from '../options/issuer.ts'

/** What authenticates the API to an endpoint of the authorization server. */
export interface ClientAuthentication {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/** Creates the authentication of one request. */
export type ClientAuthenticator = (endpoint: string) => ClientAuthentication | Promise<ClientAuthentication>

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Seconds. */
const ASSERTION_LIFETIME = 60

/** `application/x-www-form-urlencoded`, which precedes Base64 here (RFC 6749, section 2.3.1). */
const encoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

/** The algorithm of the key, or the most common one of its type. */
function algorithmOf(key: Readonly<Record<string, unknown>>): string {
  const [algorithm] = algorithmsOfKey(key, new Set(['RS256']))
  if (algorithm === undefined) {
    invalidOption(
      'introspection.privateKey',
      'introspection.privateKey has an algorithm (alg) that does not fit its type, or that is not supported',
    )
  }
  // The older name, which more servers understand.
  return algorithm === 'Ed25519' && key.alg !== 'Ed25519' ? 'EdDSA' : algorithm
}

/**
 * A client assertion (RFC 7523, section 3). Okta requires its endpoint as the audience; others the issuer, so that no other
 * server can use the assertion.
 */
function privateKeyJwt(
  { clientId, privateKey = {}, isOkta }: IntrospectionConfiguration,
  { issuer, clock }: IssuerConfiguration,
): ClientAuthenticator {
  const alg = algorithmOf(privateKey)
  const key = createPrivateKey({ key: privateKey, format: 'jwk' })
  const kid = typeof privateKey.kid === 'string' ? { kid: privateKey.kid } : {}
  return async (endpoint) => {
    const now = Math.floor(clock.wall() / 1_000)
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg, ...kid })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(isOkta ? endpoint : issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + ASSERTION_LIFETIME)
      .sign(key)
    const parameters = {
      client_id: clientId,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }
    return { headers: {}, parameters }
  }
}

/**
 * How the API authenticates to the introspection endpoint.
 *
 * @throws {ConfigurationError} the algorithm of the private key is not supported
 */
export function clientAuthenticator(
  introspection: IntrospectionConfiguration,
  configuration: IssuerConfiguration,
): ClientAuthenticator {
  const { clientId, clientSecret = '', method } = introspection
  if (method === 'private_key_jwt') return privateKeyJwt(introspection, configuration)
  if (method === 'client_secret_basic') {
    const credentials = Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')
    return () => ({ headers: { authorization: `Basic ${credentials}` }, parameters: {} })
  }
  const secret = method === 'client_secret_post' ? { client_secret: clientSecret } : {}
  return () => ({ headers: {}, parameters: { client_id: clientId, ...secret } })
}
