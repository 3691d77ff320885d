import { clientIdFrom, type Profile, scopesFrom } from './profile.ts'

/**
 * Access tokens with `typ` `at+jwt` or `application/at+jwt`, in any case.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068#section-2.1 RFC 9068, section 2.1}
 */
export const rfc9068: Profile = {
  matches: ({ unverifiedHeader: { typ } }) =>
    typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ),
  requiresKid: false,
  clientId: clientIdFrom('client_id', 'azp'),
  scopes: scopesFrom('scope'),
}
