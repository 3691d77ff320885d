import { base64url } from './random.ts'

/** The error codes of Okta's API that this server uses. */
const OKTA_ERRORS = {
  E0000007: { status: 404, summary: 'Not found: the resource does not exist' },
  E0000009: { status: 500, summary: 'Internal server error' },
  E0000010: { status: 503, summary: 'The service is temporarily unavailable' },
  E0000022: { status: 405, summary: 'The endpoint does not support this HTTP method' },
  E0000047: { status: 429, summary: 'The rate limit of this endpoint was exceeded' },
} as const

export type OktaErrorCode = keyof typeof OKTA_ERRORS

/** Creates an error in the format of Okta's API, which is used for all errors that are not OAuth errors. */
export function oktaError(code: OktaErrorCode): { status: number; body: object } {
  const { status, summary } = OKTA_ERRORS[code]
  const body = {
    errorCode: code,
    errorSummary: summary,
    errorLink: code,
    errorId: `oae${base64url(22)}`,
    errorCauses: [],
  }
  return { status, body }
}
