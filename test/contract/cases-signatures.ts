import { sign } from 'node:crypto'
import { base64url } from '@okta-resource-server/testing'
import { accepts, citing, type ForgedCase, rejects, segmentsOf } from './case.ts'
import type { Workshop } from './workshop.ts'

const SIGNATURE = [
  ...['RFC7515-5.2-signature', 'RFC8725-3.3-all', 'RFC9068-4-signature'],
  ...['OKTA-guide-signature', 'RFC6750-5.2-integrity'],
]

const bigEndian = (value: bigint, bytes: number): Buffer =>
  Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')
const numberIn = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

type Replace = (genuine: Buffer, it: Workshop, input: string) => Uint8Array

/** A token of this key whose signature is replaced. */
function replaced(key: string, name: string, replace: Replace): ForgedCase {
  return rejects(`a signature of ${key} ${name}`, 'signature_invalid', (it) => {
    const [header, payload, signature] = segmentsOf(it.token({ key }))
    const replacement = replace(Buffer.from(signature, 'base64url'), it, `${header}.${payload}`)
    return `${header}.${payload}.${base64url(replacement)}`
  })
}
const all = (key: string, replacements: Readonly<Record<string, Replace>>): ForgedCase[] =>
  Object.entries(replacements).map(([name, replace]) => replaced(key, name, replace))

interface Curve {
  readonly key: string
  readonly digest: string
  /** Bytes of a coordinate. */
  readonly size: number
  readonly order: bigint
}
const P256: Curve = {
  key: 'es256',
  digest: 'sha256',
  size: 32,
  order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
}
const P384: Curve = {
  key: 'es384',
  digest: 'sha384',
  size: 48,
  order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
}

/** Signatures that verify under any key where r and s are not checked. */
function blank({ key, size, order }: Curve): ForgedCase[] {
  const [ZERO, ONE, ORDER] = [0n, 1n, order].map((value) => bigEndian(value, size)) as [
    Buffer,
    Buffer,
    Buffer,
  ]
  const r = (genuine: Buffer): Buffer => genuine.subarray(0, size)
  const s = (genuine: Buffer): Buffer => genuine.subarray(size)
  return all(key, {
    'with r and s of zero': () => Buffer.concat([ZERO, ZERO]),
    'with r of zero': (genuine) => Buffer.concat([ZERO, s(genuine)]),
    'with s of zero': (genuine) => Buffer.concat([r(genuine), ZERO]),
    'with r of zero and s of one': () => Buffer.concat([ZERO, ONE]),
    'with r of one and s of zero': () => Buffer.concat([ONE, ZERO]),
    'with r and s of one': () => Buffer.concat([ONE, ONE]),
    'with r and s equal to the order': () => Buffer.concat([ORDER, ORDER]),
    'with r equal to the order': (genuine) => Buffer.concat([ORDER, s(genuine)]),
    'with s equal to the order': (genuine) => Buffer.concat([r(genuine), ORDER]),
    'with r of zero and s equal to the order': () => Buffer.concat([ZERO, ORDER]),
    'with all bits set': () => Buffer.alloc(2 * size, 0xff),
  })
}

function reshaped({ key, digest, size }: Curve): ForgedCase[] {
  const r = (genuine: Buffer): Buffer => genuine.subarray(0, size)
  const s = (genuine: Buffer): Buffer => genuine.subarray(size)
  return all(key, {
    'in DER': (_, it, input) => sign(digest, Buffer.from(input), it.key(key).privateKey),
    'without its last byte': (genuine) => genuine.subarray(0, -1),
    'without its first byte': (genuine) => genuine.subarray(1),
    'that is its first half': r,
    'of one byte': () => Buffer.alloc(1),
    'followed by a zero byte': (genuine) => Buffer.concat([genuine, Buffer.alloc(1)]),
    'after a zero byte': (genuine) => Buffer.concat([Buffer.alloc(1), genuine]),
    'with a zero byte before each half': (genuine) =>
      Buffer.concat([Buffer.alloc(1), r(genuine), Buffer.alloc(1), s(genuine)]),
    'given twice': (genuine) => Buffer.concat([genuine, genuine]),
    'with exchanged halves': (genuine) => Buffer.concat([s(genuine), r(genuine)]),
  })
}

const modulusOf = (it: Workshop): bigint =>
  numberIn(Buffer.from(it.key('rs256').jwk.n as string, 'base64url'))

const RSA: Readonly<Record<string, Replace>> = {
  'of zeros': () => Buffer.alloc(256),
  'that is one': () => bigEndian(1n, 256),
  'that is the modulus': (_, it) => bigEndian(modulusOf(it), 256),
  'that is the modulus less one': (_, it) => bigEndian(modulusOf(it) - 1n, 256),
  'plus the modulus': (genuine, it) => {
    const sum = numberIn(genuine) + modulusOf(it)
    return bigEndian(sum, sum >> 2_048n === 0n ? 256 : 257)
  },
  'without its last byte': (genuine) => genuine.subarray(0, -1),
  'without its first byte': (genuine) => genuine.subarray(1),
  'of one byte': () => Buffer.alloc(1),
  'followed by a zero byte': (genuine) => Buffer.concat([genuine, Buffer.alloc(1)]),
  'after a zero byte': (genuine) => Buffer.concat([Buffer.alloc(1), genuine]),
  'given twice': (genuine) => Buffer.concat([genuine, genuine]),
  'of 8 KB': () => Buffer.alloc(8_192, 1),
}

const EDDSA: Readonly<Record<string, Replace>> = {
  'of zeros': () => Buffer.alloc(64),
  'without its last byte': (genuine) => genuine.subarray(0, -1),
  'followed by a zero byte': (genuine) => Buffer.concat([genuine, Buffer.alloc(1)]),
}

const CONTENT: readonly ForgedCase[] = [
  rejects('the signature of another token', 'signature_invalid', (it) => {
    const [, , other] = segmentsOf(it.token({ claims: { sub: 'someone else' } }))
    return it.token().replace(/[^.]+$/, other)
  }),
  rejects('a header with a parameter that was not signed', 'signature_invalid', (it) => {
    const header = base64url(JSON.stringify(it.header({ header: { more: 1 } })))
    return it.token().replace(/^[^.]+/, header)
  }),
  rejects('the signed claims in another order', 'signature_invalid', (it) => {
    const [header, , signature] = segmentsOf(it.token())
    const claims = Object.fromEntries(Object.entries(it.claims()).reverse())
    return [header, base64url(JSON.stringify(claims)), signature].join('.')
  }),
]

export const SIGNATURE_CASES: readonly ForgedCase[] = [
  accepts('a genuine signature, decoded and encoded again', (it) => {
    const [header, payload, signature] = segmentsOf(it.token())
    return [header, payload, base64url(Buffer.from(signature, 'base64url'))].join('.')
  }),
  ...citing({ requirements: SIGNATURE }, [
    ...citing({ advisory: 'CVE-2022-21449' }, [...blank(P256), ...blank(P384)]),
    ...reshaped(P256),
    ...reshaped(P384),
    ...citing({ advisory: 'CVE-2023-25653' }, all('es256', { 'of 8 KB': () => Buffer.alloc(8_192, 1) })),
    ...all('rs256', RSA),
    ...all('ps256', RSA),
    ...all('eddsa', EDDSA),
    ...CONTENT,
  ]),
]
