import type { Requirement } from './requirement.ts'

/** JSON Web Key: what concerns who reads key sets. */
export const RFC7517: readonly Requirement[] = [
  {
    id: 'RFC7517-4-unique',
    section: '4',
    level: 'MUST',
    text: 'A key that names a member twice is rejected, or its last value alone is read.',
  },
  {
    id: 'RFC7517-4-unknown',
    section: '4',
    level: 'MUST',
    text: 'Members of a key that are not understood are ignored.',
  },
  {
    id: 'RFC7517-4.1-kty',
    section: '4.1',
    level: 'MUST',
    text: 'A key has a kty, a case-sensitive string.',
  },
  {
    id: 'RFC7517-4.3-consistent',
    section: '4.3',
    level: 'MUST',
    text: 'Use and key_ops say the same; a key for which they do not is not used.',
  },
  {
    id: 'RFC7517-4.3-together',
    section: '4.3',
    level: 'SHOULD NOT',
    text: 'Use and key_ops do not stand in one key.',
    elsewhere: 'Who publishes the key; one that has both is used as long as both say the same.',
  },
  {
    id: 'RFC7517-4.3-unrelated',
    section: '4.3',
    level: 'SHOULD NOT',
    text: 'A key is not published for several unrelated operations.',
    elsewhere:
      'Who publishes the key; here it verifies signatures of one algorithm, whatever else it is meant for.',
  },
  {
    id: 'RFC7517-4.3-duplicates',
    section: '4.3',
    level: 'MUST NOT',
    text: 'No operation stands in key_ops twice.',
    elsewhere: 'Who publishes the key; what is said twice is no less clear.',
  },
  {
    id: 'RFC7517-4.5-distinct',
    section: '4.5',
    level: 'SHOULD',
    text: 'Different keys of a set have different key ids.',
    elsewhere:
      'Who publishes the set; of keys that share an id, those of the algorithm are tried, three at the most.',
  },
  {
    id: 'RFC7517-4.6-x5u',
    section: '4.6',
    level: 'MUST',
    text: 'Certificates that the x5u of a key points to are only fetched over TLS.',
    elsewhere:
      'The case never arises: certificates of keys are neither fetched nor read, the set itself is trusted.',
  },
  {
    id: 'RFC7517-4.6-match',
    section: '4.6',
    level: 'MUST',
    text: 'The first certificate behind an x5u is of the same key, for the same use and algorithm.',
    elsewhere:
      'The case never arises: certificates of keys are neither fetched nor read, the set itself is trusted.',
  },
  {
    id: 'RFC7517-4.7-match',
    section: '4.7',
    level: 'MUST',
    text: 'The first certificate of an x5c is of the same key, for the same use and algorithm.',
    elsewhere:
      'The case never arises: certificates of keys are neither fetched nor read, the set itself is trusted.',
  },
  {
    id: 'RFC7517-4.8-match',
    section: '4.8',
    level: 'MUST',
    text: 'The certificate that an x5t names is of the same key, for the same use and algorithm.',
    elsewhere:
      'The case never arises: certificates of keys are neither fetched nor read, the set itself is trusted.',
  },
  {
    id: 'RFC7517-4.9-match',
    section: '4.9',
    level: 'MUST',
    text: 'The certificate that an x5t#S256 names is of the same key, for the same use and algorithm.',
    elsewhere:
      'The case never arises: certificates of keys are neither fetched nor read, the set itself is trusted.',
  },
  {
    id: 'RFC7517-5-keys',
    section: '5',
    level: 'MUST',
    text: 'A key set is an object with a list of keys.',
  },
  {
    id: 'RFC7517-5-unique',
    section: '5',
    level: 'MUST',
    text: 'A key set that names a member twice is rejected, or its last value alone is read.',
  },
  {
    id: 'RFC7517-5-unknown',
    section: '5',
    level: 'MUST',
    text: 'Members of a key set that are not understood are ignored.',
  },
  {
    id: 'RFC7517-5-ignore',
    section: '5',
    level: 'SHOULD',
    text: 'Keys of unknown types, without mandatory members or with values out of range are ignored, and not the set.',
  },
  {
    id: 'RFC7517-6-comparison',
    section: '6',
    level: 'MUST',
    text: 'Names and values are compared by the rules of JSON Web Signature.',
  },
  {
    id: 'RFC7517-7-access',
    section: '7',
    level: 'MUST',
    text: 'Nobody gets at key material that is not public who has no right to it; here none of it is kept.',
  },
  {
    id: 'RFC7517-7-cty',
    section: '7',
    level: 'MUST',
    text: 'The cty of an encrypted key or key set says what it is.',
    elsewhere:
      'The case never arises: a resource server has nothing to decrypt published keys with; they are no JSON, and refused.',
  },
  {
    id: 'RFC7517-9.2-private',
    section: '9.2',
    level: 'MUST',
    text: 'Private and symmetric keys are kept from others; one that stands in a published set is not used.',
  },
]
