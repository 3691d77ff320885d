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
    id: 'RFC7517-4.2-use',
    section: '4.2',
    level: 'MUST',
    text: 'The use of a key is a case-sensitive string, and a key is used for that only.',
  },
  {
    id: 'RFC7517-4.3-consistent',
    section: '4.3',
    level: 'MUST',
    text: 'Use and key_ops say the same; a key for which they do not is not used.',
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
    id: 'RFC7517-9.2-private',
    section: '9.2',
    level: 'MUST',
    text: 'Private and symmetric keys are kept from others; one that stands in a published set is not used.',
  },
]
