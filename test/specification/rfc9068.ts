import { must, rfc, type SpecificationDocument, should } from './requirement.ts'

export const RFC9068: SpecificationDocument = rfc(
  9068,
  'JSON Web Token (JWT) Profile for OAuth 2.0 Access Tokens',
  [
    must('RFC9068-2.1-rs256', 'RS256 is among the supported algorithms.'),
    must('RFC9068-2.2-claims', 'A token has iss, exp, aud, sub, client_id, iat and jti.', {
      departure:
        'The issuer of the token is bound by this. A resource server must validate iss, exp and aud (section 4), so these are required. Routes can require the others, and maxTokenAge requires iat.',
    }),
    must('RFC9068-4-typ', 'The typ is at+jwt or application/at+jwt; other tokens are rejected.', {
      departure:
        'The profile rfc9068 does so. By default the profile okta is accepted as well: its access tokens have no such typ and are recognized by cid and scp.',
    }),
    should('RFC9068-4-encrypted', 'Unencrypted tokens are rejected where encryption was agreed on.', {
      elsewhere: 'The case never arises: encrypted tokens are not supported, so an API cannot agree on them.',
    }),
    must('RFC9068-4-iss', 'The iss claim exactly matches the issuer of the authorization server.'),
    must(
      'RFC9068-4-aud',
      'A token is rejected if its audience has no value that identifies the resource server.',
    ),
    must('RFC9068-4-signature', 'The signature of every token is validated with the algorithm in its alg.'),
    must('RFC9068-4-none', 'A token with the alg none is rejected.'),
    must('RFC9068-4-keys', 'The keys are those that the authorization server provides.'),
    must(
      'RFC9068-4-exp',
      'The current time is before the expiration time, with a leeway of at most a few minutes.',
    ),
    must('RFC9068-4-errors', 'Each of these failures is answered with the error code invalid_token.'),
    should('RFC9068-4-authorization-claims', 'Authorization claims take part in the decision.'),
  ],
)
