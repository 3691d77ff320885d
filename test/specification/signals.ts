import { must, page, type SpecificationDocument } from './requirement.ts'

export const SIGNALS: SpecificationDocument = {
  name: 'Signals',
  title:
    'Security Event Tokens (RFC 8417), their push (RFC 8935), Shared Signals 1.0, CAEP 1.0, Global Token Revocation (draft)',
  requirements: [
    ...page('Shared Signals Framework 1.0, section 4.1', [
      must(
        'SET-01',
        'A Security Event Token has the type secevent+jwt. It is no access token, whatever its signature.',
      ),
      must(
        'SET-02',
        'The signature is verified with the keys of the transmitter; iss is the issuer of the stream, aud contains the receiver, and there is neither sub nor exp.',
      ),
    ]),
    ...page('RFC 8935, section 2', [
      must(
        'SET-03',
        'The caller is authenticated. The answer is 202, or 400 with err, a description and Content-Language.',
        {
          note: 'TLS is up to the server that the handler runs in. A method other than POST is a 405, and 503 asks for the token again.',
        },
      ),
    ]),
    ...page('Shared Signals Framework 1.0, section 3; Okta', [
      must(
        'SET-04',
        'The subject is read from sub_id and from the event. Events that are not known are acknowledged and ignored.',
      ),
    ]),
    ...page('Rules of this library', [
      must(
        'SET-05',
        'Tokens that come twice are recognised by jti, bodies are bounded, and an event covers nothing beyond now and the tolerance of clocks.',
        {
          note: 'A revocation is an atomic maximum, so that writing it again changes nothing; the duplicate is reported.',
        },
      ),
      must(
        'UL-01',
        'typ, iss, sub and aud of a Universal Logout request are exactly those that are expected.',
      ),
      must('UL-02', 'It is at most 5 minutes old, give or take the tolerance of clocks.'),
      must('UL-03', 'It can be used once, since its signature does not cover the body that names the user.'),
      must('UL-04', 'An email address names a user only through a function of the application.'),
    ]),
  ],
}
