import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate that is not signed by a trusted authority, and its private key; both in PEM format. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

const SEQUENCE = 0x30
const OID_ECDSA_SHA256 = oid(1, 2, 840, 10045, 4, 3, 2)
const OID_COMMON_NAME = oid(2, 5, 4, 3)
const OID_SUBJECT_ALT_NAME = oid(2, 5, 29, 17)
const OID_BASIC_CONSTRAINTS = oid(2, 5, 29, 19)

/** Encodes a DER element (X.690, section 8.1). */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const { length } = body
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return der(0x06, Buffer.from(bytes))
}

/**
 * Encodes a UTCTime.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5.1 RFC 5280, section 4.1.2.5.1}
 */
function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${text}Z`))
}

function name(commonName: string): Buffer {
  const attribute = der(SEQUENCE, OID_COMMON_NAME, der(0x0c, Buffer.from(commonName)))
  return der(SEQUENCE, der(0x31, attribute))
}

function extension(id: Buffer, value: Buffer): Buffer {
  return der(SEQUENCE, id, der(0x04, value))
}

function toBeSigned(publicKey: KeyObject): Buffer {
  const algorithm = der(SEQUENCE, OID_ECDSA_SHA256)
  const now = Date.now()
  const names = der(SEQUENCE, der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  return der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name('hostile authorization server'),
    der(SEQUENCE, time(now - 3_600_000), time(now + 86_400_000)),
    name('hostile authorization server'),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      der(
        SEQUENCE,
        extension(OID_SUBJECT_ALT_NAME, names),
        extension(OID_BASIC_CONSTRAINTS, der(SEQUENCE, der(0x01, Buffer.from([0xff])))),
      ),
    ),
  )
}

/**
 * Creates a self-signed certificate for localhost and 127.0.0.1 that is valid for one day.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5280#section-4.1 RFC 5280, section 4.1}
 */
export function selfSignedCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const tbs = toBeSigned(publicKey)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', tbs, privateKey))
  const certificate = der(SEQUENCE, tbs, der(SEQUENCE, OID_ECDSA_SHA256), signature)
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}
