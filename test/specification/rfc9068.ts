import type { Requirement } from './requirement.ts'

/** JSON Web Token Profile for OAuth 2.0 Access Tokens. */
export const RFC9068: readonly Requirement[] = [
  {
    id: 'RFC9068-2.1-rs256',
    section: '2.1',
    level: 'MUST',
    text: 'RS256 is among the supported algorithms.',
  },
  {
    id: 'RFC9068-2.2-claims',
    section: '2.2',
    level: 'MUST',
    text: 'A token has iss, exp, aud, sub, client_id, iat and jti.',
    departure:
      'Who issues tokens is bound by this. What section 4 lets a resource server validate is demanded: iss, exp and aud. Routes can require the others, and maxTokenAge demands iat.',
  },
  {
    id: 'RFC9068-4-typ',
    section: '4',
    level: 'MUST',
    text: 'The typ is at+jwt or application/at+jwt; tokens with any other value are rejected.',
    departure:
      'The profile rfc9068 does so. The default also takes the profile okta, whose tokens have no such typ: Okta marks its access tokens by cid and scp instead. profile: "rfc9068" takes none but these.',
  },
  {
    id: 'RFC9068-4-encrypted',
    section: '4',
    level: 'SHOULD',
    text: 'Where encryption was agreed on, tokens that are not encrypted are rejected.',
    elsewhere:
      'The case never arises: encrypted tokens are not supported, so an API with this library agrees on none.',
  },
  {
    id: 'RFC9068-4-iss',
    section: '4',
    level: 'MUST',
    text: 'The issuer claim is exactly the issuer of the authorization server.',
  },
  {
    id: 'RFC9068-4-aud',
    section: '4',
    level: 'MUST',
    text: 'The audience has a value that stands for this resource server, or the token is rejected.',
  },
  {
    id: 'RFC9068-4-signature',
    section: '4',
    level: 'MUST',
    text: 'The signature of every token is validated with the algorithm that its alg names.',
  },
  {
    id: 'RFC9068-4-none',
    section: '4',
    level: 'MUST',
    text: 'A token whose alg is none is rejected.',
  },
  {
    id: 'RFC9068-4-keys',
    section: '4',
    level: 'MUST',
    text: 'The keys used are those that the authorization server provides.',
  },
  {
    id: 'RFC9068-4-exp',
    section: '4',
    level: 'MUST',
    text: 'The time is before the expiry, with a leeway of no more than a few minutes.',
  },
  {
    id: 'RFC9068-4-errors',
    section: '4',
    level: 'MUST',
    text: 'Each of these failures is answered with the error code invalid_token.',
  },
  {
    id: 'RFC9068-4-authorization-claims',
    section: '4',
    level: 'SHOULD',
    text: 'Claims about authorization take part in the decision.',
  },
]
