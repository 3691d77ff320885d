import type { Use } from '../request/use.ts'
import { type Facts, pick } from '../token/short-facts.ts'
import type { Shown } from '../token/shown.ts'
import type { VerifiedToken } from '../token/verification.ts'
import { methodOf, requestedUrl, withoutQuery } from './htu.ts'
import { readProof } from './proof.ts'

type ShownOnRequest = Shown<[VerifiedToken, Use]>

/** What of a proof may be shown: neither its `jti`, nor its nonce, hashes and key. */
function proofFacts({ request }: Use): Facts {
  if (request === undefined) return {}
  try {
    const { unverifiedHeader, unverifiedClaims } = readProof(request)
    const { jwk } = unverifiedHeader
    const { htu, nonce } = unverifiedClaims
    return {
      ...pick(unverifiedHeader, ['typ', 'alg']),
      ...(typeof jwk === 'object' && jwk !== null && pick(jwk as Facts, ['kty', 'crv'])),
      ...pick(unverifiedClaims, ['htm', 'iat']),
      ...(typeof htu === 'string' && { htu: withoutQuery(htu) }),
      nonce: nonce === undefined ? 'none' : 'present',
    }
  } catch {
    return {}
  }
}

function urlOf({ request, configuration }: Use): string | undefined {
  if (request === undefined) return undefined
  try {
    const url = requestedUrl(request, configuration.dpop)
    return url && withoutQuery(url)
  } catch {
    return undefined
  }
}

export const SHOWN_POSSESSION: ShownOnRequest = {
  found: ({ auth: { confirmation } }, use) =>
    confirmation === undefined
      ? { scheme: use.scheme, bound: 'no' }
      : { scheme: use.scheme, bound: Object.keys(confirmation), ...proofFacts(use) },
  wanted: ({ auth: { confirmation }, issuer }, use) => {
    const { dpop, mtls } = use.configuration
    const { mode, algorithms, maxAge, nonce } = dpop
    const modes = { dpop: mode, mtls: mtls.mode }
    if (confirmation?.jkt === undefined || mode === 'disabled') return modes
    const { clock, clockTolerance } = issuer.configuration
    return {
      ...modes,
      alg: [...algorithms],
      htm: use.request && methodOf(use.request),
      htu: urlOf(use),
      now: Math.floor(clock.wall() / 1_000),
      ...(nonce === undefined ? { maxAge, clockTolerance } : { nonce: 'of this server' }),
    }
  },
}

export const SHOWN_REPLAY: ShownOnRequest = { wanted: () => ({ proof: 'not used before' }) }
