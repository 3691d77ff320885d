import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { ALGORITHMS, type Algorithm } from './policy.ts'
import { mint, oktaClaims, type SigningKey, signingKey } from './token-mint.ts'

const LIFETIME = 86_400
const AT_A_TIME = 512

/** One good token and four that every candidate must reject, for one algorithm. */
export interface Samples {
  readonly good: string
  /** Claims of one token with the signature of another. */
  readonly tampered: string
  readonly expired: string
  readonly otherAudience: string
  readonly otherIssuer: string
}

export interface Keys {
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  readonly samples: Readonly<Record<Algorithm, Samples>>
}

interface Stored extends Keys {
  readonly expiresAt: number
  readonly counts: Readonly<Record<Algorithm, number>>
}

const keysFile = (folder: string): string => join(folder, 'keys.json')
const tokenFile = (folder: string, algorithm: Algorithm): string => join(folder, `${algorithm}.tokens`)

async function samplesOf(key: SigningKey, now: number): Promise<Samples> {
  const good = oktaClaims(now, LIFETIME)
  const goodToken = await mint(key, good)
  const other = await mint(key, { ...good, sub: 'another@example.com' })
  return {
    good: goodToken,
    tampered: other.slice(0, other.lastIndexOf('.')) + goodToken.slice(goodToken.lastIndexOf('.')),
    expired: await mint(key, { ...good, iat: now - 7_200, exp: now - 3_600 }),
    otherAudience: await mint(key, { ...good, aud: 'api://another' }),
    otherIssuer: await mint(key, { ...good, iss: 'https://example.okta.com/oauth2/another' }),
  }
}

async function writeTokens(file: string, key: SigningKey, count: number, now: number): Promise<void> {
  const descriptor = openSync(file, 'w')
  for (let done = 0; done < count; done += AT_A_TIME) {
    const claims = Array.from({ length: Math.min(AT_A_TIME, count - done) }, () => oktaClaims(now, LIFETIME))
    const tokens = await Promise.all(claims.map((each) => mint(key, each)))
    writeSync(descriptor, `${tokens.join('\n')}\n`)
  }
  closeSync(descriptor)
}

function stillGood(folder: string, counts: Readonly<Record<Algorithm, number>>): boolean {
  try {
    const stored = JSON.parse(readFileSync(keysFile(folder), 'utf8')) as Stored
    return (
      stored.expiresAt > Date.now() / 1_000 + 3_600 &&
      ALGORITHMS.every((algorithm) => stored.counts[algorithm] >= counts[algorithm])
    )
  } catch {
    return false
  }
}

/** Signs the tokens to measure with, unless an earlier run left enough of them. Private keys are not stored. */
export async function prepareTokens(
  folder: string,
  counts: Readonly<Record<Algorithm, number>>,
): Promise<void> {
  if (stillGood(folder, counts)) return
  mkdirSync(folder, { recursive: true })
  const now = Math.floor(Date.now() / 1_000)
  const keys = ALGORITHMS.map(signingKey)
  const samples: Partial<Record<Algorithm, Samples>> = {}
  for (const key of keys) {
    samples[key.algorithm] = await samplesOf(key, now)
    await writeTokens(tokenFile(folder, key.algorithm), key, counts[key.algorithm], now)
  }
  const stored = { jwks: { keys: keys.map(({ jwk }) => jwk) }, samples, expiresAt: now + LIFETIME, counts }
  writeFileSync(keysFile(folder), JSON.stringify(stored))
}

export function readKeys(folder: string): Keys {
  return JSON.parse(readFileSync(keysFile(folder), 'utf8')) as Keys
}

/** The first tokens of a file are those that are repeated; the others are new ones. */
const REPEATED = 100

/** Reads the new tokens of a file in order, as new strings like those that an HTTP parser makes. */
export class TokenFile {
  readonly #descriptor: number
  readonly #width: number
  readonly #count: number
  #position: number

  constructor(folder: string, algorithm: Algorithm, position = REPEATED) {
    this.#position = position
    this.#descriptor = openSync(tokenFile(folder, algorithm), 'r')
    this.#width = readKeys(folder).samples[algorithm].good.length + 1
    this.#count = Math.floor(fstatSync(this.#descriptor).size / this.#width)
  }

  get left(): number {
    return this.#count - this.#position
  }

  /** The next tokens. None is returned twice, since a token seen before may be in a cache. */
  take(count: number): string[] {
    if (count > this.left) throw new Error('Not enough signed tokens: raise `tokens` in bench/plan.ts')
    const bytes = Buffer.allocUnsafe(count * this.#width)
    readSync(this.#descriptor, bytes, 0, bytes.length, this.#position * this.#width)
    this.#position += count
    return Array.from({ length: count }, (_, index) =>
      bytes.toString('latin1', index * this.#width, (index + 1) * this.#width - 1),
    )
  }

  /** Returns the last tokens taken, because they were not sent. */
  putBack(count: number): void {
    this.#position -= count
  }
}

/** The 100 tokens that are used again and again. */
export function repeatedTokens(folder: string, algorithm: Algorithm): string[] {
  return new TokenFile(folder, algorithm, 0).take(REPEATED)
}
