import { warnOnce } from '../warnings.ts'
import { invalidOption } from './checks.ts'

/** Auth0's own domains, whose issuers are the domain with a slash at its end. */
const AUTH0_HOST = /\.auth0\.com$/
const COGNITO_HOST = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/

/** The identifier of a tenant, and the version if it is 2. Domains differ: those of clouds and customers, and custom ones. */
const ENTRA_PATH = /^\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\/v2\.0)?\/?$/i

/** Whether this is the issuer of a tenant of Microsoft Entra ID, as far as its name says. */
export function isEntraIssuer(issuer: string): boolean {
  return URL.canParse(issuer) && ENTRA_PATH.test(new URL(issuer).pathname)
}

/** Catches an Auth0 domain that is no issuer, because the issuer in tokens has a slash at its end. */
export function checkAuth0Issuer(option: string, issuer: string, { hostname, pathname }: URL): void {
  if (AUTH0_HOST.test(hostname) && pathname === '/' && !issuer.endsWith('/')) {
    invalidOption(
      option,
      `${option} must end with a slash, as issuers of Auth0 do: https://tenant.auth0.com/`,
    )
  }
}

/** Catches an audience for user pools of Amazon Cognito, whose access tokens seldom have one. */
export function checkCognitoAudience(
  option: string,
  issuer: unknown,
  audience: unknown,
  clientIds: unknown,
  isFixed: boolean,
): void {
  if (typeof issuer !== 'string' || !URL.canParse(issuer) || !COGNITO_HOST.test(new URL(issuer).hostname))
    return
  if (audience === undefined) {
    const message = `${option} is missing; access tokens of Amazon Cognito have no aud: set ${option} to null, and clientIds to the app clients that may call the API`
    invalidOption(option, message, 'option_missing')
  }
  if (clientIds !== undefined) return
  const message =
    'Access tokens of Amazon Cognito are refused if they have no audience (aud); most have none. Set audience to null, and clientIds to the app clients that may call the API.'
  warnOnce('ORS_COGNITO_CLIENTS', { issuer, isFixed }, message)
}
