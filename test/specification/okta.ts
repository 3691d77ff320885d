import type { Requirement } from './requirement.ts'

/** Okta's guide to validating access tokens, its concept pages on keys, and what follows from its tokens' form. */
export const OKTA: readonly Requirement[] = [
  {
    id: 'OKTA-guide-keys',
    section: 'Validate access tokens',
    level: 'MUST',
    text: 'Keys come from the jwks_uri of the metadata.',
  },
  {
    id: 'OKTA-guide-cache',
    section: 'Validate access tokens',
    level: 'SHOULD',
    text: 'Keys are cached, and looked at again from time to time.',
  },
  {
    id: 'OKTA-guide-signature',
    section: 'Validate access tokens',
    level: 'MUST',
    text: 'The signature is verified with a key of that set.',
  },
  {
    id: 'OKTA-guide-exp',
    section: 'Validate access tokens',
    level: 'MUST',
    text: 'The token has not expired.',
  },
  {
    id: 'OKTA-guide-aud',
    section: 'Validate access tokens',
    level: 'MUST',
    text: 'The audience is the configured one.',
  },
  {
    id: 'OKTA-guide-iss',
    section: 'Validate access tokens',
    level: 'MUST',
    text: 'The issuer is exactly the configured one.',
  },
  {
    id: 'OKTA-guide-claims',
    section: 'Validate access tokens',
    level: 'SHOULD',
    text: 'Further claims are checked as the application asks.',
  },
  {
    id: 'OKTA-guide-kind',
    section: 'Validate access tokens',
    level: 'MUST',
    text: 'Access tokens are accepted, ID tokens are not.',
  },
  {
    id: 'OKTA-guide-header-only',
    section: 'Validate access tokens',
    level: 'MUST',
    text: 'Tokens are taken from the Authorization header only.',
  },
  {
    id: 'OKTA-guide-org',
    section: 'Validate access tokens',
    level: 'MUST NOT',
    text: 'Tokens of the org authorization server are not validated locally, though a published key may have signed them.',
  },
  {
    id: 'OKTA-guide-skew',
    section: 'Validate access tokens',
    level: 'SHOULD',
    text: 'Clocks may differ by two minutes at the most.',
    departure:
      "The default is five seconds; up to five minutes can be set, the tolerance of Okta's own auth-js.",
  },
  {
    id: 'OKTA-guide-introspection',
    section: 'Validate access tokens',
    level: 'SHOULD',
    text: 'Whether a token has been revoked is asked of the introspection endpoint.',
    departure:
      'Decisions are local, in microseconds; revocation shows when the token expires. Short lifetimes are the remedy, and an API that needs more can ask by itself.',
  },
  {
    id: 'OKTA-lifecycle-expired',
    section: 'Token lifecycles',
    level: 'MUST',
    text: 'An expired token is answered with 401.',
  },
  {
    id: 'OKTA-access-cid',
    section: 'API access management',
    level: 'MUST',
    text: 'The client that the token was issued to is one that is allowed.',
    departure:
      'The claim must be there, but the list of clients is optional: Okta dropped the check from its own per-language lists, and most APIs serve every client that the access policy lets in.',
  },
  {
    id: 'OKTA-keys-unknown-kid',
    section: 'Key rotation',
    level: 'MUST',
    text: 'An unknown key id leads to a look for new keys.',
  },
  {
    id: 'OKTA-keys-limit',
    section: 'Key rotation',
    level: 'SHOULD',
    text: 'Looks for unknown key ids are shared and limited in number.',
  },
  {
    id: 'OKTA-keys-max-age',
    section: 'Key rotation',
    level: 'SHOULD',
    text: 'What the keys say about caching is honoured.',
    departure:
      'Within bounds: keys are fresh for a minute at least, lest no-store mean a fetch for each request, and for cacheMaxAge at most, so that withdrawn ones end.',
  },
  {
    id: 'OKTA-keys-outage',
    section: 'Key rotation',
    level: 'SHOULD',
    text: 'Known keys serve on through an outage; what cannot be decided is a 503 and no refusal of the token.',
  },
  {
    id: 'OKTA-form-size',
    section: 'Access tokens',
    level: 'SHOULD',
    text: 'The size of a token is limited before it is read.',
  },
  {
    id: 'OKTA-form-rs256',
    section: 'Access tokens',
    level: 'SHOULD',
    text: 'Okta signs with RS256 only, so only that is accepted.',
    departure:
      'All asymmetric algorithms are accepted by default, for other authorization servers; each key serves one algorithm only, and those of Okta say RS256.',
  },
  {
    id: 'OKTA-form-kid',
    section: 'Access tokens',
    level: 'MUST',
    text: 'A token of this form names its key.',
  },
  {
    id: 'OKTA-form-typ',
    section: 'Access tokens',
    level: 'MUST',
    text: 'The typ is absent, JWT or at+jwt: the mark of the org authorization server and dpop+jwt are refused.',
  },
  {
    id: 'OKTA-form-issuer',
    section: 'Access tokens',
    level: 'MUST',
    text: "An issuer on Okta's domains has the path /oauth2/{id}, and is one of a fixed list.",
  },
  {
    id: 'OKTA-form-marks',
    section: 'Access tokens',
    level: 'MUST',
    text: 'An access token has cid and scp; scopes are compared as whole words.',
    departure:
      'scp may also be a string of words, as an administrator can define it; the guide knows a list only.',
  },
  {
    id: 'OKTA-form-iat',
    section: 'Access tokens',
    level: 'SHOULD',
    text: 'A token issued in the future is refused.',
  },
  {
    id: 'OKTA-dpop-bound',
    section: 'DPoP',
    level: 'MUST',
    text: 'A token that is bound to a key is not taken as a bearer token.',
  },
  {
    id: 'OKTA-assurance-acr',
    section: 'Step-up authentication',
    level: 'SHOULD',
    text: 'Where a route needs an assurance level, the acr of the token is checked.',
  },
]
