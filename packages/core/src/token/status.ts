import { InvalidTokenError } from '../refusal/errors.ts'

/**
 * Whether a token says where its status can be looked up: the claim `status` is an object. Servers also have claims of this
 * name that are texts, such as the state of a user's account.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/ Token Status List}
 */
export function refersToStatus({ status }: { readonly status?: unknown }): boolean {
  return typeof status === 'object' && status !== null
}

/**
 * Where status lists are not fetched, a token that refers to one is refused if revocation has to be checked.
 *
 * @throws {InvalidTokenError} `status_not_supported`
 */
export function checkStatus(claims: { readonly status?: unknown }, isRefused: boolean): void {
  if (isRefused && refersToStatus(claims)) throw new InvalidTokenError('status_not_supported')
}
