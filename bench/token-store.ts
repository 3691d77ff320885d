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

/** One good token and four that every candidate must refuse, of one algorithm. */
export interface Samples {
  readonly good: string
  /** Another token's signature under other claims. */
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
  const other = await mint(key, { ...good, sub: 'somebody@example.com' })
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

/** Signs what is measured, unless a run within the last hours has. Private keys are not kept. */
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

/** Tokens of a file in their order, as fresh strings like those that a header parser makes. */
export class TokenFile {
  readonly #descriptor: number
  readonly #width: number
  readonly count: number
  #position = 0

  constructor(folder: string, algorithm: Algorithm) {
    const file = tokenFile(folder, algorithm)
    this.#descriptor = openSync(file, 'r')
    this.#width = readKeys(folder).samples[algorithm].good.length + 1
    this.count = Math.floor(fstatSync(this.#descriptor).size / this.#width)
  }

  /** The next ones; after the last comes the first again. */
  take(count: number): string[] {
    const tokens: string[] = []
    while (tokens.length < count) {
      const now = Math.min(count - tokens.length, this.count - this.#position)
      const bytes = Buffer.allocUnsafe(now * this.#width)
      readSync(this.#descriptor, bytes, 0, bytes.length, this.#position * this.#width)
      for (let index = 0; index < now; index++) {
        tokens.push(bytes.toString('latin1', index * this.#width, (index + 1) * this.#width - 1))
      }
      this.#position = (this.#position + now) % this.count
    }
    return tokens
  }

  /** The last ones were not used after all. */
  putBack(count: number): void {
    this.#position = (this.#position - count + this.count) % this.count
  }
}
