import { must, rfc, type SpecificationDocument, should } from './requirement.ts'

export const RFC7515: SpecificationDocument = rfc(7515, 'JSON Web Signature (JWS)', [
  must(
    'RFC7515-2-base64url',
    'Segments are base64url without padding, line breaks, white space or other additional characters.',
  ),
  must(
    'RFC7515-4-unique',
    'A header with a duplicate parameter is rejected, or only its last value is used.',
  ),
  must(
    'RFC7515-4-unknown',
    'Header parameters that are not understood are ignored unless they are critical.',
    {
      departure:
        'zip, enc and b64 are refused even when they are not critical: each changes how the payload is to be read, so the issuer meant another token than the one that would be read here.',
    },
  ),
  must('RFC7515-4.1.1-alg', 'The header has an alg parameter, which is understood and processed.'),
  must(
    'RFC7515-4.1.1-supported',
    'A signature is not valid if its alg is not supported, or if there is no key for use with that alg.',
  ),
  must(
    'RFC7515-4.1.2-jku',
    'Keys are fetched from a jku only over TLS and only from a server whose identity is validated.',
    { note: 'Keys are never fetched from a jku.' },
  ),
  must('RFC7515-4.1.4-kid', 'A kid is a case-sensitive string.'),
  must('RFC7515-4.1.5-x5u', 'Certificates are fetched from an x5u only over TLS.', {
    note: 'Certificates are never fetched from an x5u.',
  }),
  must('RFC7515-4.1.6-x5c', 'The certificate chain of an x5c is validated before its key is trusted.', {
    note: 'The key of an x5c is never trusted.',
  }),
  must('RFC7515-4.1.9-typ', 'A typ without a slash means the same as with the prefix application/.'),
  must('RFC7515-4.1.10-cty', 'A cty without a slash means the same as with the prefix application/.'),
  must(
    'RFC7515-4.1.11-crit',
    'A token with a critical parameter that is not understood is invalid, and crit itself is always processed.',
  ),
  must('RFC7515-5.2-header', 'The decoded header is UTF-8 and a completely valid JSON object.'),
  must(
    'RFC7515-5.2-algorithm',
    'The signature is validated in the manner of the alg, which accurately represents the algorithm.',
  ),
  must(
    'RFC7515-5.2-signature',
    'A JWS is invalid if its signature does not validate over the header and the payload as received.',
  ),
  should(
    'RFC7515-5.2-acceptable',
    'A valid signature is treated as invalid if the application does not accept its algorithm.',
  ),
  must(
    'RFC7515-5.3-comparison',
    'Names and values are compared code point by code point after escapes are decoded, except for media types.',
  ),
  must('RFC7515-6-protected', 'Parameters that select the key to trust are integrity protected.'),
  must(
    'RFC7515-7.2.1-serialization',
    'A JWS in the JSON serialization has a payload, signatures, and member names that are unique.',
    { elsewhere: 'The case never arises: access tokens are compact, and the JSON serialization is refused.' },
  ),
  must('RFC7515-8-tls', "Where TLS is used, the server's certificate is verified against its name."),
  must('RFC7515-8-confidential', 'TLS protects the confidentiality and the integrity of what is fetched.', {
    departure:
      'http is allowed on loopback addresses, for tests and sidecars. The option allowInsecureHttp allows it elsewhere, for networks that are trusted.',
  }),
  must('RFC7515-10.6-digest', 'The hash algorithm inside an RSA signature is that of the alg.'),
  must('RFC7515-10.12-syntax', 'Input that does not conform to the JSON syntax is rejected entirely.'),
  must('RFC7515-10.12-trailing', 'Input with additional characters after the JSON text is invalid.'),
  must(
    'RFC7515-10.13-planes',
    'Characters beyond the Basic Multilingual Plane are compared correctly, or the input is rejected.',
  ),
])
