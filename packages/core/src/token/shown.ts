import type { IssuerConfiguration } from '../options/issuer.ts'
import { profilesThatMatch } from '../profiles/index.ts'
import type { ErrorCode } from '../refusal/codes.ts'
import { MAX_ACTOR_SIZE, MAX_ACTORS } from './actor.ts'
import { type Facts, pick, pickNames } from './short-facts.ts'
import type { Verification } from './verification.ts'

/** What `explain()` shows of a check. The functions must not throw, whatever is known of the token so far. */
export interface Shown<Subject extends unknown[]> {
  /** What the check read. */
  readonly found?: (...subject: Subject) => Facts
  /** What the check accepts. */
  readonly wanted?: (...subject: Subject) => Facts
  /** Advice that depends on the token; `undefined` if the fixed hint of the error code is all there is to say. */
  readonly hint?: (code: ErrorCode, ...subject: Subject) => string | undefined
}

type ShownOnce = Shown<[Verification]>

// A verification that has not come far enough has neither, in spite of the types.
const claimsOf = ({ claims, unverified }: Verification): Facts =>
  claims ?? (unverified as Verification['unverified'] | undefined)?.unverifiedClaims ?? {}
const headerOf = ({ unverified }: Verification): Facts =>
  (unverified as Verification['unverified'] | undefined)?.unverifiedHeader ?? {}

/** What the configuration of the issuer says, once the issuer is known. */
const configured =
  (read: (configuration: IssuerConfiguration, verification: Verification) => Facts) =>
  (verification: Verification): Facts =>
    verification.issuer === undefined ? {} : read(verification.issuer.configuration, verification)

const form: ShownOnce = {
  found: (verification) => ({
    characters: verification.token.length,
    segments: verification.token.split('.', 10).length,
    ...pick(headerOf(verification), ['alg', 'kid', 'typ']),
  }),
  wanted: ({ configuration: { maxTokenSize }, isOpaque }) => ({
    characters: `at most ${maxTokenSize}`,
    ...(isOpaque ? {} : { segments: 3 }),
  }),
}

const KIND_CLAIMS = ['typ', 'token_use', 'tokenName', 'tokenType', 'TokenType', 'token_type'] as const
const OTHER_KIND_CLAIMS = [
  ...['events', 'token_introspection', 'status_list'],
  // Their values can be anything.
  ...['purpose', 'type', 'tok_type', 'drn', 'token_usage', 'tokenUse', 'tokenKind', 'token_kind'],
  'granted_scopes',
] as const

const kind: ShownOnce = {
  found: (verification) => {
    const { typ: headerTyp } = headerOf(verification)
    return {
      'header typ': headerTyp,
      ...pick(claimsOf(verification), KIND_CLAIMS),
      ...pickNames(claimsOf(verification), OTHER_KIND_CLAIMS),
    }
  },
  wanted: () => ({ kind: 'an access token' }),
}

const issuer: ShownOnce = {
  found: (verification) => pick(claimsOf(verification), ['iss']),
  wanted: ({ registry }) => ({
    iss: registry.identifiers() ?? 'one for which the function issuer returns options',
  }),
  hint: (code, verification) => {
    const { iss } = claimsOf(verification)
    const { registry } = verification
    if (code !== 'issuer_not_allowed' || typeof iss !== 'string') return undefined
    if (registry.withOtherEnd(iss) !== undefined) {
      return `The issuers differ only by the slash at the end: set issuer to the iss of the token, ${iss.endsWith('/') ? 'with' : 'without'} the slash.`
    }
    const isEqual = (other: string): boolean => other.toLowerCase() === iss.toLowerCase()
    return registry.identifiers()?.some(isEqual)
      ? 'The issuers differ only by upper and lower case.'
      : undefined
  },
}

const algorithm: ShownOnce = {
  found: (verification) => pick(headerOf(verification), ['alg']),
  wanted: configured(({ algorithms }) => ({ alg: [...algorithms] })),
}

const times: ShownOnce = {
  found: (verification) => pick(claimsOf(verification), ['exp', 'nbf', 'iat']),
  wanted: configured(({ clock, clockTolerance, maxTokenAge }) => ({
    now: Math.floor(clock.wall() / 1_000),
    clockTolerance,
    maxTokenAge,
  })),
}

const type: ShownOnce = {
  found: (verification) => {
    const { typ } = headerOf(verification)
    const marks = [
      ...['nonce', 'at_hash', 'c_hash', 's_hash', 'ds_hash', 'amr', 'idp'],
      ...['cid', 'scp', 'scope', 'sub_profile'],
    ]
    return { 'header typ': typ, ...pickNames(claimsOf(verification), marks) }
  },
  wanted: configured(({ profiles }) => ({ profile: profiles })),
  hint: (code, { unverified, issuer }) => {
    if (code !== 'not_an_access_token' || issuer === undefined) return undefined
    const [other] = profilesThatMatch(unverified)
    if (other === undefined) return undefined
    const list = [...issuer.configuration.profiles, other].map((name) => `'${name}'`).join(', ')
    return `The token matches the profile ${other}, which is not configured. If the authorization server issues its access tokens so, set profile to [${list}].`
  },
}

const kid: ShownOnce = {
  found: (verification) => pick(headerOf(verification), ['kid']),
  wanted: ({ profile }) =>
    (profile as Verification['profile'] | undefined)?.requiresKid ? { kid: 'present' } : {},
}

const signature: ShownOnce = {
  found: (verification) => pick(headerOf(verification), ['alg', 'kid']),
  wanted: ({ issuer }) => (issuer === undefined ? {} : { kid: issuer.keyIds() }),
}

const CLIENT_CLAIMS = ['cid', 'client_id', 'azp', 'appid'] as const

const audience: ShownOnce = {
  found: (verification) => pick(claimsOf(verification), ['aud']),
  wanted: configured(({ audience }) => ({ aud: audience ?? 'none' })),
  hint: (code, verification) => {
    const claims = claimsOf(verification)
    const list = [claims.aud].flat()
    const isClient = CLIENT_CLAIMS.some((name) => list.includes(claims[name]))
    return code === 'audience_mismatch' && isClient
      ? 'The audience is the client itself: the client must request a token for this API (audience, resource or scope, depending on the authorization server).'
      : undefined
  },
}

const client: ShownOnce = {
  found: (verification) => pick(claimsOf(verification), CLIENT_CLAIMS),
  wanted: configured(({ clientIds }) => (clientIds === undefined ? {} : { client: [...clientIds] })),
}

const identifiers: ShownOnce = {
  found: (verification) => pick(claimsOf(verification), ['sub', 'jti']),
  wanted: () => ({ sub: 'a string, if present', jti: 'a string, if present' }),
}

const scopes: ShownOnce = {
  found: (verification) => {
    const scopeClaim = verification.issuer?.configuration.scopeClaim
    return pick(claimsOf(verification), scopeClaim === undefined ? ['scope', 'scp'] : [scopeClaim])
  },
}

const confirmation: ShownOnce = {
  found: (verification) => pickNames(claimsOf(verification), ['cnf']),
}

const status: ShownOnce = {
  found: (verification) => pickNames(claimsOf(verification), ['status']),
  wanted: configured(({ refusesStatus, statusListHosts }) => {
    if (statusListHosts !== undefined) return { status: 'valid', statusListHosts: [...statusListHosts] }
    return refusesStatus ? { status: 'no reference to a status list' } : {}
  }),
}

const actor: ShownOnce = {
  found: (verification) => pick(claimsOf(verification), ['act']),
  wanted: () => ({
    act: `an object, at most ${MAX_ACTORS} levels and ${MAX_ACTOR_SIZE} characters, if present`,
  }),
}

const active: ShownOnce = {
  found: ({ answer }) => (answer === undefined ? {} : { active: true }),
  wanted: () => ({ active: true }),
}

/** What is shown of each check of ONCE, by its name. */
export const SHOWN: Readonly<
  Record<
    | 'form'
    | 'kind'
    | 'issuer'
    | 'algorithm'
    | 'times'
    | 'type'
    | 'kid'
    | 'signature'
    | 'audience'
    | 'client'
    | 'identifiers'
    | 'scopes'
    | 'confirmation'
    | 'status'
    | 'actor'
    | 'active',
    ShownOnce
  >
> = {
  form,
  kind,
  issuer,
  algorithm,
  times,
  type,
  kid,
  signature,
  audience,
  client,
  identifiers,
  scopes,
  confirmation,
  status,
  actor,
  active,
}
