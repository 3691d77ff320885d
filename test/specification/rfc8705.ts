import { must, page, rfc, type SpecificationDocument } from './requirement.ts'

const OURS = 'The specification does not demand it. It is our own requirement.'

export const RFC8705: SpecificationDocument = rfc(8705, 'Certificate-bound access tokens, with RFC 9440', [
  ...page('3', [
    must(
      'MTLS-01',
      'The certificate from the TLS layer matches the x5t#S256 of the token. Behind a proxy, it is the one that a configured and trusted proxy sends.',
    ),
    must('MTLS-02', 'A certificate that does not match is answered with 401 and invalid_token.'),
  ]),
  ...page('3.2', [must('MTLS-03', 'The same holds for the confirmation in an introspection response.')]),
  ...page('3', [
    must(
      'MTLS-04',
      'A bound token without a certificate is answered with 401 and invalid_token, and is never treated as a bearer token.',
      { note: OURS },
    ),
    must(
      'MTLS-05',
      'A token with jkt or x5t#S256 is refused while support for it is off, and so is one whose cnf has other members.',
      { note: 'RFC 7800 lets other members be ignored. Refusing them is stricter.' },
    ),
  ]),
  ...page('6.5', [
    must(
      'MTLS-06',
      'Headers with certificates are accepted from trusted proxies only, and by default from none (RFC 9440, section 4).',
    ),
    must(
      'MTLS-07',
      'Answers that depend on the certificate cannot be cached, or name its header in Vary (RFC 9440, section 2.4).',
      {
        departure:
          'Refusals have no-store. The headers of other answers are the concern of the API: shared caches do not store answers to requests with Authorization unless it says public or s-maxage, and docs/certificate-bound-tokens.md asks for Vary then.',
      },
    ),
    must(
      'MTLS-08',
      'Client-Cert that occurs more than once, or is a list, is refused (RFC 9440, section 2.2).',
      {
        note: 'The same holds for the headers of other proxies, except those that are a list by definition.',
      },
    ),
  ]),
  ...page('6.2', [
    must(
      'MTLS-09',
      'The chain of the certificate is verified only where the deployment chooses so, never silently.',
      {
        note: 'The specification does not require a resource server to verify it.',
      },
    ),
  ]),
])
