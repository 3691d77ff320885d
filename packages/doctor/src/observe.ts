import { X509Certificate } from 'node:crypto'

/** A document that was requested from the authorization server. */
export interface FetchedDocument {
  /** Without query and fragment. */
  readonly url: string
  /** HTTP status; `undefined` if there was no response. */
  readonly status: number | undefined
  /** Clock of the authorization server minus ours, in seconds; `undefined` if the response does not tell. */
  readonly clockDifference: number | undefined
  /** The JSON of a response with status 200. */
  readonly json: unknown
  /** It is the answer about a token. */
  readonly isAnswer: boolean
}

/** A published key. */
export interface PublishedKey {
  readonly kid: string | undefined
  readonly type: string | undefined
  /** What the key says of its algorithm. */
  readonly algorithm: string | undefined
  readonly use: string | undefined
  /** Days since the key was made, as far as its `iat`, `nbf` or certificate tells. */
  readonly ageInDays: number | undefined
}

/** Bytes of a document, as in core. */
const MAX_DOCUMENT_SIZE = 1_048_576
const MAX_KEYS = 100

/** The body, or as much of it as core would refuse. */
async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array)
    size += (chunk as Uint8Array).byteLength
    if (size > MAX_DOCUMENT_SIZE) break
  }
  return Buffer.concat(chunks)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The header `Date` has whole seconds, and the response may have been made at any time since the request. */
function differenceOf(headers: Headers, from: number, to: number): number | undefined {
  const date = Date.parse(headers.get('date') ?? '') + Number(headers.get('age') ?? 0) * 1_000
  if (!Number.isFinite(date)) return undefined
  if (date > to) return Math.round((date - to) / 1_000)
  return date + 1_000 < from ? Math.round((date + 1_000 - from) / 1_000) : 0
}

/** A `fetch` that notes what it fetches. */
export function observingFetch(): {
  readonly fetch: typeof globalThis.fetch
  readonly documents: readonly FetchedDocument[]
} {
  const documents: FetchedDocument[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { origin, pathname } = new URL(String(input))
    const url = origin + pathname
    const isAnswer = init?.method === 'POST'
    const from = Date.now()
    let response: Response
    try {
      response = await globalThis.fetch(input, init)
    } catch (error) {
      documents.push({ url, status: undefined, clockDifference: undefined, json: undefined, isAnswer })
      throw error
    }
    const { status, headers } = response
    const clockDifference = differenceOf(headers, from, Date.now())
    // What is said about a token is not read here.
    if (status !== 200 || isAnswer) {
      documents.push({ url, status, clockDifference, json: undefined, isAnswer })
      return response
    }
    let body: Buffer = Buffer.alloc(0)
    try {
      body = await readBody(response)
    } finally {
      documents.push({ url, status, clockDifference, json: parseJson(body), isAnswer })
    }
    return new Response(new Uint8Array(body), { status, headers })
  }
  return { fetch, documents }
}

const textOrNothing = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, 200) : typeof value === 'number' ? String(value) : undefined

/** When a key was made, in milliseconds since the epoch. */
function madeAt({ iat, nbf, x5c }: Readonly<Record<string, unknown>>): number | undefined {
  const seconds = [iat, nbf].find((value) => typeof value === 'number')
  if (seconds !== undefined) return (seconds as number) * 1_000
  if (!Array.isArray(x5c) || typeof x5c[0] !== 'string') return undefined
  try {
    const made = Date.parse(new X509Certificate(Buffer.from(x5c[0], 'base64')).validFrom)
    return Number.isNaN(made) ? undefined : made
  } catch {
    return undefined
  }
}

/** Whole days since a key was made; `undefined` if that is unknown or, as far as the key tells, still to come. */
function ageInDays(made: number | undefined): number | undefined {
  const days = made === undefined ? Number.NaN : Math.floor((Date.now() - made) / 86_400_000)
  return days >= 0 && Number.isFinite(days) ? days : undefined
}

/** The keys in a JWK Set; `undefined` if this is none. */
export function keysIn(json: unknown): readonly PublishedKey[] | undefined {
  const keys = (json as { keys?: unknown } | null | undefined)?.keys
  if (!Array.isArray(keys)) return undefined
  return keys.slice(0, MAX_KEYS).map((key: unknown) => {
    const jwk = (typeof key === 'object' && key !== null ? key : {}) as Readonly<Record<string, unknown>>
    return {
      kid: textOrNothing(jwk.kid),
      type: textOrNothing(jwk.kty),
      algorithm: textOrNothing(jwk.alg),
      use: textOrNothing(jwk.use),
      ageInDays: ageInDays(madeAt(jwk)),
    }
  })
}
