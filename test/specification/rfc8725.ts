import { must, mustNot, rfc, type SpecificationDocument, should, shouldNot } from './requirement.ts'

export const RFC8725: SpecificationDocument = rfc(8725, 'JSON Web Token Best Current Practices', [
  must('RFC8725-2.8-confusion', 'A token of one kind cannot be used in place of a token of another kind.'),
  must('RFC8725-3.1-caller', 'The caller can specify the supported algorithms.'),
  mustNot('RFC8725-3.1-no-other', 'Algorithms that are not supported are not used.'),
  must('RFC8725-3.1-same', 'The alg of the header is the algorithm that the operation uses.'),
  must(
    'RFC8725-3.1-one-per-key',
    'Each key is used with exactly one algorithm, which is checked when the key is used.',
    {
      departure:
        'A published key with an alg is used with this algorithm. An RSA key without alg is used with each allowed RSA algorithm, and a key that is listed for several algorithms with each of them, because authorization servers sign so. It is imported separately for each, and the imported key is bound to it. See ADR 16.',
    },
  ),
  must('RFC8725-3.2-current', 'Only cryptographically current algorithms are allowed.'),
  must('RFC8725-3.2-agility', 'Algorithms can be replaced when they become obsolete.'),
  shouldNot('RFC8725-3.2-none', 'Unsecured tokens are not accepted unless the caller requests it.', {
    note: 'The caller cannot request it.',
  }),
  should('RFC8725-3.2-rsa1_5', 'Encryption with RSA-PKCS1 v1.5 is avoided.', {
    note: 'No encryption is supported.',
  }),
  should('RFC8725-3.2-deterministic', 'ECDSA signatures are made deterministically.', {
    elsewhere: 'The signer is responsible. A resource server makes no signatures.',
  }),
  must(
    'RFC8725-3.3-all',
    'The whole token is rejected if any of its cryptographic operations fails to validate.',
  ),
  must('RFC8725-3.3-distinguish', 'The outer and the inner operation of a nested token are both validated.', {
    note: 'Encrypted and nested tokens are recognized and refused.',
  }),
  must(
    'RFC8725-3.4-inputs',
    'Inputs of cryptographic operations, such as points of an elliptic curve, are validated before use.',
  ),
  must('RFC8725-3.4-agreement', 'Ephemeral public keys of a key agreement are validated before use.', {
    elsewhere: 'The case never arises: encrypted tokens are not supported.',
  }),
  must('RFC8725-3.5-entropy', 'Keys have the strength that their algorithms require.'),
  mustNot('RFC8725-3.5-passwords', 'Passwords are not used as keys of a MAC.', {
    note: 'No MAC is supported.',
  }),
  shouldNot('RFC8725-3.6-compression', 'Data is not compressed before encryption.', {
    note: 'A token that claims to be compressed is refused, encrypted or not.',
  }),
  must('RFC8725-3.7-utf8', 'Headers and claims are UTF-8, and no other encoding is accepted.'),
  must(
    'RFC8725-3.8-issuer-keys',
    'The keys that verify a token belong to its issuer, or the token is rejected.',
  ),
  must(
    'RFC8725-3.8-subject',
    'The application checks that the subject is a valid one of the issuer, or rejects the token.',
    {
      elsewhere:
        'Only the application knows its subjects. It is given the issuer and the subject, and can require the claim sub by a function.',
    },
  ),
  must(
    'RFC8725-3.9-audience',
    'A token is rejected if it has no audience, or none that identifies the recipient.',
  ),
  should('RFC8725-3.10-kid', 'A kid cannot be used for injections into the lookup of keys.'),
  should('RFC8725-3.10-addresses', 'URLs in a token are not followed blindly.'),
  should('RFC8725-3.11-typing', 'Tokens are explicitly typed.', {
    departure:
      "Okta's access tokens have no explicit type; they are recognized by their claims. The profile rfc9068 requires the type.",
  }),
  must('RFC8725-3.12-exclusive', 'Tokens of other kinds from the same issuer are rejected.'),
])
