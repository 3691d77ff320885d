import { OAuthError } from './oauth-error.ts'

/** An authentication level that a client asks for with `acr_values`. */
export interface AuthenticationLevel {
  /** The claim `acr`. */
  readonly acr: string
  /** Number of factors that the user has to prove. */
  readonly factors: 1 | 2
  /** One factor is enough for a user who has no other. */
  readonly ifPossible?: true
}

const REACHABLE: readonly AuthenticationLevel[] = [
  { acr: 'urn:okta:loa:1fa:any', factors: 1 },
  { acr: 'urn:okta:loa:1fa:pwd', factors: 1 },
  { acr: 'urn:okta:loa:2fa:any', factors: 2 },
  { acr: 'urn:okta:loa:2fa:any:ifpossible', factors: 2, ifPossible: true },
]
/** Levels that password and OTP do not reach. */
const UNREACHABLE: readonly string[] = ['phr', 'phrh']

/**
 * The level that a token gets: the first requested one that can be reached. Unknown values are ignored, as Okta does.
 *
 * @returns `undefined` if no known level was requested: the token then has no `acr`.
 * @throws {OAuthError} `unmet_authentication_requirements` if only levels were requested that cannot be reached.
 * @see {@link https://developer.okta.com/docs/guides/step-up-authentication/main/ Okta's guide to step-up authentication}
 */
export function chooseLevel(acrValues: string | undefined): AuthenticationLevel | undefined {
  const requested = (acrValues ?? '').split(' ')
  const found = requested.flatMap((value) => REACHABLE.filter(({ acr }) => acr === value))
  if (found.length === 0 && requested.some((value) => UNREACHABLE.includes(value))) {
    throw new OAuthError(
      400,
      'unmet_authentication_requirements',
      'The user cannot authenticate at a requested level.',
    )
  }
  return found[0]
}

/** Number of factors that a user has to prove. */
export function requiredFactors(
  level: AuthenticationLevel | undefined,
  policy: 1 | 2,
  hasSecondFactor: boolean,
): 1 | 2 {
  if (policy === 2 || level?.factors !== 2) return policy
  return level.ifPossible && !hasSecondFactor ? 1 : 2
}
