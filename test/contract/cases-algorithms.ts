import { accepts, citing, type ForgedCase, rejects, written } from './case.ts'

const NONE = ['RFC7515-4.1.1-supported', 'RFC8725-3.2-none', 'RFC9068-4-none']
const SIGNATURE = [
  ...['RFC7515-5.2-signature', 'RFC8725-3.3-all', 'RFC9068-4-signature'],
  ...['OKTA-guide-signature', 'RFC6750-5.2-integrity'],
]
const ONE_ALGORITHM = ['RFC7515-5.2-algorithm', 'RFC8725-3.1-same', 'RFC8725-3.1-one-per-key']

const UNSECURED: readonly ForgedCase[] = [
  'none',
  'None',
  'NONE',
  'nOnE',
  ' none',
  'none\0',
  'null',
  '',
].flatMap((alg) => {
  const name = written(alg)
  return [
    rejects(`alg ${name} with an empty signature`, 'token_malformed', (it) =>
      it.resigned(() => '', { header: { alg } }),
    ),
    rejects(`alg ${name} over a genuine signature`, 'algorithm_not_allowed', (it) =>
      it.token({ header: { alg } }),
    ),
    rejects(`alg ${name} over a signature of one byte`, 'algorithm_not_allowed', (it) =>
      it.resigned(() => '\0', { header: { alg } }),
    ),
    rejects(`alg ${name} without a kid`, 'algorithm_not_allowed', (it) =>
      it.token({ header: { alg, kid: undefined } }),
    ),
  ]
})

const NAMES: readonly ForgedCase[] = [
  ...['es256', 'rs256', 'ES256 ', ' ES256', 'ES256\0', 'ES256K', 'RS1', 'RSA-OAEP', 'dir', 'A128KW'],
  ...['PBES2-HS256+A128KW', '__proto__', 'constructor', 'toString', 'hs256', 'ＥＳ256'],
].map((alg) =>
  rejects(`alg ${written(alg)}`, 'algorithm_not_allowed', (it) => it.token({ header: { alg } }), {
    requirements: ['RFC8725-3.2-current', 'RFC7515-5.3-comparison'],
  }),
)

const TYPES: readonly ForgedCase[] = [undefined, null, 256, true, ['ES256'], { name: 'ES256' }].map((alg) =>
  rejects(
    alg === undefined ? 'a header without alg' : `alg of another type: ${written(alg)}`,
    'token_malformed',
    (it) => it.token({ header: { alg } }),
    { requirements: ['RFC7515-4.1.1-alg'] },
  ),
)

/** Header and signature of another algorithm than the key is published for. */
const OTHER_THAN_PUBLISHED: readonly ForgedCase[] = [
  ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => ['rs256', alg]),
  ...['RS256', 'RS512', 'PS384'].map((alg) => ['ps256', alg]),
  ...['RS256', 'RS384', 'RS512', 'PS384', 'PS512'].map((alg) => ['second algorithm', alg]),
].map(([key = '', alg = '']) =>
  rejects(
    `a token signed as ${alg} with the key ${key}`,
    'key_unsuitable',
    (it) => it.token({ key, header: { alg }, signedAs: alg }),
    { requirements: ONE_ALGORITHM },
  ),
)

/** An RSA key that is published without alg serves every RSA algorithm, and nothing else. */
const OF_A_KEY_WITHOUT_ALG: readonly ForgedCase[] = [
  ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) =>
    accepts(`a token signed as ${alg} with the key rsa without alg`, (it) =>
      it.token({ key: 'rsa without alg', header: { alg }, signedAs: alg }),
    ),
  ),
  ...['RS256', 'RS512', 'PS256'].map((signedAs) =>
    rejects(
      `a signature of ${signedAs} under alg RS384, with the key rsa without alg`,
      'signature_invalid',
      (it) => it.token({ key: 'rsa without alg', header: { alg: 'RS384' }, signedAs }),
      { requirements: ONE_ALGORITHM, advisory: ['CVE-2026-22817', 'CVE-2026-22818'] },
    ),
  ),
  rejects(
    'alg ES256 with the key rsa without alg',
    'key_unsuitable',
    (it) => it.token({ header: { kid: 'rsa without alg' } }),
    { requirements: ONE_ALGORITHM },
  ),
]

/** A signature of another algorithm than the header says. */
const OTHER_THAN_NAMED: readonly ForgedCase[] = [
  ...['PS256', 'RS384', 'RS512', 'PS512', 'RS1'].map((signedAs) => ['rs256', signedAs]),
  ...['RS256', 'PS384'].map((signedAs) => ['ps256', signedAs]),
  ['es256', 'ES384'],
].map(([key = '', signedAs = '']) =>
  rejects(
    `a signature of ${signedAs} under the header of the key ${key}`,
    'signature_invalid',
    (it) => it.token({ key, signedAs }),
    {
      requirements: [
        ...SIGNATURE,
        'RFC8725-3.1-same',
        ...(key === 'rs256' && signedAs.startsWith('RS') ? ['RFC7515-10.6-digest'] : []),
      ],
    },
  ),
)

/** The kid of one key, with the algorithm and the signature of another. */
const OF_OTHER_KEYS: readonly ForgedCase[] = [
  ['es256', 'rs256'],
  ['rs256', 'es256'],
  ['eddsa', 'rs256'],
  ['eddsa', 'es256'],
  ['es384', 'es256'],
  ['es256', 'eddsa'],
  ['es256', 'rsa without alg'],
  ['rs256', 'ec without alg'],
].map(([key = '', kid = '']) =>
  rejects(
    `a token signed with the key ${key} under the kid of ${kid}`,
    'key_unsuitable',
    (it) => it.token({ key, header: { kid } }),
    { requirements: ONE_ALGORITHM },
  ),
)

const ACCEPTED: readonly ForgedCase[] = [
  ...['rs256', 'ps256', 'es256', 'es384', 'es512', 'eddsa', 'rsa without alg', 'ec without alg', 'certified'],
].map((key) =>
  accepts(`a token signed with the key ${key}`, (it) => it.token({ key }), {
    requirements: /^[re]s256$/.test(key) ? ['RFC7519-8-recommended'] : [],
  }),
)

export const ALGORITHM_CASES: readonly ForgedCase[] = [
  ...ACCEPTED,
  accepts('Ed25519, the newer name of EdDSA', (it) => it.token({ key: 'eddsa', header: { alg: 'Ed25519' } })),
  ...citing({ requirements: NONE, advisory: ['CVE-2022-23540', 'CVE-2015-9235'] }, UNSECURED),
  ...NAMES,
  ...TYPES,
  ...OTHER_THAN_PUBLISHED,
  ...OF_A_KEY_WITHOUT_ALG,
  ...OTHER_THAN_NAMED,
  ...OF_OTHER_KEYS,
]
