import type { Requirement } from './requirement.ts'

/** JSON Web Signature: what concerns who validates. */
export const RFC7515: readonly Requirement[] = [
  {
    id: 'RFC7515-2-base64url',
    section: '2',
    level: 'MUST',
    text: 'Segments are base64url without padding, line breaks, white space or any other additional character.',
  },
  {
    id: 'RFC7515-4-unique',
    section: '4',
    level: 'MUST',
    text: 'A header that names a parameter twice is rejected, or its last value alone is read.',
  },
  {
    id: 'RFC7515-4-unknown',
    section: '4',
    level: 'MUST',
    text: 'Header parameters that are not understood are ignored, unless they are listed as critical.',
    departure:
      'zip, enc and b64 are refused even when not listed: each says that the payload is to be read in another way than ours, so a producer that writes one meant another token than the one we would read.',
  },
  {
    id: 'RFC7515-4.1.1-alg',
    section: '4.1.1',
    level: 'MUST',
    text: 'The header has an alg, which is understood and processed.',
  },
  {
    id: 'RFC7515-4.1.1-supported',
    section: '4.1.1',
    level: 'MUST',
    text: 'A signature is not valid if its alg is not supported, or if there is no key for use with that alg.',
  },
  {
    id: 'RFC7515-4.1.2-jku',
    section: '4.1.2',
    level: 'MUST',
    text: 'Keys that a jku points to are only fetched over TLS from a server whose identity is validated; here never.',
  },
  {
    id: 'RFC7515-4.1.4-kid',
    section: '4.1.4',
    level: 'MUST',
    text: 'A kid is a case-sensitive string.',
  },
  {
    id: 'RFC7515-4.1.5-x5u',
    section: '4.1.5',
    level: 'MUST',
    text: 'Certificates that an x5u points to are only fetched over TLS; here never.',
  },
  {
    id: 'RFC7515-4.1.6-x5c',
    section: '4.1.6',
    level: 'MUST',
    text: 'The certificate chain of an x5c is validated before its key is trusted; here its key never is.',
  },
  {
    id: 'RFC7515-4.1.9-typ',
    section: '4.1.9',
    level: 'MUST',
    text: 'A typ without a slash means the same as with application/ before it.',
  },
  {
    id: 'RFC7515-4.1.10-cty',
    section: '4.1.10',
    level: 'MUST',
    text: 'A cty without a slash means the same as with application/ before it.',
  },
  {
    id: 'RFC7515-4.1.11-crit',
    section: '4.1.11',
    level: 'MUST',
    text: 'A token that lists as critical what is not understood is invalid; crit itself is always processed.',
  },
  {
    id: 'RFC7515-5.2-header',
    section: '5.2',
    level: 'MUST',
    text: 'The decoded header is UTF-8 and a completely valid JSON object.',
  },
  {
    id: 'RFC7515-5.2-algorithm',
    section: '5.2',
    level: 'MUST',
    text: 'The signature is validated in the way that the alg says, which represents it accurately.',
  },
  {
    id: 'RFC7515-5.2-signature',
    section: '5.2',
    level: 'MUST',
    text: 'A JWS whose signature does not validate over header and payload as received is invalid.',
  },
  {
    id: 'RFC7515-5.2-acceptable',
    section: '5.2',
    level: 'SHOULD',
    text: 'A good signature of an algorithm that the application does not accept is invalid all the same.',
  },
  {
    id: 'RFC7515-5.3-comparison',
    section: '5.3',
    level: 'MUST',
    text: 'Names and values are compared code point by code point after escapes are processed, but for media types.',
  },
  {
    id: 'RFC7515-6-protected',
    section: '6',
    level: 'MUST',
    text: 'Parameters that say which key to trust are integrity protected.',
  },
  {
    id: 'RFC7515-7.2.1-serialization',
    section: '7.2.1',
    level: 'MUST',
    text: 'A JWS in JSON has its payload, its signatures, and names that stand once.',
    elsewhere: 'The case never arises: access tokens are compact, and the JSON serialization is refused.',
  },
  {
    id: 'RFC7515-8-tls',
    section: '8',
    level: 'MUST',
    text: 'Wherever TLS is used, the certificate of the server is verified against its name.',
  },
  {
    id: 'RFC7515-8-confidential',
    section: '8',
    level: 'MUST',
    text: 'What is fetched for validation is kept confidential and whole by TLS.',
    departure:
      'Loopback addresses may be http, for tests and sidecars; allowInsecureHttp lifts the rule at the risk of whoever sets it.',
  },
  {
    id: 'RFC7515-10.6-digest',
    section: '10.6',
    level: 'MUST',
    text: 'The hash algorithm written into an RSA signature is the one of the alg.',
  },
  {
    id: 'RFC7515-10.12-syntax',
    section: '10.12',
    level: 'MUST',
    text: 'Input that is not JSON by the letter is rejected as a whole.',
  },
  {
    id: 'RFC7515-10.12-trailing',
    section: '10.12',
    level: 'MUST',
    text: 'Input with further characters after the JSON text is invalid.',
  },
  {
    id: 'RFC7515-10.13-planes',
    section: '10.13',
    level: 'MUST',
    text: 'Characters beyond the Basic Multilingual Plane are compared correctly, or refused.',
  },
]
