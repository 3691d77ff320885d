import { must, mustNot, page, type SpecificationDocument, should } from './requirement.ts'

export const OKTA: SpecificationDocument = {
  name: 'Okta',
  title: 'Guide to validating access tokens, concept pages, and the form of the tokens',
  requirements: [
    ...page('Validate access tokens', [
      must('OKTA-guide-keys', 'Keys come from the jwks_uri of the metadata.'),
      should('OKTA-guide-cache', 'Keys are cached, and refreshed periodically.'),
      must('OKTA-guide-signature', 'The signature is verified with a key of that set.'),
      must('OKTA-guide-exp', 'The token has not expired.'),
      must('OKTA-guide-aud', 'The audience is the configured one.'),
      must('OKTA-guide-iss', 'The issuer exactly matches the configured one.'),
      should('OKTA-guide-claims', 'Other claims are checked as the application requires.'),
      must('OKTA-guide-kind', 'Access tokens are accepted; ID tokens are not.'),
      must('OKTA-guide-header-only', 'Tokens are accepted in the Authorization header only.'),
      mustNot(
        'OKTA-guide-org',
        'Tokens of the org authorization server are not validated locally, even if a published key signed them.',
      ),
      should('OKTA-guide-skew', 'Clocks may differ by at most two minutes.', {
        departure:
          "The default tolerance is five seconds. Up to five minutes can be configured, which is the tolerance of Okta's auth-js.",
      }),
      should(
        'OKTA-guide-introspection',
        'The introspection endpoint is asked whether a token has been revoked.',
        {
          note: 'With the option introspection. Without it, revocation takes effect when the token expires.',
        },
      ),
    ]),
    ...page('Token lifecycles', [must('OKTA-lifecycle-expired', 'An expired token is answered with 401.')]),
    ...page('API access management', [
      must('OKTA-access-cid', 'The client that the token was issued to is an allowed one.', {
        departure:
          'The claim is required, but the list of clients is optional: most APIs serve every client that the access policy allows, and the current Okta guides no longer include the check.',
      }),
    ]),
    ...page('Key rotation', [
      must('OKTA-keys-unknown-kid', 'An unknown kid triggers a fetch of the keys.'),
      should('OKTA-keys-limit', 'Fetches for unknown kids are shared and limited in number.'),
      should('OKTA-keys-max-age', 'The Cache-Control of the keys is honoured.', {
        departure:
          'Within bounds: keys are fresh for at least a minute, so that no-store does not cause a fetch for each request, and for at most cacheMaxAge, so that withdrawn keys expire.',
      }),
      should(
        'OKTA-keys-outage',
        'Known keys stay in use during an outage, and a request that cannot be decided is answered with 503.',
      ),
    ]),
    ...page('Access tokens', [
      should('OKTA-form-size', 'The size of a token is checked before it is parsed.'),
      should('OKTA-form-rs256', 'Only RS256 is accepted, since Okta signs with nothing else.', {
        departure:
          "All asymmetric algorithms are allowed by default, for other authorization servers. Each key serves one algorithm, and that of Okta's keys is RS256.",
      }),
      must('OKTA-form-kid', 'A token of this form has a kid.'),
      must(
        'OKTA-form-typ',
        'The typ is absent, JWT or at+jwt. That of the org authorization server and dpop+jwt are refused.',
      ),
      must(
        'OKTA-form-issuer',
        "An issuer on Okta's domains has the path /oauth2/{id}, and is one of a fixed list.",
      ),
      must('OKTA-form-marks', 'An access token has cid and scp, and scopes are compared as whole words.', {
        departure:
          'scp may also be a string of words, as administrators can define it, or be missing, which grants nothing. Tokens of Okta for AI Agents have sub_profile and scope instead.',
      }),
      should('OKTA-form-iat', 'A token issued in the future is refused.'),
    ]),
    ...page('DPoP', [
      must('OKTA-dpop-bound', 'A token that is bound to a key is not accepted as a bearer token.'),
    ]),
    ...page('Step-up authentication', [
      should('OKTA-assurance-acr', 'The acr claim is checked where a route requires an assurance level.'),
    ]),
  ],
}
