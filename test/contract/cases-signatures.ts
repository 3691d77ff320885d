import { sign } from 'node:crypto'
import { base64url } from '../specification/signed-tokens.ts'
import { type ForgedCase, forged, sound } from './case.ts'
import { SIGNATURE } from './refusals.ts'
import type { Workshop } from './workshop.ts'

const bigEndian = (value: bigint, bytes: number): Buffer =>
  Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')
const numberIn = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

const ORDER = bigEndian(0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, 32)
const ZERO = Buffer.alloc(32)
const ONE = bigEndian(1n, 32)

type Spoil = (genuine: Buffer, it: Workshop, input: string) => Uint8Array

/** Takes the genuine signature of a token of this key, and puts another in its place. */
function respelled(key: string, name: string, spoil: Spoil): ForgedCase {
  return forged(`a signature of ${key} ${name}`, SIGNATURE, (it) => {
    const [header, payload, signature] = it.token({ key }).split('.') as [string, string, string]
    const spoilt = spoil(Buffer.from(signature, 'base64url'), it, `${header}.${payload}`)
    return `${header}.${payload}.${base64url(spoilt)}`
  })
}

const half = (genuine: Buffer, which: 'r' | 's'): Buffer =>
  which === 'r' ? genuine.subarray(0, 32) : genuine.subarray(32)

const ECDSA: Readonly<Record<string, Spoil>> = {
  'whose r and s are zero': () => Buffer.concat([ZERO, ZERO]),
  'whose r is zero': (genuine) => Buffer.concat([ZERO, half(genuine, 's')]),
  'whose s is zero': (genuine) => Buffer.concat([half(genuine, 'r'), ZERO]),
  'whose r and s are the order': () => Buffer.concat([ORDER, ORDER]),
  'whose r is the order': (genuine) => Buffer.concat([ORDER, half(genuine, 's')]),
  'whose s is the order': (genuine) => Buffer.concat([half(genuine, 'r'), ORDER]),
  'whose r and s are one': () => Buffer.concat([ONE, ONE]),
  'of all bits': () => Buffer.alloc(64, 0xff),
  'in DER': (_, it, input) => sign('sha256', Buffer.from(input), it.key('es256').privateKey),
  'without its last byte': (genuine) => genuine.subarray(0, 63),
  'without its first byte': (genuine) => genuine.subarray(1),
  'that is its first half': (genuine) => half(genuine, 'r'),
  'with a zero behind': (genuine) => Buffer.concat([genuine, Buffer.alloc(1)]),
  'with a zero before': (genuine) => Buffer.concat([Buffer.alloc(1), genuine]),
  'with a zero before each half': (genuine) =>
    Buffer.concat([Buffer.alloc(1), half(genuine, 'r'), Buffer.alloc(1), half(genuine, 's')]),
  'said twice': (genuine) => Buffer.concat([genuine, genuine]),
  'with its halves exchanged': (genuine) => Buffer.concat([half(genuine, 's'), half(genuine, 'r')]),
  'of kilobytes': () => Buffer.alloc(8_192, 1),
}

const modulusOf = (it: Workshop): bigint =>
  numberIn(Buffer.from(it.key('rs256').jwk.n as string, 'base64url'))

const RSA: Readonly<Record<string, Spoil>> = {
  'of zeros': () => Buffer.alloc(256),
  'that is one': () => bigEndian(1n, 256),
  'that is the modulus': (_, it) => bigEndian(modulusOf(it), 256),
  'that is the modulus less one': (_, it) => bigEndian(modulusOf(it) - 1n, 256),
  'raised by the modulus': (genuine, it) => {
    const raised = numberIn(genuine) + modulusOf(it)
    return bigEndian(raised, raised >> 2_048n === 0n ? 256 : 257)
  },
  'without its last byte': (genuine) => genuine.subarray(0, 255),
  'without its first byte': (genuine) => genuine.subarray(1),
  'of one byte': () => Buffer.alloc(1),
  'with a zero behind': (genuine) => Buffer.concat([genuine, Buffer.alloc(1)]),
  'with a zero before': (genuine) => Buffer.concat([Buffer.alloc(1), genuine]),
  'said twice': (genuine) => Buffer.concat([genuine, genuine]),
  'of kilobytes': () => Buffer.alloc(8_192, 1),
}

const EDDSA: Readonly<Record<string, Spoil>> = {
  'of zeros': () => Buffer.alloc(64),
  'without its last byte': (genuine) => genuine.subarray(0, 63),
  'with a zero behind': (genuine) => Buffer.concat([genuine, Buffer.alloc(1)]),
}

function signatureOf(token: string): string {
  return token.split('.')[2] as string
}

export const SIGNATURE_CASES: readonly ForgedCase[] = [
  sound('a genuine signature put back together', (it) => {
    const token = it.token()
    const [header, payload] = token.split('.')
    const signature = Buffer.from(signatureOf(token), 'base64url')
    return [header, payload, base64url(Buffer.concat([half(signature, 'r'), half(signature, 's')]))].join('.')
  }),
  ...Object.entries(ECDSA).map(([name, spoil]) => respelled('es256', name, spoil)),
  ...Object.entries(RSA).map(([name, spoil]) => respelled('rs256', name, spoil)),
  ...Object.entries(RSA).map(([name, spoil]) => respelled('ps256', name, spoil)),
  ...Object.entries(EDDSA).map(([name, spoil]) => respelled('eddsa', name, spoil)),
  forged('the signature of another token', SIGNATURE, (it) => {
    const other = it.token({ claims: { sub: 'someone else' } })
    return it.token().replace(/[^.]+$/, signatureOf(other))
  }),
  forged('a header that says more than was signed', SIGNATURE, (it) => {
    const header = base64url(JSON.stringify(it.header({ header: { more: 1 } })))
    return it.token().replace(/^[^.]+/, header)
  }),
  forged('the same claims in another order than was signed', SIGNATURE, (it) => {
    const [header, , signature] = it.token().split('.')
    const claims = Object.fromEntries(Object.entries(it.claims()).reverse())
    return [header, base64url(JSON.stringify(claims)), signature].join('.')
  }),
]
