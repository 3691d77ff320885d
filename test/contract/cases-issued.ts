import type { ErrorCode } from '@okta-resource-server/core'
import { altered, type CaseDetails, type IssuedCase, issued } from './case.ts'

const SIGNATURE = {
  requirements: [
    ...['RFC7515-5.2-signature', 'RFC8725-3.3-all', 'RFC9068-4-signature'],
    ...['OKTA-guide-signature', 'RFC6750-5.2-integrity'],
  ],
}
const AUDIENCE = ['RFC7519-4.1.3-aud', 'RFC8725-3.9-audience', 'RFC9068-4-aud', 'OKTA-guide-aud']
const ISSUER = ['RFC9068-4-iss', 'RFC8725-3.8-issuer-keys', 'OKTA-guide-iss']
const OTHER_KIND = ['RFC8725-3.12-exclusive', 'OKTA-guide-kind']

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const decoded = (segment: string): object => JSON.parse(Buffer.from(segment, 'base64url').toString())

const ALTERED: readonly IssuedCase[] = [
  altered('a token without its signature', 'token_malformed', ([header, payload]) => [header, payload]),
  altered('a token with an empty signature', 'token_malformed', ([header, payload]) => [header, payload, '']),
  altered(
    'a token with changed claims',
    'signature_invalid',
    ([header, payload, signature]) => [header, encoded({ ...decoded(payload), sub: 'mallory' }), signature],
    SIGNATURE,
  ),
  altered(
    'a token with an added header parameter',
    'signature_invalid',
    ([header, ...rest]) => [encoded({ ...decoded(header), 'x-note': 1 }), ...rest],
    SIGNATURE,
  ),
  altered(
    'a token with a truncated signature',
    'signature_invalid',
    ([header, payload, signature]) => [
      header,
      payload,
      Buffer.from(signature, 'base64url').subarray(0, -1).toString('base64url'),
    ],
    SIGNATURE,
  ),
  altered(
    'a token whose alg has been changed to none',
    'algorithm_not_allowed',
    ([header, ...rest]) => [encoded({ ...decoded(header), alg: 'none' }), ...rest],
    { requirements: ['RFC8725-3.2-none', 'RFC9068-4-none'] },
  ),
  altered(
    'a token whose alg has been changed to HS256',
    'algorithm_not_allowed',
    ([header, ...rest]) => [encoded({ ...decoded(header), alg: 'HS256' }), ...rest],
    { requirements: ['RFC7515-4.1.1-supported', 'RFC8725-3.1-no-other'] },
  ),
  altered(
    'a token whose kid has been removed',
    'key_id_missing',
    ([header, ...rest]) => [encoded({ ...decoded(header), kid: undefined }), ...rest],
    { requirements: ['OKTA-form-kid'], oktaOnly: true },
  ),
]

const refused = (
  name: string,
  code: ErrorCode,
  options: Parameters<typeof issued>[2],
  requirements: readonly string[],
  details: CaseDetails = {},
): IssuedCase => issued(name, code, options, { requirements, ...details })

/** Tokens that differ from a valid one in what the authorization server itself says of them. */
export const ISSUED_TOKEN_CASES: readonly IssuedCase[] = [
  ...ALTERED,
  issued(
    'an audience among several',
    'accepted',
    { audience: ['https://self.example', 'api://default'] },
    {
      requirements: ['RFC7519-4.1.3-aud'],
    },
  ),
  refused('a token signed with a key that the issuer does not publish', 'key_unknown', { key: 'stranger' }, [
    'RFC9068-4-keys',
    'RFC8725-3.8-issuer-keys',
  ]),
  refused('an expired token', 'token_expired', { expiresIn: -60 }, [
    ...['RFC7519-4.1.4-exp', 'RFC9068-4-exp', 'OKTA-guide-exp', 'OKTA-lifecycle-expired'],
  ]),
  refused('a token without an expiry', 'expiry_missing', { claims: { exp: undefined } }, [
    'RFC9068-4-exp',
    'RFC6750-5.2-lifetime',
  ]),
  refused('an expiry in a string', 'claim_malformed', { claims: { exp: '9999999999' } }, [
    'RFC7519-4.1.4-number',
  ]),
  refused('a token that is not valid yet', 'token_not_yet_valid', { claims: { nbf: 9_999_999_999 } }, [
    'RFC7519-4.1.5-nbf',
  ]),
  refused('a token issued in the future', 'token_issued_in_future', { claims: { iat: 9_999_999_999 } }, [
    'OKTA-form-iat',
  ]),
  refused('a token for another audience', 'audience_mismatch', { audience: 'api://another' }, AUDIENCE),
  refused(
    'an audience that only begins with the configured one',
    'audience_mismatch',
    { audience: 'api://default/' },
    AUDIENCE,
  ),
  refused('a token without an audience', 'audience_missing', { claims: { aud: undefined } }, AUDIENCE),
  refused(
    'a token of another issuer',
    'issuer_not_allowed',
    { claims: { iss: 'https://other.example/oauth2/default' } },
    ISSUER,
  ),
  refused('a token without an issuer', 'issuer_missing', { claims: { iss: undefined } }, ISSUER),
  refused(
    'a DPoP-bound token sent as a bearer token',
    'sender_constrained',
    { kind: 'dpop' },
    ['OKTA-dpop-bound'],
    {
      advisory: 'PEER-okta-jwt-verifier-checks',
    },
  ),
  refused('an ID token', 'id_token', { kind: 'id' }, [...OTHER_KIND, 'RFC8725-2.8-confusion']),
  refused('a token with the typ of a DPoP proof', 'dpop_proof', { header: { typ: 'dpop+jwt' } }, [
    ...OTHER_KIND,
    'OKTA-form-typ',
  ]),
  refused(
    'a token with the typ of a logout token',
    'logout_token',
    { header: { typ: 'logout+jwt' } },
    OTHER_KIND,
  ),
  refused(
    "a token of Okta's org authorization server",
    'issuer_not_allowed',
    { kind: 'org' },
    [...OTHER_KIND, 'OKTA-guide-org'],
    {
      oktaOnly: true,
    },
  ),
  refused(
    "the typ of Okta's org authorization server under the configured issuer",
    'not_an_access_token',
    { header: { typ: 'application/okta-internal-at+jwt' } },
    [...OTHER_KIND, 'OKTA-form-typ', 'OKTA-guide-org'],
    {
      advisory: 'PEER-okta-jwt-verifier-checks',
    },
  ),
]
