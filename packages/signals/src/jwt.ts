import { InvalidTokenError } from '@okta-resource-server/core'
import type { SignedJwtVerifier } from '@okta-resource-server/core/adapter'
import { refuse } from './refusal.ts'

/** The claims of a JWT whose signature was verified. */
export type Claims = Readonly<Record<string, unknown>>

/** `typ` is a media type: in any case, and with or without `application/` (RFC 7515, section 4.1.9). */
const isOfType = (typ: unknown, type: string): boolean =>
  typeof typ === 'string' && typ.toLowerCase().replace(/^application\//, '') === type

/** The type is checked before the signature, and the signature before anything that the claims say. */
export async function verifiedClaims(
  verifier: SignedJwtVerifier,
  text: string,
  type: string,
  maxSize: number,
): Promise<Claims> {
  let jwt: ReturnType<SignedJwtVerifier['decode']>
  try {
    jwt = verifier.decode(text, maxSize)
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error
    return refuse('token_malformed')
  }
  if (!isOfType(jwt.unverifiedHeader.typ, type)) refuse('wrong_type')
  try {
    return await verifier.verify(jwt)
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error
    return refuse('signature_invalid')
  }
}

/** `iss` is the issuer, and `aud` contains this receiver. */
export function checkParties(claims: Claims, { issuer, audience }: SignedJwtVerifier): void {
  if (claims.iss !== issuer) refuse('issuer_mismatch')
  const given: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  if (!given.some((value) => audience.includes(value as string))) refuse('audience_mismatch')
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** NumericDate (RFC 7519, section 2). */
export function requireTime(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) refuse('claim_malformed')
  return value
}
