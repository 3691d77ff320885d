import { canonicalAlgorithm } from './algorithms.ts'
import { checkStrings, invalidOption } from './checks.ts'
import { isOktaIssuer } from './okta.ts'

/** The algorithms of FAPI 2.0 Security Profile, section 5.4.1, by canonical name. */
export const FAPI2_ALGORITHMS: readonly string[] = ['PS256', 'ES256', 'Ed25519']

/**
 * The algorithms that the option names, if it does.
 *
 * @throws {ConfigurationError} FAPI 2.0 does not allow one of them
 */
export function fapi2Algorithms(option: string, value: unknown): readonly string[] {
  const names = value === undefined ? FAPI2_ALGORITHMS : checkStrings(option, value)
  if (!names.map(canonicalAlgorithm).every((name) => FAPI2_ALGORITHMS.includes(name))) {
    const message = `${option} must be of ${FAPI2_ALGORITHMS.join(', ')}: fapi2 allows no others (FAPI 2.0 Security Profile, section 5.4.1)`
    invalidOption(option, message)
  }
  return names
}

/** The options of a verifier on which FAPI 2.0 depends. */
interface VerifierOptions {
  readonly dpop: { readonly mode: string }
  readonly mtls: { readonly mode: string }
  readonly revocation: { readonly acceptsOnError: boolean } | undefined
}

/**
 * What FAPI 2.0 requires of a verifier: sender-constrained tokens, and revocations that are never passed over.
 *
 * @throws {ConfigurationError}
 */
export function checkFapi2({ dpop, mtls, revocation }: VerifierOptions): void {
  const modes = [dpop.mode, mtls.mode]
  if (!modes.includes('required') && !modes.every((mode) => mode === 'allowed')) {
    const message =
      "fapi2 requires sender-constrained tokens: set dpop or mtls to 'required', or both to 'allowed' (FAPI 2.0 Security Profile, section 5.3.4)"
    invalidOption('dpop', message, 'option_missing')
  }
  if (revocation?.acceptsOnError) {
    const message =
      "revocation.onStoreError cannot be 'accept' with fapi2, which requires that the revocation status is verified"
    invalidOption('revocation.onStoreError', message)
  }
}

/** Whether a JWK signs with an algorithm of FAPI 2.0. An RSA key without `alg` signs with RS256. */
function isFapi2Key({ alg, crv }: Readonly<Record<string, unknown>>): boolean {
  if (typeof alg === 'string') return FAPI2_ALGORITHMS.includes(canonicalAlgorithm(alg))
  return crv === 'P-256' || crv === 'Ed25519'
}

/** The options of an issuer on which FAPI 2.0 depends. */
interface IssuerOptions {
  readonly issuer: string
  readonly profiles: readonly string[]
  readonly allowInsecureHttp: boolean
  readonly introspection:
    | { readonly when: string; readonly privateKey: Readonly<Record<string, unknown>> | undefined }
    | undefined
}

/**
 * What FAPI 2.0 requires of each issuer, besides its algorithms.
 *
 * @param where - name of the issuer option in messages
 * @param checksRevocation - by the option `revocation`
 * @throws {ConfigurationError}
 */
export function checkFapi2Issuer(
  where: string,
  { issuer, profiles, allowInsecureHttp, introspection }: IssuerOptions,
  checksRevocation: boolean,
): void {
  if (isOktaIssuer(issuer) || profiles.includes('okta')) {
    const message = `${where} is an authorization server of Okta, which signs access tokens with RS256; FAPI 2.0 allows PS256, ES256 and Ed25519 only (Security Profile, section 5.4.1), so an API with tokens of Okta cannot conform: remove fapi2`
    invalidOption(where, message)
  }
  if (allowInsecureHttp) {
    const message =
      'allowInsecureHttp cannot be used with fapi2, which requires TLS (Security Profile, section 5.2)'
    invalidOption('allowInsecureHttp', message)
  }
  if (!checksRevocation && (introspection?.when ?? 'opaque') === 'opaque') {
    const message =
      "fapi2 requires that the revocation status of tokens is verified: set revocation, or introspection with when: 'always' or 'only' (FAPI 2.0 Security Profile, section 5.3.4)"
    invalidOption('revocation', message, 'option_missing')
  }
  if (introspection?.privateKey !== undefined && !isFapi2Key(introspection.privateKey)) {
    const message = `introspection.privateKey must be a key for ${FAPI2_ALGORITHMS.join(', ')}: fapi2 allows no others; an RSA key needs alg: 'PS256'`
    invalidOption('introspection.privateKey', message)
  }
}
