import type { ReplayStore } from '../stores/replay-store.ts'
import { ALGORITHMS, canonicalAlgorithm } from './algorithms.ts'
import {
  checkKnown,
  checkMilliseconds,
  checkSeconds,
  checkStrings,
  checkUrl,
  invalidOption,
  isOptions,
} from './checks.ts'
import { DPOP_DEFAULTS, LIMITS } from './defaults.ts'
import { fapi2Algorithms } from './fapi2.ts'
import { checkReplayStore } from './replay-store.ts'

/**
 * `'allowed'` advertises DPoP in every challenge, `'required'` also refuses tokens that are not bound, and `'disabled'` refuses
 * tokens that are.
 */
export type DpopMode = 'allowed' | 'required' | 'disabled'

/** Nonces for DPoP proofs (RFC 9449, section 9). */
export interface DpopNonceOptions {
  /**
   * Secrets of at least 32 bytes, the same in all processes of the API. The first one makes nonces and all of them verify, so
   * that a secret can be replaced: add the new one as the second to all processes, then put it first. Without secrets each process makes its own: clients of a fleet would then be sent from one
   * process to the next and be asked for another nonce each time.
   */
  readonly secrets?: readonly (string | Uint8Array)[]
  /**
   * Maximum age of a nonce in seconds. A response to a proof whose nonce is older than half of it brings a new one.
   *
   * @default 120
   */
  readonly maxAge?: number
}

/** How DPoP-bound tokens are accepted (RFC 9449). */
export interface DpopOptions {
  /** Unset: a bound token needs a valid proof, and DPoP is not advertised. */
  readonly mode?: DpopMode
  /**
   * Accepted signature algorithms of proofs: of `RS*`, `PS*`, `ES*` and `Ed25519` (or `EdDSA`).
   *
   * @default ['ES256', 'ES384', 'ES512', 'Ed25519', 'RS256', 'PS256']
   */
  readonly algorithms?: string | readonly string[]
  /**
   * Maximum age of a proof in seconds, at most 300. `clockTolerance` is added. It has no effect with nonces.
   *
   * @default 60
   */
  readonly maxAge?: number
  /** Asks clients for nonces. `{}` switches them on with defaults. */
  readonly nonce?: DpopNonceOptions
  /**
   * Remembers which proofs were used.
   *
   * @default memoryReplayStore(), which does not see what other processes have accepted
   */
  readonly replayStore?: ReplayStore
  /**
   * Milliseconds that an answer of the replay store may take. The request is then refused with 503 `store_unavailable`.
   *
   * @default 1_000
   */
  readonly timeoutDuration?: number
  /**
   * The URL under which clients reach the root of the server, such as `https://api.example.com/v1`, if proxies change scheme,
   * host or path. Or a function that returns the whole URL of a request as the client sees it.
   *
   * @default the origin of the option `resource`, else what the request says
   */
  readonly externalUrl?: string | ((request: never) => string)
}

/** What nonces are made of. */
export interface NonceConfiguration {
  /** Empty: the process creates a random secret. */
  readonly secrets: readonly (string | Uint8Array)[]
  /** Seconds. */
  readonly maxAge: number
  /** What the nonces are for, so that another API with the same secret does not accept them. */
  readonly resource: string
}

/** The validated option `dpop`. */
export interface DpopConfiguration {
  /** `unset`: bound tokens need a valid proof, and DPoP is not advertised. */
  readonly mode: DpopMode | 'unset'
  /** Canonical names. */
  readonly algorithms: ReadonlySet<string>
  /** Seconds. */
  readonly maxAge: number
  readonly nonce: NonceConfiguration | undefined
  readonly replayStore: ReplayStore
  /** Milliseconds. */
  readonly timeoutDuration: number
  /** Without a slash at its end. */
  readonly externalUrl: string | ((request: never) => string) | undefined
  /** The origin of the option `resource`. */
  readonly resourceOrigin: string | undefined
}

/** What else the option depends on. */
export interface DpopContext {
  /** The option `resource`, which is validated elsewhere. */
  readonly resource: unknown
  readonly audience: unknown
  readonly clock: unknown
  readonly fapi2: boolean
}

const MODES: readonly unknown[] = ['allowed', 'required', 'disabled']
const MEMBERS = ['mode', 'algorithms', 'maxAge', 'nonce', 'replayStore', 'timeoutDuration', 'externalUrl']
/** ML-DSA is left out: key and signature do not fit into a header. */
const PROOF_ALGORITHMS: readonly string[] = [...ALGORITHMS].filter((name) => !name.startsWith('ML-'))
const MIN_SECRET_BYTES = 32

function checkAlgorithms(value: unknown): ReadonlySet<string> {
  const names = checkStrings('dpop.algorithms', value).map(canonicalAlgorithm)
  if (!names.every((name) => PROOF_ALGORITHMS.includes(name))) {
    const message = `dpop.algorithms must be of ${PROOF_ALGORITHMS.join(', ')}`
    invalidOption('dpop.algorithms', message)
  }
  return new Set(names)
}

function checkMaxAge(option: string, value: unknown): number {
  if (checkSeconds(option, value, LIMITS.dpopMaxAge) < 1) {
    invalidOption(option, `${option} must be at least 1 second`)
  }
  return value as number
}

function checkSecrets(value: unknown): readonly (string | Uint8Array)[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length === 0) {
    invalidOption('dpop.nonce.secrets', 'dpop.nonce.secrets must be a list of at least one secret')
  }
  return Array.from(value as readonly unknown[], (secret) => {
    const isSecret = typeof secret === 'string' || secret instanceof Uint8Array
    if (!isSecret || Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
      const message = `dpop.nonce.secrets must be random texts or Uint8Arrays of at least ${MIN_SECRET_BYTES} bytes, such as the output of: openssl rand -base64 32`
      invalidOption('dpop.nonce.secrets', message)
    }
    return typeof secret === 'string' ? secret : Uint8Array.from(secret)
  })
}

function checkNonce(value: unknown, resource: string): NonceConfiguration | undefined {
  if (value === undefined) return undefined
  if (!isOptions(value)) {
    invalidOption('dpop.nonce', 'dpop.nonce must be an object such as { secrets: [secret], maxAge: 120 }')
  }
  checkKnown(value, ['secrets', 'maxAge'], 'dpop.nonce.')
  const { secrets, maxAge = DPOP_DEFAULTS.nonceMaxAge } = value as DpopNonceOptions
  return Object.freeze({
    secrets: checkSecrets(secrets),
    maxAge: checkMaxAge('dpop.nonce.maxAge', maxAge),
    resource,
  })
}

function checkExternalUrl(value: unknown): DpopConfiguration['externalUrl'] {
  if (value === undefined) return undefined
  if (typeof value === 'function') return value as (request: never) => string
  checkUrl('dpop.externalUrl', value, true)
  // `search` and `hash` of a URL do not show a query or fragment that is empty.
  if (/[?#]/.test(value as string)) {
    invalidOption('dpop.externalUrl', 'dpop.externalUrl must not have a query or a fragment')
  }
  return (value as string).replace(/\/$/, '')
}

/** The option `resource` as text: it is a string, or an object that has it as a member. */
function identifierOf(resource: unknown): string | undefined {
  const identifier = isOptions(resource) ? (resource as { resource?: unknown }).resource : resource
  return typeof identifier === 'string' && URL.canParse(identifier) ? identifier : undefined
}

/**
 * Validates the option `dpop`.
 *
 * @throws {ConfigurationError} the message names the option and says how to fix it
 */
export function dpopConfiguration(
  option: unknown,
  { resource, audience, clock, fapi2 }: DpopContext,
): DpopConfiguration {
  if (option !== undefined && !MODES.includes(option) && !isOptions(option)) {
    const message = "dpop must be 'allowed', 'required', 'disabled', or an object such as { mode: 'allowed' }"
    invalidOption('dpop', message)
  }
  const given = (isOptions(option) ? option : { mode: option }) as DpopOptions
  checkKnown(given, MEMBERS, 'dpop.')
  const {
    mode = 'unset',
    algorithms = DPOP_DEFAULTS.algorithms,
    maxAge = DPOP_DEFAULTS.maxAge,
    timeoutDuration = DPOP_DEFAULTS.timeoutDuration,
    nonce,
  } = given
  if (given.mode !== undefined && !MODES.includes(given.mode)) {
    invalidOption('dpop.mode', "dpop.mode must be 'allowed', 'required' or 'disabled'")
  }
  const externalUrl = checkExternalUrl(given.externalUrl)
  const identifier = identifierOf(resource)
  const fixedUrl = typeof externalUrl === 'string' ? externalUrl : undefined
  return Object.freeze({
    mode,
    algorithms: checkAlgorithms(fapi2 ? fapi2Algorithms('dpop.algorithms', given.algorithms) : algorithms),
    maxAge: checkMaxAge('dpop.maxAge', maxAge),
    nonce: checkNonce(nonce, JSON.stringify([identifier, fixedUrl, audience])),
    replayStore: checkReplayStore(given.replayStore, clock),
    timeoutDuration: checkMilliseconds('dpop.timeoutDuration', timeoutDuration, LIMITS.timeoutDuration),
    externalUrl,
    resourceOrigin: identifier === undefined ? undefined : new URL(identifier).origin,
  })
}
