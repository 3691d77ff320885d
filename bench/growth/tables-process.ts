import { answerQuestions, tell } from '../child.ts'
import { libraryOf, type Verifier, type VerifierOptions } from '../library.ts'
import type { Plan } from '../plan.ts'
import { AUDIENCE, ISSUER, settingFromEnvironment } from '../policy.ts'
import { mint, oktaClaims, type SigningKey, signingKey } from '../token-mint.ts'
import { coldTime, hitTime } from './stretch.ts'

// How the cost of a token grows with the number of keys, the number of issuers and the size of the claims.

/** Microseconds per token at a size. */
export interface GrowthPoint {
  readonly size: number
  /** `decide`, for a token in the cache. */
  readonly hit: number
  /** Main thread, for a new ES256 token. */
  readonly cold: number
}

export interface GrowthTables {
  readonly keys: readonly GrowthPoint[]
  readonly issuers: readonly GrowthPoint[]
  /** Issuers that a function has found at run time. */
  readonly tenants: readonly GrowthPoint[]
  readonly kilobytes: readonly GrowthPoint[]
}

const COLD_TOKENS = 600
const HOT_TOKENS = 100
const { createVerifier, decide } = await libraryOf('this library', settingFromEnvironment())
const now = Math.floor(Date.now() / 1_000)
const claims = (): Record<string, unknown> => oktaClaims(now, 3_600)
const jwksOf = (keys: readonly SigningKey[]) => ({ keys: keys.map(({ jwk }) => jwk) }) as never

async function point(
  size: number,
  options: VerifierOptions,
  tokenOf: (index: number) => Promise<string>,
  rounds: number,
  known: readonly string[] = [],
): Promise<GrowthPoint> {
  const tokens = await Promise.all(Array.from({ length: COLD_TOKENS }, (_, index) => tokenOf(index)))
  const create = async (): Promise<Verifier> => {
    const verifier = createVerifier(options)
    for (const token of known) await verifier.verify(token)
    return verifier
  }
  const cold = await coldTime(create, tokens, rounds)
  const verifier = await create()
  const repeated = tokens.slice(0, HOT_TOKENS)
  // A cache may admit a token at its second verification.
  for (const token of [...repeated, ...repeated, ...repeated]) await verifier.verify(token)
  const hit = await hitTime(decide, verifier, repeated, rounds)
  verifier.close()
  return { size, hit, cold }
}

function byKeys(size: number, rounds: number): Promise<GrowthPoint> {
  const keys = Array.from({ length: size }, () => signingKey('ES256'))
  // Only the last key signs, so that a linear search through the keys would show.
  const last = keys.at(-1) as SigningKey
  const options = { issuer: ISSUER, audience: AUDIENCE, jwks: jwksOf(keys) }
  return point(size, options, () => mint(last, claims()), rounds)
}

function byIssuers(size: number, rounds: number): Promise<GrowthPoint> {
  const servers = Array.from({ length: size }, (_, index) => ({
    issuer: `https://example.okta.com/oauth2/server${index}`,
    key: signingKey('ES256'),
  }))
  const options = {
    audience: AUDIENCE,
    issuer: servers.map(({ issuer, key }) => ({ issuer, jwks: jwksOf([key]) })),
  }
  const tokenOf = (index: number): Promise<string> => {
    const { issuer, key } = servers[index % servers.length] as (typeof servers)[number]
    return mint(key, { ...claims(), iss: issuer })
  }
  return point(size, options, tokenOf, rounds)
}

/** All tenants are known, and each has verified a token, before anything is measured. */
async function byTenants(size: number, rounds: number): Promise<GrowthPoint> {
  const key = signingKey('ES256')
  const jwks = jwksOf([key])
  const issuerOf = (index: number): string => `https://login.example.com/tenant-${index % size}/`
  const tokenOf = (index: number): Promise<string> => mint(key, { ...claims(), iss: issuerOf(index) })
  const known: string[] = []
  for (let index = 0; index < size; index++) known.push(await tokenOf(index))
  const options = {
    audience: AUDIENCE,
    issuer: (issuer: string) => (issuer.startsWith('https://login.example.com/') ? { jwks } : undefined),
    issuerCache: { max: size },
  } as VerifierOptions
  // Spread over all tenants.
  const step = Math.max(1, Math.floor(size / COLD_TOKENS))
  return point(size, options, (index) => tokenOf(index * step), rounds, known)
}

function byKilobytes(size: number, rounds: number): Promise<GrowthPoint> {
  const key = signingKey('ES256')
  const groups: string[] = []
  const tokenOf = (): Promise<string> => mint(key, { ...claims(), groups })
  while (JSON.stringify({ ...claims(), groups }).length < size * 1_024) {
    groups.push(`Group number ${groups.length} of the directory`)
  }
  return point(size, { issuer: ISSUER, audience: AUDIENCE, jwks: jwksOf([key]) }, tokenOf, rounds)
}

async function series(
  sizes: readonly number[],
  measure: (size: number, rounds: number) => Promise<GrowthPoint>,
  rounds: number,
): Promise<GrowthPoint[]> {
  const points: GrowthPoint[] = []
  // The first point warms up for all and does not count.
  for (const size of [sizes[0] as number, ...sizes]) points.push(await measure(size, rounds))
  return points.slice(1)
}

answerQuestions<Plan>(
  async ({ growthRounds: rounds }): Promise<GrowthTables> => ({
    keys: await series([1, 10, 100, 1_000], byKeys, rounds),
    issuers: await series([1, 10, 100], byIssuers, rounds),
    tenants: await series([1, 100, 10_000], byTenants, Math.min(rounds, 2)),
    kilobytes: await series([1, 2, 4, 8], byKilobytes, rounds),
  }),
)
tell({ ready: true })
