import type { Requirement } from './requirement.ts'

/** JSON Web Token. */
export const RFC7519: readonly Requirement[] = [
  {
    id: 'RFC7519-2-string-or-uri',
    section: '2',
    level: 'MUST',
    text: 'Issuers and audiences are compared as case-sensitive strings, without transformation.',
  },
  {
    id: 'RFC7519-2-uri',
    section: '2',
    level: 'MUST',
    text: 'An issuer, subject or audience with a colon in it is a URI.',
    elsewhere:
      'Who issues the token; issuer and audience are compared as text with what is configured, whatever form that has.',
  },
  {
    id: 'RFC7519-4-unique',
    section: '4',
    level: 'MUST',
    text: 'A claims set that names a claim twice is rejected, or its last value alone is read.',
  },
  {
    id: 'RFC7519-4-unknown',
    section: '4',
    level: 'MUST',
    text: 'Claims that are not understood are ignored.',
  },
  {
    id: 'RFC7519-4.1.3-identify',
    section: '4.1.3',
    level: 'MUST',
    text: 'Who processes a token goes by a name of its own among the audiences; here that must be configured.',
  },
  {
    id: 'RFC7519-4.1.3-aud',
    section: '4.1.3',
    level: 'MUST',
    text: 'A token that has an audience, none of whose values is ours, is rejected.',
  },
  {
    id: 'RFC7519-4.1.4-exp',
    section: '4.1.4',
    level: 'MUST NOT',
    text: 'A token is not accepted at its expiry or after it, but for a small leeway.',
  },
  {
    id: 'RFC7519-4.1.4-number',
    section: '4.1.4',
    level: 'MUST',
    text: 'The expiry is a number.',
  },
  {
    id: 'RFC7519-4.1.5-nbf',
    section: '4.1.5',
    level: 'MUST NOT',
    text: 'A token is not accepted before its nbf, but for a small leeway.',
  },
  {
    id: 'RFC7519-4.1.5-number',
    section: '4.1.5',
    level: 'MUST',
    text: 'The nbf is a number.',
  },
  {
    id: 'RFC7519-4.1.6-number',
    section: '4.1.6',
    level: 'MUST',
    text: 'The iat is a number.',
  },
  {
    id: 'RFC7519-5.3-replicated',
    section: '5.3',
    level: 'SHOULD',
    text: 'Claims that are repeated in the header are verified to be the same there.',
    departure:
      'Copies in the header serve encrypted tokens, which are refused. Nothing reads them: every decision is made on the claims set.',
  },
  {
    id: 'RFC7519-7.2-reject',
    section: '7.2',
    level: 'MUST',
    text: 'A token for which any step of validation fails is rejected.',
  },
  {
    id: 'RFC7519-7.2-claims',
    section: '7.2',
    level: 'MUST',
    text: 'The payload is UTF-8 and a completely valid JSON object.',
  },
  {
    id: 'RFC7519-7.2-nested',
    section: '7.2',
    level: 'MUST',
    text: 'A token whose cty is JWT is a nested one; as such it is validated, or it is rejected.',
  },
  {
    id: 'RFC7519-7.2-acceptable',
    section: '7.2',
    level: 'SHOULD',
    text: 'A valid token whose algorithm is not acceptable to the application is rejected.',
  },
  {
    id: 'RFC7519-7.3-comparison',
    section: '7.3',
    level: 'MUST',
    text: 'Claim names and values are compared by the rules of JSON Web Signature.',
  },
  {
    id: 'RFC7519-8-mandatory',
    section: '8',
    level: 'MUST',
    text: 'HS256 and none are implemented.',
    departure:
      'A resource server has no secret in common with its authorization server, and RFC 9068 section 2.1 forbids none; a verifier that knows neither cannot be talked into either.',
  },
  {
    id: 'RFC7519-8-recommended',
    section: '8',
    level: 'SHOULD',
    text: 'RS256 and ES256 are supported.',
  },
  {
    id: 'RFC7519-8-encryption',
    section: '8',
    level: 'MUST',
    text: 'Who supports encryption supports certain algorithms of it.',
    elsewhere: 'The case never arises: encryption is optional, and not supported.',
  },
  {
    id: 'RFC7519-12-privacy',
    section: '12',
    level: 'MUST',
    text: 'What a token says is not disclosed to parties for whom it is not meant.',
  },
]
