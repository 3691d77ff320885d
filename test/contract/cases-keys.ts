import { createHash, createHmac } from 'node:crypto'
import { type ForgedCase, forged } from './case.ts'
import { ALGORITHM, SIGNATURE, UNKNOWN_KEY, UNSUITABLE_KEY } from './refusals.ts'

/** Each token is signed by the very key that is published: it is the key that will not do. */
const BROKEN: readonly ForgedCase[] = [
  ...['rsa of 1024 bit', 'rsa of 2047 bit', 'exponent 1', 'exponent 1 behind zeros', 'no modulus'],
  ...['modulus of zeros', 'off the curve', 'coordinates exchanged', 'point at zero', 'beyond the field'],
  ...['coordinate too long', 'no coordinate'],
].map((key) => forged(`a published key that is unfit: ${key}`, UNSUITABLE_KEY, (it) => it.token({ key })))

const PASSED_OVER: readonly ForgedCase[] = [
  ...['private rsa', 'private ec', 'private ed25519', 'symmetric member', 'for encryption'],
  ...['for other operations', 'symmetric alg', 'alg none', 'alg of encryption', 'modulus in a list'],
  ...[
    'alg of another type',
    'type in lower case',
    'curve of another alg',
    'unknown curve',
    'second algorithm',
  ],
].map((key) =>
  forged(`a published key that is passed over: ${key}`, UNKNOWN_KEY, (it) =>
    it.token({ key, signedAs: it.key(key).algorithm }),
  ),
)

/** What RSA gives for the exponent 1: the padded message itself (RFC 8017 §9.2). */
function paddedMessage(input: string): Buffer {
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')
  const digest = createHash('sha256').update(input).digest()
  const padding = Buffer.alloc(256 - 3 - digestInfo.length - digest.length, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo, digest])
}

function byHmac(kid: string, alg: string, description: string): ForgedCase {
  return forged(`a published secret, ${kid}, with alg ${alg}`, description, (it) =>
    it.resigned((input) => createHmac('sha256', 'secret').update(input).digest(), { header: { kid, alg } }),
  )
}

export const KEY_CASES: readonly ForgedCase[] = [
  ...BROKEN,
  ...['exponent 1', 'exponent 1 behind zeros'].map((key) =>
    forged(`the padded message as signature for ${key}`, UNSUITABLE_KEY, (it) =>
      it.resigned(paddedMessage, { key }),
    ),
  ),
  forged('the signature that fits any text under a key of small order', SIGNATURE, (it) =>
    it.resigned(() => Buffer.concat([Buffer.of(1), Buffer.alloc(63)]), { key: 'small order' }),
  ),
  ...PASSED_OVER,
  ...['oct', 'oct as rsa', 'oct without alg', 'symmetric member'].flatMap((kid) => [
    byHmac(kid, 'HS256', ALGORITHM),
    byHmac(kid, 'RS256', UNKNOWN_KEY),
  ]),
  forged('a key that is published nowhere', UNKNOWN_KEY, (it) => it.token({ key: 'stranger' })),
]
