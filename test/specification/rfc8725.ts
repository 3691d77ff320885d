import type { Requirement } from './requirement.ts'

/** JSON Web Token Best Current Practices. */
export const RFC8725: readonly Requirement[] = [
  {
    id: 'RFC8725-2.8-confusion',
    section: '2.8',
    level: 'MUST',
    text: 'Where a token could be mistaken for one of another kind, something prevents that.',
  },
  {
    id: 'RFC8725-3.1-caller',
    section: '3.1',
    level: 'MUST',
    text: 'The caller can say which algorithms are supported.',
  },
  {
    id: 'RFC8725-3.1-no-other',
    section: '3.1',
    level: 'MUST NOT',
    text: 'No other algorithm is used.',
  },
  {
    id: 'RFC8725-3.1-same',
    section: '3.1',
    level: 'MUST',
    text: 'The alg of the header is the algorithm that the operation uses.',
  },
  {
    id: 'RFC8725-3.1-one-per-key',
    section: '3.1',
    level: 'MUST',
    text: 'Each key is used with exactly one algorithm, which is checked when it is used.',
  },
  {
    id: 'RFC8725-3.2-current',
    section: '3.2',
    level: 'MUST',
    text: 'Only algorithms that are cryptographically current are allowed.',
  },
  {
    id: 'RFC8725-3.2-agility',
    section: '3.2',
    level: 'MUST',
    text: 'Algorithms can be replaced as they age.',
  },
  {
    id: 'RFC8725-3.2-none',
    section: '3.2',
    level: 'SHOULD NOT',
    text: 'Unsecured tokens are not taken unless the caller asks for it; here nobody can.',
  },
  {
    id: 'RFC8725-3.2-rsa1_5',
    section: '3.2',
    level: 'SHOULD',
    text: 'Encryption by RSA with the old padding is avoided; here no encryption is supported.',
  },
  {
    id: 'RFC8725-3.2-deterministic',
    section: '3.2',
    level: 'SHOULD',
    text: 'Signatures by ECDSA are made without a random value.',
    elsewhere: 'Who signs; a resource server makes no signatures, and those made so verify as any other.',
  },
  {
    id: 'RFC8725-3.3-all',
    section: '3.3',
    level: 'MUST',
    text: 'Every cryptographic operation of a token validates, or the whole token is rejected.',
  },
  {
    id: 'RFC8725-3.3-distinguish',
    section: '3.3',
    level: 'MUST',
    text: 'Of a token within a token the outer and the inner are validated; here encrypted and nested ones are told apart and refused whole.',
  },
  {
    id: 'RFC8725-3.4-inputs',
    section: '3.4',
    level: 'MUST',
    text: 'Inputs of cryptographic operations, such as points of a curve, are validated before they are used.',
  },
  {
    id: 'RFC8725-3.4-agreement',
    section: '3.4',
    level: 'MUST',
    text: 'Ephemeral keys of a key agreement are validated before they are used.',
    elsewhere: 'The case never arises: encrypted tokens are not supported.',
  },
  {
    id: 'RFC8725-3.5-entropy',
    section: '3.5',
    level: 'MUST',
    text: 'Keys have the strength that the algorithms ask for.',
  },
  {
    id: 'RFC8725-3.5-passwords',
    section: '3.5',
    level: 'MUST NOT',
    text: 'Passwords are no keys of a MAC; here nothing is.',
  },
  {
    id: 'RFC8725-3.6-compression',
    section: '3.6',
    level: 'SHOULD NOT',
    text: 'Nothing is compressed before it is encrypted; here a token that says it is compressed is refused.',
  },
  {
    id: 'RFC8725-3.7-utf8',
    section: '3.7',
    level: 'MUST',
    text: 'Header and claims are read as UTF-8 and no other encoding is admitted.',
  },
  {
    id: 'RFC8725-3.8-issuer-keys',
    section: '3.8',
    level: 'MUST',
    text: 'The keys that verify a token belong to the issuer it names, or it is rejected.',
  },
  {
    id: 'RFC8725-3.8-subject',
    section: '3.8',
    level: 'MUST',
    text: 'The subject is one that the application knows together with its issuer, or the token is rejected.',
    elsewhere:
      'Only the application knows its subjects; it gets issuer and subject, or gives a function for the claim sub.',
  },
  {
    id: 'RFC8725-3.9-audience',
    section: '3.9',
    level: 'MUST',
    text: 'A token without an audience, or without ours, is rejected.',
  },
  {
    id: 'RFC8725-3.10-kid',
    section: '3.10',
    level: 'SHOULD',
    text: 'A kid from outside cannot be used for injections into the look-up of keys.',
  },
  {
    id: 'RFC8725-3.10-addresses',
    section: '3.10',
    level: 'SHOULD',
    text: 'Addresses in a token are not followed blindly.',
  },
  {
    id: 'RFC8725-3.11-typing',
    section: '3.11',
    level: 'SHOULD',
    text: 'The typ says explicitly which kind of token it is.',
    departure:
      "Okta's access tokens have no such typ; their claims tell them apart. The profile rfc9068 demands it.",
  },
  {
    id: 'RFC8725-3.12-exclusive',
    section: '3.12',
    level: 'MUST',
    text: 'Tokens of other kinds by the same issuer are rejected.',
  },
]
