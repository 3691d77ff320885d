import { X509Certificate } from 'node:crypto'
import { accepts, citing, type ForgedCase, rejects } from './case.ts'
import type { Workshop } from './workshop.ts'

const ADDRESS = ['RFC8725-3.10-addresses']
const JKU = ['RFC7515-4.1.2-jku', ...ADDRESS]
const X5U = ['RFC7515-4.1.5-x5u', ...ADDRESS]
const X5C = ['RFC7515-4.1.6-x5c']

interface Brought {
  readonly parameters: (it: Workshop) => Readonly<Record<string, unknown>>
  readonly requirements?: readonly string[]
}

/** Header parameters by which a token brings the key of its forger. */
const BROUGHT: Readonly<Record<string, Brought>> = {
  jwk: { parameters: (it) => ({ jwk: it.key('stranger').jwk }) },
  'jwk with the kid of a published key': {
    parameters: (it) => ({ jwk: { ...it.key('stranger').jwk, kid: 'es256' } }),
  },
  jku: { parameters: (it) => ({ jku: it.trap.url }), requirements: JKU },
  x5u: { parameters: (it) => ({ x5u: it.trap.url }), requirements: X5U },
  x5c: {
    parameters: (it) => ({
      x5c: [it.key('stranger').publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
    }),
    requirements: X5C,
  },
  'x5t and x5t#S256': { parameters: () => ({ x5t: 'AQAB', 'x5t#S256': 'AQAB' }) },
  'jwk, jku, x5u and x5c': {
    parameters: (it) => ({
      jwk: it.key('stranger').jwk,
      jku: it.trap.url,
      x5u: it.trap.url,
      x5c: ['AQAB'],
    }),
    requirements: [...JKU, ...X5U, ...X5C],
  },
  'jwk, jku, x5u and x5c of wrong types': {
    parameters: (it) => ({ jwk: it.trap.url, jku: [it.trap.url], x5u: { url: it.trap.url }, x5c: 1 }),
    requirements: ADDRESS,
  },
}

const EMBEDDED: readonly ForgedCase[] = Object.entries(BROUGHT).flatMap(
  ([what, { parameters, requirements = [] }]) =>
    citing({ requirements: [...requirements, 'RFC9068-4-keys', 'RFC7515-6-protected'] }, [
      rejects(`a key brought in ${what} under its own kid`, 'key_unknown', (it) =>
        it.token({ key: 'stranger', header: parameters(it) }),
      ),
      rejects(`a key brought in ${what} under a published kid`, 'signature_invalid', (it) =>
        it.token({ key: 'stranger', header: { kid: 'es256', ...parameters(it) } }),
      ),
      rejects(`a key brought in ${what} without a kid`, 'signature_invalid', (it) =>
        it.token({ key: 'stranger', header: { kid: undefined, typ: 'at+jwt', ...parameters(it) } }),
      ),
      accepts(`a token signed with a published key although it has ${what}`, (it) =>
        it.token({ header: parameters(it) }),
      ),
    ]),
)

/** Keys of other types than the one above. */
const OF_OTHER_TYPES: readonly ForgedCase[] = [
  ['an unpublished RSA key', 'stranger rs256', 'rs256'],
  ['an unpublished Ed25519 key', 'stranger eddsa', 'eddsa'],
].flatMap(([what = '', stranger = '', kid = '']) => {
  const brought = (it: Workshop, differs: object) => ({
    jwk: { ...it.key(stranger).jwk, ...differs },
  })
  return [
    rejects(`${what} in jwk under its own kid`, 'key_unknown', (it) =>
      it.token({ key: stranger, header: brought(it, {}) }),
    ),
    rejects(`${what} in jwk under a published kid`, 'signature_invalid', (it) =>
      it.token({ key: stranger, header: { kid, ...brought(it, {}) } }),
    ),
    rejects(`${what} in a jwk with a published kid`, 'key_unknown', (it) =>
      it.token({ key: stranger, header: brought(it, { kid }) }),
    ),
    rejects(`${what} in jwk without a kid`, 'signature_invalid', (it) =>
      it.token({ key: stranger, header: { kid: undefined, typ: 'at+jwt', ...brought(it, {}) } }),
    ),
  ]
})

const certificateOf = (it: Workshop): string => {
  const [certificate] = it.key('certified').jwk.x5c as [string]
  return new X509Certificate(Buffer.from(certificate, 'base64')).raw.toString('base64')
}

export const EMBEDDED_KEY_CASES: readonly ForgedCase[] = [
  ...citing({ advisory: ['CVE-2018-0114', 'CVE-2026-34240'] }, [...EMBEDDED, ...OF_OTHER_TYPES]),
  rejects('the certificate of a published key under an unknown kid', 'key_unknown', (it) =>
    it.token({ key: 'certified', header: { kid: 'unknown', x5c: [certificateOf(it)] } }),
  ),
  rejects(
    'a kid that is the URL of a key set',
    'key_unknown',
    (it) => it.token({ key: 'stranger', header: { kid: it.trap.url } }),
    { requirements: ['RFC8725-3.10-kid', ...ADDRESS] },
  ),
  rejects(
    'an issuer that is the URL of a key set',
    'issuer_not_allowed',
    (it) => it.token({ key: 'stranger', claims: { iss: it.trap.url } }),
    { requirements: ADDRESS, advisory: 'nearform/get-jwks#320' },
  ),
]
