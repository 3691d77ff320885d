import type { Explanation, Level, Requirement, SpecificationDocument } from './requirement.ts'

type Entry = readonly [id: string, section: string, level: Level, text: string, explanation?: Explanation]

const ENTRIES: readonly Entry[] = [
  ['DPOP-01', '4.3', 'MUST', 'There is exactly one DPoP header, and its value is a single well-formed JWT.'],
  [
    'DPOP-02',
    '4.3',
    'MUST',
    'The claims jti, htm, htu and iat are present, and ath where the proof comes with an access token.',
  ],
  [
    'DPOP-03',
    '4.3',
    'MUST',
    'The header parameter typ is dpop+jwt.',
    { note: 'It is compared as a media type: in any case, with or without application/.' },
  ],
  [
    'DPOP-04',
    '4.3',
    'MUST',
    'The header parameter alg names an asymmetric algorithm that is supported and allowed; never none.',
  ],
  ['DPOP-05', '4.3', 'MUST', 'The signature verifies with the public key in the header parameter jwk.'],
  ['DPOP-06', '4.3', 'MUST', 'The header parameter jwk contains no private key.'],
  ['DPOP-07', '4.3', 'MUST', 'The claim htm is the method of the request.'],
  ['DPOP-08', '4.3', 'MUST', 'The claim htu is the URI of the request; query and fragment are ignored.'],
  [
    'DPOP-09',
    '4.3',
    'SHOULD',
    'Both URIs are normalised by syntax and by scheme before they are compared (RFC 3986, sections 6.2.2 and 6.2.3).',
  ],
  [
    'DPOP-10',
    '4.3',
    'MUST',
    'Where the server has provided a nonce, a proof without a nonce, or with one that the server did not provide recently, is refused.',
  ],
  [
    'DPOP-11',
    '4.3',
    'MUST',
    'The proof was created a short time ago, by iat or by a time of the server in the nonce.',
  ],
  ['DPOP-12', '4.3', 'MUST', 'The claim ath is the hash of the access token.'],
  ['DPOP-13', '4.3', 'MUST', 'The access token is bound to the public key of the proof.'],
  ['DPOP-14', '6', 'MUST', 'The resource server can tell reliably whether an access token is bound by DPoP.'],
  ['DPOP-15', '7.2', 'MUST', 'A bound access token is refused if it comes with the scheme Bearer.'],
  ['DPOP-16', '7.1', 'MUST', 'Access is granted only if all checks have passed.'],
  [
    'DPOP-17',
    '7.1',
    'SHOULD',
    'The challenge of the scheme DPoP has an error if an access token came, and always lists the algorithms of proofs.',
  ],
  [
    'DPOP-18',
    '7.2',
    'SHOULD',
    'Challenges have no error if no credentials came; else the error is in the challenge of the scheme that was used.',
  ],
  [
    'DPOP-19',
    '9',
    'MUST',
    'A nonce is asked for with 401, use_dpop_nonce and the header DPoP-Nonce; the response should not be cached.',
  ],
  [
    'DPOP-20',
    '11.1',
    'SHOULD',
    'A proof is used once: its jti is remembered for as long as it is accepted.',
    { note: 'Processes that share a store in Redis accept it once between them.' },
  ],
  ['DPOP-21', '7.1', 'MUST NOT', 'The scheme DPoP is not used with the header Proxy-Authorization.'],
  [
    'DPOP-22',
    '7.1',
    'MUST',
    'An access token that is not bound is refused with the scheme DPoP.',
    { note: 'RFC 9449 demands the check of the binding, which such a token cannot pass.' },
  ],
  [
    'DPOP-23',
    '11.1',
    'MUST',
    'If it cannot be found out whether a proof was used, the request is refused with 503.',
    { note: 'A rule of this library, not of RFC 9449.' },
  ],
]

/** What RFC 9449 requires of a resource server. The ids are shorter than those of other documents. */
export const RFC9449: SpecificationDocument = {
  name: 'RFC 9449',
  title: 'OAuth 2.0 Demonstrating Proof of Possession (DPoP)',
  url: 'https://www.rfc-editor.org/rfc/rfc9449#section-',
  requirements: ENTRIES.map(
    ([id, section, level, text, explanation = {}]): Requirement => ({
      id,
      section,
      level,
      text,
      ...explanation,
    }),
  ),
}
