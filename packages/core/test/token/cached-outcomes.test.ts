import { AUDIENCE, NOW, signToken } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/adapter.ts'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import { errorResponse } from '../../src/refusal/response.ts'
import type { RequestLike } from '../../src/request/request.ts'
import { memoryRevocationStore } from '../../src/stores/memory-revocation-store.ts'
import type { AccessTokenVerifier } from '../../src/verifier.ts'
import { DER, OTHER_DER, thumbprint } from '../possession/certificates.ts'
import { dpopRequest, makeProof, ORIGIN, proofKey, thumbprintOf } from '../support/proofs.ts'
import { makeVerifier, untyped } from '../support/verifiers.ts'

// A cached bearer token takes a shorter way than others. Here, requests of every kind must end in the same way with a cache as
// without one, in any order.

// FAPI 2.0 is not for tokens of Okta.
const ISSUER = 'https://as.bank.example'
const signFor = (cnf?: object): string => {
  const okta = { cid: undefined, scp: undefined }
  const claims = { ...okta, iss: ISSUER, client_id: 'app', scope: 'messages:read', cnf }
  return signToken({ header: { typ: 'at+jwt' }, claims })
}
const OWN = proofKey()
const [jkt, x5t] = [thumbprintOf(OWN), thumbprint(DER)]
const TOKENS = {
  unbound: signFor(),
  'bound to a key': signFor({ jkt }),
  'bound to a certificate': signFor({ 'x5t#S256': x5t }),
  'bound to both': signFor({ jkt, 'x5t#S256': x5t }),
  'with an unknown binding': signFor({ kid: 'k' }),
}
const SCHEMES = ['Bearer', 'bearer ', 'DPoP', 'Basic']
const PROOFS = { none: undefined, own: OWN, 'of another key': proofKey('ES256', 'thief') }
const CERTIFICATES = { none: undefined, own: DER, other: OTHER_DER }
const REQUIREMENTS = { none: undefined, met: { scopes: ['messages:read'] }, unmet: { scopes: ['admin'] } }

/** What makes up a request: the name of a token, and so on. */
interface Kind {
  readonly token: keyof typeof TOKENS
  readonly scheme: string
  readonly proof: keyof typeof PROOFS
  readonly certificate: keyof typeof CERTIFICATES
  readonly requirements: keyof typeof REQUIREMENTS
}

const keys = <Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] =>
  Object.keys(record) as Name[]

/** Each token with each scheme; the other parts differ from one to the next. */
const KINDS: readonly Kind[] = keys(TOKENS).flatMap((token) =>
  SCHEMES.flatMap((scheme) =>
    keys(PROOFS).map((proof, index) => ({
      ...{ token, scheme, proof },
      certificate: keys(CERTIFICATES)[(index + scheme.length) % 3] as Kind['certificate'],
      requirements: keys(REQUIREMENTS)[(index + token.length) % 3] as Kind['requirements'],
    })),
  ),
)

function requestOf({ token, scheme, proof, certificate }: Kind) {
  const text = TOKENS[token]
  const key = PROOFS[proof]
  const dpop = key === undefined ? '' : makeProof({ token: text, key })
  const request = dpopRequest(text, dpop)
  const authorization = `${scheme} ${text}`
  const raw = CERTIFICATES[certificate]
  const headers = { ...request.headers, authorization }
  const socket = { encrypted: true, getPeerX509Certificate: () => raw && { raw } }
  return untyped({ ...request, headers, rawHeaders: Object.entries(headers).flat(), socket })
}

const clock = () => NOW * 1_000
const throwing = (): never => {
  throw new Error('no connection')
}
const revocation = (
  isRevoked: NonNullable<AccessTokenVerifierOptions['revocation']>['isRevoked'],
  onStoreError: 'refuse' | 'accept' = 'refuse',
) => ({ dpop: 'allowed' as const, revocation: { isRevoked, onStoreError } })
/** A store with a revocation that concerns none of the tokens. */
const written = memoryRevocationStore({ clock })
await written.revoke({ issuer: 'https://other.example', subject: 'someone' })
const { writes: _, ...uncounted } = written

const DPOP_REQUIRED = { mode: 'required', externalUrl: ORIGIN } as const
const OPTIONS: Readonly<Record<string, Partial<AccessTokenVerifierOptions>>> = {
  'nothing else': {},
  'dpop allowed': { dpop: 'allowed' },
  'dpop required': { dpop: DPOP_REQUIRED },
  'mtls allowed': { dpop: 'disabled', mtls: 'allowed' },
  'mtls required': { dpop: 'disabled', mtls: 'required' },
  'both allowed': { dpop: 'allowed', mtls: 'allowed' },
  'dpop and a certificate required': { dpop: DPOP_REQUIRED, mtls: 'required' },
  'the profile of FAPI 2.0': {
    ...revocation(written),
    fapi2: true,
    dpop: { mode: 'allowed', externalUrl: ORIGIN },
    mtls: 'allowed',
  },
  'a store in memory': revocation(written),
  'a store that does not count what is written': revocation(uncounted),
  'a store that allows short lifetimes only': revocation(
    memoryRevocationStore({ clock, retentionDuration: 1_000 }),
  ),
  'a function that knows no revocation': revocation(() => false),
  'a function that revokes everything': revocation(() => true),
  'a function that answers later': revocation(async () => false),
  'a function that throws': revocation(throwing),
  'a function that throws, which is accepted': revocation(throwing, 'accept'),
  'a function that gives no answer': revocation((() => undefined) as never),
  'a maximum age that the tokens have reached': { maxTokenAge: 1, clockTolerance: 0 },
}

/** The response that a request gets, or the subject of the token. */
async function endingOf(
  verifier: AccessTokenVerifier,
  kind: Kind | string,
  reused: RequestLike = {},
): Promise<unknown> {
  try {
    const auth =
      typeof kind === 'string'
        ? await verifier.verify(kind)
        : await decide(verifier, Object.assign(reused, requestOf(kind)), REQUIREMENTS[kind.requirements])
    return [auth?.subject, auth?.confirmation]
  } catch (error) {
    return { code: (error as { code?: string }).code, ...errorResponse(error) }
  }
}

/** A verifier with a token cache, one without it, and how requests end with the latter. */
async function setting(options: Partial<AccessTokenVerifierOptions>, all: readonly (Kind | string)[]) {
  const [hot, cold] = [{}, { tokenCache: false as const }].map((own) =>
    makeVerifier({ issuer: ISSUER, audience: AUDIENCE, ...options, ...own }),
  ) as [AccessTokenVerifier, AccessTokenVerifier]
  const expected = new Map<unknown, unknown>()
  for (const kind of all) expected.set(kind, await endingOf(cold, kind))
  return { hot, expected }
}

describe('requests end in the same way with the token cache as without it', () => {
  it.each(Object.entries(OPTIONS))('with %s', async (_title, options) => {
    const all = [...KINDS, ...Object.values(TOKENS)]
    const { hot, expected } = await setting(options, all)
    for (const kinds of [all, all.toReversed(), all]) {
      for (const kind of kinds)
        expect(await endingOf(hot, kind), JSON.stringify(kind)).toEqual(expected.get(kind))
    }
  })

  it.each(Object.entries(OPTIONS))(
    'on one object whose headers are replaced, with %s',
    async (_title, options) => {
      // The certificate of a connection does not change.
      const kinds = KINDS.map((kind) => ({ ...kind, certificate: 'none' as const }))
      const { hot, expected } = await setting(options, kinds)
      const request = {}
      for (const order of [kinds, kinds.toReversed(), kinds]) {
        for (const kind of order)
          expect(await endingOf(hot, kind, request), JSON.stringify(kind)).toEqual(expected.get(kind))
      }
    },
  )
})
