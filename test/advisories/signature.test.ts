import { sign } from 'node:crypto'
import { inspect } from 'node:util'
import { errorResponse } from '@okta-resource-server/core'
import { describe, expect, test } from 'vitest'
import { base64url, judge, signer, tokenOf, verifierOf } from '../specification/signed-tokens.ts'

const ORDERS = {
  ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  ES384: 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
}

async function withSignature(algorithm: string, signature: Uint8Array): Promise<string> {
  const key = await signer(algorithm)
  const token = await tokenOf({ key })
  const spoilt = token.replace(/[^.]+$/, base64url(signature))
  return judge(spoilt, {}, key.jwk)
}

describe.each(Object.entries(ORDERS))(
  'CVE-2022-21449: blank %s signatures, which Java took for good',
  (algorithm, hex) => {
    const order = Buffer.from(hex, 'hex')
    const size = order.length
    const zero = Buffer.alloc(size)
    const one = Buffer.from(zero)
    one[size - 1] = 1
    test.each([
      ['two zeros', [zero, zero]],
      ['zero and one', [zero, one]],
      ['one and zero', [one, zero]],
      ['the order of the curve twice', [order, order]],
      ['zero and the order', [zero, order]],
      ['the largest numbers', [Buffer.alloc(size, 255), Buffer.alloc(size, 255)]],
    ])('%s', async (_, parts) => {
      expect(await withSignature(algorithm, Buffer.concat(parts))).toBe('signature_invalid')
    })
  },
)

test('signatures in DER, shortened, lengthened and with their halves exchanged are refused', async () => {
  const key = await signer('ES256')
  const [header, payload, signature] = (await tokenOf({ key })).split('.') as [string, string, string]
  const raw = Buffer.from(signature, 'base64url')
  const der = sign('sha256', Buffer.from(`${header}.${payload}`), key.privateKey)
  for (const spoilt of [
    der,
    raw.subarray(0, 63),
    raw.subarray(1),
    Buffer.concat([raw, Buffer.alloc(1)]),
    Buffer.concat([Buffer.alloc(1), raw]),
    Buffer.concat([raw, raw]),
    Buffer.concat([raw.subarray(32), raw.subarray(0, 32)]),
    Buffer.alloc(1),
  ]) {
    expect(await judge(`${header}.${payload}.${base64url(spoilt)}`, {}, key.jwk)).toBe('signature_invalid')
  }
})

test('the mirror image of an ECDSA signature, which anybody can make, opens nothing that the token did not', async () => {
  const key = await signer('ES256')
  const token = await tokenOf({ key })
  const raw = Buffer.from(token.split('.')[2] as string, 'base64url')
  const mirrored = BigInt(`0x${ORDERS.ES256}`) - BigInt(`0x${raw.subarray(32).toString('hex')}`)
  const half = Buffer.from(mirrored.toString(16).padStart(64, '0'), 'hex')
  const twin = token.replace(/[^.]+$/, base64url(Buffer.concat([raw.subarray(0, 32), half])))
  const verifier = await verifierOf({}, key.jwk)

  // FIPS 186-5 takes both, and signers make either: to refuse one would refuse every second genuine token.
  expect(await verifier.verify(twin)).toEqual(await verifier.verify(token))
})

test('CVE-2017-16007: node-jose calculated with points that are not on their curve', async () => {
  const key = await signer('ES256')
  const sound = (await signer('RS256')).jwk
  const flipped = Buffer.from(key.jwk.y as string, 'base64url')
  flipped[31] = (flipped[31] as number) ^ 1
  const token = await tokenOf({ key })
  for (const point of [
    { y: base64url(flipped) },
    { x: key.jwk.y, y: key.jwk.x },
    { x: base64url(Buffer.alloc(32)), y: base64url(Buffer.alloc(32)) },
    { x: base64url(Buffer.alloc(32, 255)), y: base64url(Buffer.alloc(32, 255)) },
  ]) {
    expect(await judge(token, {}, { ...key.jwk, ...point }, sound)).toBe('key_unsuitable')
  }
})

test('CVE-2023-25653: an odd point or signature made node-jose calculate for ever', async () => {
  const key = await signer('ES256')
  const sound = (await signer('RS256')).jwk
  const token = await tokenOf({ key })
  const long = base64url(Buffer.alloc(4_096, 1))
  expect(await judge(token, {}, { ...key.jwk, x: long, y: long }, sound)).toBe('key_unsuitable')
  expect(await judge(token.replace(/[^.]+$/, long), {}, key.jwk)).toBe('signature_invalid')
})

test('CVE-2019-7644: a library of Auth0 told in its error which signature it had expected', async () => {
  const key = await signer('ES256')
  const token = await tokenOf({ key })
  const expected = token.split('.')[2] as string
  const tampered = token.replace(/[^.]+$/, base64url(Buffer.alloc(64, 7)))
  const verifier = await verifierOf({}, key.jwk)
  const refusal = await verifier.verify(tampered).catch((error: unknown) => error)
  const said = inspect(refusal, { depth: 9, showHidden: true }) + JSON.stringify(errorResponse(refusal))
  expect(said).not.toContain(expected)
  expect(said).not.toContain(tampered.split('.')[2])
})
