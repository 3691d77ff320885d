import { page, type Requirement, type SpecificationDocument } from './requirement.ts'

const requirement = (id: string, level: Requirement['level'], text: string, note?: string): Requirement => ({
  id,
  section: '',
  level,
  text,
  ...(note === undefined ? {} : { note }),
})

/** The requirements of RFC 7662, RFC 8705 and RFC 9701 for introspection, and those that this library adds. */
export const INTROSPECTION: SpecificationDocument = {
  name: 'Introspection',
  title: 'RFC 7662: OAuth 2.0 Token Introspection; RFC 9701: JWT Response; RFC 8705, section 5',
  requirements: [
    ...page('RFC 7662, sections 2.1 and 4', [
      requirement(
        'INTR-01',
        'MUST',
        'The API authenticates to the endpoint, and sends the token in the body of a POST over TLS.',
        'Plain http is only possible to loopback hosts, or with allowInsecureHttp.',
      ),
      requirement(
        'INTR-03',
        'MUST NOT',
        'An answer that has an exp is not used after that time.',
        'An answer without exp is refused.',
      ),
    ]),
    ...page('RFC 7662, section 2.2', [
      requirement(
        'INTR-02',
        'MUST',
        'A token is active only if the member active of the answer is the boolean true.',
      ),
    ]),
    ...page('own rules', [
      requirement(
        'INTR-04',
        'MUST',
        'Positive answers have a ceiling and negative ones a short life, both are kept under a digest, calls for one token are shared, and calls are limited in number and rate.',
      ),
      requirement(
        'INTR-05',
        'MUST',
        'The issuer, if it is there, the times, the audience, the binding and the scopes of an answer are checked as those of a JWT.',
      ),
      requirement(
        'INTR-06',
        'MUST',
        'A failure of the endpoint is answered with 503 and never with 401, and the diagnostics message says whether the credentials are wrong.',
      ),
    ]),
    ...page('RFC 9701, section 5', [
      requirement(
        'INTR-07',
        'MUST',
        'Of a signed answer, typ, signature, issuer and audience are checked, and only its token_introspection is data.',
      ),
      requirement('INTR-08', 'MUST', 'A signed answer is never accepted as an access token.'),
    ]),
    ...page('RFC 8705, section 5', [
      requirement(
        'INTR-09',
        'SHOULD',
        'An API that authenticates by mutual TLS uses the endpoint in mtls_endpoint_aliases.',
      ),
    ]),
  ],
}
