import { must, mustNot, rfc, type SpecificationDocument, should } from './requirement.ts'

export const RFC7519: SpecificationDocument = rfc(7519, 'JSON Web Token (JWT)', [
  must(
    'RFC7519-2-string-or-uri',
    'Issuers and audiences are compared as case-sensitive strings, without transformation.',
  ),
  must('RFC7519-2-uri', 'An issuer, subject or audience that contains a colon is a URI.', {
    elsewhere:
      'The issuer of the token is responsible. Issuer and audience are compared with the configured strings, whatever their form.',
  }),
  must(
    'RFC7519-4-unique',
    'A claims set with a duplicate claim is rejected, or only its last value is used.',
  ),
  must('RFC7519-4-unknown', 'Claims that are not understood are ignored.'),
  must('RFC7519-4.1.3-identify', 'A recipient identifies itself with a value of the audience claim.'),
  must('RFC7519-4.1.3-aud', 'A token is rejected if it has an audience that does not include the recipient.'),
  mustNot(
    'RFC7519-4.1.4-exp',
    'A token is not accepted at its expiration time or later, apart from a small leeway.',
  ),
  must('RFC7519-4.1.4-number', 'The exp claim is a number.'),
  mustNot('RFC7519-4.1.5-nbf', 'A token is not accepted before its nbf, apart from a small leeway.'),
  must('RFC7519-4.1.5-number', 'The nbf claim is a number.'),
  must('RFC7519-4.1.6-number', 'The iat claim is a number.'),
  should(
    'RFC7519-5.3-replicated',
    'Claims that are replicated in the header are verified to have the same value.',
    {
      departure:
        'Replicated claims serve encrypted tokens, which are refused. The copies are never read: every decision is based on the claims set.',
    },
  ),
  must('RFC7519-7.2-reject', 'A token is rejected if any step of its validation fails.'),
  must('RFC7519-7.2-claims', 'The payload is UTF-8 and a completely valid JSON object.'),
  must('RFC7519-7.2-nested', 'A token whose cty is JWT is nested, and its inner token is validated.', {
    note: 'Nested tokens are not supported and are refused.',
  }),
  should(
    'RFC7519-7.2-acceptable',
    'A valid token is rejected if its algorithm is not acceptable to the application.',
  ),
  must('RFC7519-7.3-comparison', 'Claim names and values are compared by the rules of JSON Web Signature.'),
  must('RFC7519-8-mandatory', 'HS256 and none are implemented.', {
    departure:
      'A resource server shares no secret with its authorization server, and RFC 9068 section 2.1 forbids none. A verifier that implements neither cannot be tricked into using them.',
  }),
  should('RFC7519-8-recommended', 'RS256 and ES256 are supported.'),
  must('RFC7519-8-encryption', 'An implementation that supports encryption supports certain algorithms.', {
    elsewhere: 'The case never arises: encryption is optional and not supported.',
  }),
  must('RFC7519-12-privacy', 'The content of a token is not disclosed to unintended parties.'),
])
