import { constants, createHmac, sign as signWith } from 'node:crypto'
import { promisify } from 'node:util'
import type { SigningKey } from './signing-keys.ts'

const sign = promisify(signWith) as (
  algorithm: string,
  data: Buffer,
  key: Parameters<typeof signWith>[2],
) => Promise<Buffer>

export type JsonObject = Record<string, unknown>

/**
 * Creates a JWT with exactly this header and payload. Members that are `undefined` are left out.
 *
 * Does not use a JWT library, because tests need headers that a library refuses to sign. `alg` determines how the key is
 * used: with `none` the signature is empty, and with `HS…` the *public* key is the shared secret, as in an algorithm
 * confusion attack.
 */
export async function signJwt(header: JsonObject, payload: JsonObject, key: SigningKey): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${(await signature(String(header.alg), Buffer.from(input), key)).toString('base64url')}`
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function signature(alg: string, data: Buffer, key: SigningKey): Promise<Buffer> {
  const hash = `sha${/\d{3}$/.exec(alg)?.[0] ?? '256'}`
  if (alg === 'none') return Buffer.alloc(0)
  if (alg.startsWith('HS')) {
    return createHmac(hash, key.publicKey.export({ format: 'pem', type: 'spki' }))
      .update(data)
      .digest()
  }
  if (alg.startsWith('PS')) {
    const padding = constants.RSA_PKCS1_PSS_PADDING
    return sign(hash, data, {
      key: key.privateKey,
      padding,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    })
  }
  return sign(hash, data, key.privateKey)
}
