import { must, mustNot, rfc, type SpecificationDocument, should, shouldNot } from './requirement.ts'

const NO_CERTIFICATES = {
  elsewhere:
    'The case never arises: certificates of keys are neither fetched nor read, since the JWK Set itself is trusted.',
}

export const RFC7517: SpecificationDocument = rfc(7517, 'JSON Web Key (JWK)', [
  must('RFC7517-4-unique', 'A JWK with a duplicate member is rejected, or only its last value is used.'),
  must('RFC7517-4-unknown', 'Members of a JWK that are not understood are ignored.'),
  must('RFC7517-4.1-kty', 'A JWK has a kty, which is a case-sensitive string.'),
  must('RFC7517-4.3-consistent', 'The members use and key_ops are consistent.', {
    note: 'The issuer of the key is bound by this. A key whose members contradict each other is ignored.',
  }),
  shouldNot('RFC7517-4.3-together', 'The members use and key_ops are not used together.', {
    elsewhere: 'The issuer of the key is responsible. A key with both is used if they are consistent.',
  }),
  shouldNot('RFC7517-4.3-unrelated', 'A key is not used for several unrelated operations.', {
    elsewhere:
      'The issuer of the key is responsible. Here it verifies signatures of one algorithm, whatever else it is used for.',
  }),
  mustNot('RFC7517-4.3-duplicates', 'key_ops has no duplicate values.', {
    elsewhere: 'The issuer of the key is responsible. A duplicate value does not make the key unusable.',
  }),
  should('RFC7517-4.5-distinct', 'Different keys of a JWK Set have different kids.', {
    elsewhere:
      'The issuer of the set is responsible. Of keys that share a kid, at most three with the right algorithm are tried.',
  }),
  must('RFC7517-4.6-x5u', 'Certificates are fetched from the x5u of a JWK only over TLS.', NO_CERTIFICATES),
  must(
    'RFC7517-4.6-match',
    'The key in the first certificate of an x5u matches the JWK, and so do its use and algorithm.',
    NO_CERTIFICATES,
  ),
  must(
    'RFC7517-4.7-match',
    'The key in the first certificate of an x5c matches the JWK, and so do its use and algorithm.',
    NO_CERTIFICATES,
  ),
  must(
    'RFC7517-4.8-match',
    'The key in the certificate of an x5t matches the JWK, and so do its use and algorithm.',
    NO_CERTIFICATES,
  ),
  must(
    'RFC7517-4.9-match',
    'The key in the certificate of an x5t#S256 matches the JWK, and so do its use and algorithm.',
    NO_CERTIFICATES,
  ),
  must('RFC7517-5-keys', 'A JWK Set is an object with an array of keys.'),
  must('RFC7517-5-unique', 'A JWK Set with a duplicate member is rejected, or only its last value is used.'),
  must('RFC7517-5-unknown', 'Members of a JWK Set that are not understood are ignored.'),
  should(
    'RFC7517-5-ignore',
    'Keys of unknown types, with missing members, or with values out of range are ignored without rejecting the set.',
  ),
  must('RFC7517-6-comparison', 'Names and values are compared by the rules of JSON Web Signature.'),
  must('RFC7517-7-access', 'Non-public key material is protected from unauthorized access.', {
    note: 'No private or symmetric key is kept at all.',
  }),
  must('RFC7517-7-cty', 'The cty of an encrypted JWK or JWK Set identifies its content.', {
    elsewhere:
      'The case never arises: a resource server cannot decrypt published keys. They are not JSON, and are refused.',
  }),
  must('RFC7517-9.2-private', 'Private and symmetric keys are not disclosed.', {
    note: 'The issuer of the keys is bound by this. A private or symmetric key that is published anyway is not used.',
  }),
])
