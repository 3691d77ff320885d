import { X509Certificate } from 'node:crypto'
import { type ForgedCase, forged, sound } from './case.ts'
import { OTHER_ISSUER, SIGNATURE, UNKNOWN_KEY } from './refusals.ts'
import type { Workshop } from './workshop.ts'

type Parameters = (it: Workshop) => Readonly<Record<string, unknown>>

/** What a stranger puts into the header, so that the token brings its own key. */
const BROUGHT: Readonly<Record<string, Parameters>> = {
  jwk: (it) => ({ jwk: it.key('stranger').jwk }),
  'jwk by the name of a published key': (it) => ({ jwk: { ...it.key('stranger').jwk, kid: 'es256' } }),
  jku: (it) => ({ jku: it.trap.url }),
  x5u: (it) => ({ x5u: it.trap.url }),
  x5c: (it) => ({
    x5c: [it.key('stranger').publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
  }),
  'x5t and x5t#S256': () => ({ x5t: 'AQAB', 'x5t#S256': 'AQAB' }),
  'all of them': (it) => ({ jwk: it.key('stranger').jwk, jku: it.trap.url, x5u: it.trap.url, x5c: ['AQAB'] }),
  'values of other types': (it) => ({
    jwk: it.trap.url,
    jku: [it.trap.url],
    x5u: { url: it.trap.url },
    x5c: 1,
  }),
}

const EMBEDDED: readonly ForgedCase[] = Object.entries(BROUGHT).flatMap(([what, parameters]) => [
  forged(`a stranger's key in ${what}`, UNKNOWN_KEY, (it) =>
    it.token({ key: 'stranger', header: parameters(it) }),
  ),
  forged(`a stranger's key in ${what}, under a published kid`, SIGNATURE, (it) =>
    it.token({ key: 'stranger', header: { kid: 'es256', ...parameters(it) } }),
  ),
  forged(`a stranger's key in ${what}, without a kid`, SIGNATURE, (it) =>
    it.token({ key: 'stranger', header: { kid: undefined, typ: 'at+jwt', ...parameters(it) } }),
  ),
  sound(`a published key, and ${what} beside it`, (it) => it.token({ header: parameters(it) })),
])

const certificateOf = (it: Workshop): string => {
  const [certificate] = it.key('certified').jwk.x5c as [string]
  return new X509Certificate(Buffer.from(certificate, 'base64')).raw.toString('base64')
}

export const EMBEDDED_KEY_CASES: readonly ForgedCase[] = [
  ...EMBEDDED,
  forged('the certificate of a published key, under a kid that is unknown', UNKNOWN_KEY, (it) =>
    it.token({ key: 'certified', header: { kid: 'unknown', x5c: [certificateOf(it)] } }),
  ),
  forged('a kid that is the address of a key', UNKNOWN_KEY, (it) =>
    it.token({ key: 'stranger', header: { kid: it.trap.url } }),
  ),
  forged('an issuer that is the address of a key', OTHER_ISSUER, (it) =>
    it.token({ key: 'stranger', claims: { iss: it.trap.url } }),
  ),
]
