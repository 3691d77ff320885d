import type { AuthorizationServer } from '@okta-resource-server/authorization-server'
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  type DpopOptions,
  memoryReplayStore,
  type ResourceServerError,
} from '@okta-resource-server/core'
import { AUDIENCE } from '@okta-resource-server/testing'
import { HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import type { Case, IssuedTokens } from './case.ts'
import {
  CLOSED,
  FOR_ONE_CLIENT,
  FOR_RFC9068,
  FORGED,
  type Gathered,
  ISSUED,
  OF_CERTIFICATES,
  OF_DPOP,
  OF_OPAQUE_TOKENS,
  OF_PUBLISHED_KEYS,
  OF_TENANTS,
  REVOKED,
  WITHOUT_INTROSPECTION,
  WITHOUT_KEYS,
  WITHOUT_METADATA,
  WITHOUT_STATUS_LISTS,
} from './cases.ts'
import { BEHIND_PROXY } from './cases-certificates.ts'
import { issuedNonce } from './cases-dpop.ts'
import { NARROW } from './cases-options.ts'
import { revokeAll, STORE } from './cases-revocation.ts'
import { BROKEN_TENANT, DEAD_ISSUER } from './cases-unavailable.ts'
import { dpop, EXTERNAL_URL } from './proofs.ts'
import { Workshop } from './workshop.ts'

/** The options of an API, and the cases that it must pass. */
export interface Setting {
  readonly name: string
  readonly cases: readonly Gathered<Case<never>>[]
  /** Starts what makes the tokens, once for all settings that share it. */
  readonly open: () => Promise<{ readonly source: never; readonly options: AccessTokenVerifierOptions }>
  /** What happens to the verifier before the first case. */
  readonly prepare?: (verifier: AccessTokenVerifier, source: never) => Promise<void>
}

/** What closes the sources that have been opened. */
const opened: (() => Promise<unknown>)[] = []

function once<Source>(open: () => Promise<Source>, close: (source: Source) => Promise<unknown>) {
  let source: Promise<Source> | undefined
  return async (): Promise<Source> => {
    if (source === undefined) {
      source = open()
      opened.push(async () => close(await (source as Promise<Source>)))
    }
    return source
  }
}

/** Stops the authorization servers of all settings. */
export async function closeSettings(): Promise<void> {
  await Promise.all(opened.splice(0).map((close) => close()))
}

interface Issued extends IssuedTokens {
  readonly server: AuthorizationServer
}

export const openWorkshop: () => Promise<Workshop> = once(
  () => Workshop.open(),
  (workshop) => workshop.close(),
)
const openIssued = once(
  async (): Promise<Issued> => {
    // Imported here, since it takes long and most suites need the workshop only.
    const { startAuthorizationServer } = await import('@okta-resource-server/authorization-server')
    const server = await startAuthorizationServer()
    return { server, valid: await server.issueToken(), issueToken: server.issueToken }
  },
  ({ server }) => server.stop(),
)

const openAsked = once(
  // Not an issuer of Okta, whose access tokens are no opaque ones.
  () => HostileAuthorizationServer.start({ path: '/as' }),
  (server) => server.goDown(),
)

function asking(name: string, cases: Setting['cases'], endpoint?: string): Setting {
  return {
    name,
    cases,
    open: async () => {
      const server = await openAsked()
      const introspection = { clientId: 'api', clientSecret: 'secret', ...(endpoint && { endpoint }) }
      const options = { issuer: server.issuer, audience: AUDIENCE, introspection }
      return { source: server as never, options }
    },
  }
}

function forged(
  name: string,
  cases: Setting['cases'],
  differs: (workshop: Workshop) => Partial<AccessTokenVerifierOptions> = () => ({}),
): Setting {
  return {
    name,
    cases,
    open: async () => {
      const workshop = await openWorkshop()
      const options = { ...workshop.options, ...differs(workshop) } as AccessTokenVerifierOptions
      return { source: workshop as never, options }
    },
  }
}

/** Only the cases about included scopes have tokens with these scopes. */
export const IMPLIED_SCOPES = {
  'messages:manage': ['messages:write'],
  'messages:write+': ['messages:manage'],
}

/** An API that trusts the Okta-shaped authorization server. */
const ISSUED_TOKENS: Setting = {
  name: 'tokens of an authorization server',
  cases: ISSUED,
  open: async () => {
    const source = await openIssued()
    const { issuer, audience } = source.server
    return { source: source as never, options: { issuer, audience, impliedScopes: IMPLIED_SCOPES } }
  },
  // Caches the valid token: tokens that are made from it must be refused all the same.
  prepare: async (verifier, { valid }: IssuedTokens) => {
    for (let time = 0; time < 3; time++) await verifier.verify(valid)
  },
}

/** An API under a known URL, so that proofs can be made for it. */
function forDpop(name: string, cases: Setting['cases'], dpop: DpopOptions = {}): Setting {
  return forged(name, cases, () => ({ dpop: { externalUrl: EXTERNAL_URL, ...dpop } }))
}

/** A request of the verifier's own, before the first case. */
const send = (verifier: AccessTokenVerifier, source: never) => {
  const [, authorization = '', , proof = ''] = dpop(source)
  return verifier.authenticate({ method: 'GET', url: '/any', headers: { authorization, dpop: proof } })
}

const DPOP: readonly Setting[] = [
  forDpop('bound tokens', OF_DPOP.unset),
  forDpop('an API that allows DPoP', OF_DPOP.allowed, { mode: 'allowed' }),
  forDpop('an API that requires DPoP', OF_DPOP.required, { mode: 'required' }),
  forDpop('an API that has disabled DPoP', OF_DPOP.disabled, { mode: 'disabled' }),
  {
    ...forDpop('an API that asks for nonces', OF_DPOP.nonces, {
      nonce: { secrets: ['a secret of the contract, of 32 bytes'] },
    }),
    prepare: async (verifier, source) => {
      const refusal = await send(verifier, source).catch((error: ResourceServerError) => error)
      issuedNonce.value = (refusal as ResourceServerError).headers['dpop-nonce'] ?? ''
    },
  },
  forDpop('an API that has seen every proof', OF_DPOP.replay, { replayStore: { claim: () => false } }),
  forDpop('an API whose replay store fails', OF_DPOP.unavailable, {
    replayStore: { claim: () => Promise.reject(new Error('the store is down')) },
  }),
  {
    ...forged('an API whose replay store is full', OF_DPOP.full, () => ({
      dpop: {
        externalUrl: EXTERNAL_URL,
        replayStore: memoryReplayStore({ max: 1, maxPerClient: 1, maxPerKey: 1 }),
      },
    })),
    prepare: async (verifier, source) => void (await send(verifier, source)),
  },
]

export const SETTINGS: readonly Setting[] = [
  ISSUED_TOKENS,
  forged('forged tokens', FORGED),
  ...DPOP,
  forged('an API for one client, one algorithm and tokens of at most a minute', FOR_ONE_CLIENT, () => NARROW),
  forged('an API that accepts the profile of RFC 9068 only', FOR_RFC9068, () => ({ profile: 'rfc9068' })),
  forged('an API behind a proxy that sends certificates', OF_CERTIFICATES, () => ({ mtls: BEHIND_PROXY })),
  forged('an issuer whose metadata is unavailable', WITHOUT_METADATA, () => ({ issuer: DEAD_ISSUER })),
  forged('an issuer that publishes unusable keys only', WITHOUT_KEYS, ({ unusableKeys }) => ({
    jwksUri: unusableKeys.url,
  })),
  forged('issuers that a function finds', OF_TENANTS, ({ issuer }) => ({
    issuer: (iss) => {
      if (iss === BROKEN_TENANT) throw new Error(`no tenant ${iss}`)
      return iss === issuer ? {} : undefined
    },
  })),
  forged('an API that fetches status lists', WITHOUT_STATUS_LISTS, () => ({
    statusListHosts: ['status.example'],
  })),
  {
    ...forged('an API that checks revocation', REVOKED, () => ({ revocation: { isRevoked: STORE } })),
    prepare: (_, { issuer }: Workshop) => revokeAll(issuer),
  },
  asking('an API that asks about opaque tokens', OF_OPAQUE_TOKENS),
  asking('an API that cannot ask about tokens', WITHOUT_INTROSPECTION, 'http://127.0.0.1:9/introspect'),
  { ...forged('a closed verifier', CLOSED), prepare: async (verifier) => verifier.close() },
]

/** The cases about keys, with the keys in the option `jwks`. Where keys come from is core's concern alone. */
export const CONFIGURED_KEYS: Setting = forged('keys in the option jwks', OF_PUBLISHED_KEYS, ({ jwks }) => ({
  jwks,
}))
