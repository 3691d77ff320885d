import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  bearer,
  ISSUER,
  keySet,
  NOW,
  type SigningKey,
  signingKey,
  verifierOptions,
} from '@okta-resource-server/testing'
import { expect, onTestFinished, vi } from 'vitest'
import { decide } from '../../src/adapter.ts'
import { channels, type DiagnosticsMessages } from '../../src/diagnostics.ts'
import type { AccessTokenVerifierOptions } from '../../src/options/options.ts'
import type { RevocationOption } from '../../src/options/revocation.ts'
import type { Requirements } from '../../src/policy/requirements.ts'
import { ConfigurationError } from '../../src/refusal/errors.ts'
import type { RequestLike } from '../../src/request/request.ts'
import type { VerifiedAccessToken } from '../../src/token/verified-access-token.ts'
import { type AccessTokenVerifier, createAccessTokenVerifier } from '../../src/verifier.ts'

/** A verifier that accepts the tokens of `signToken()`, with options that differ. */
export function makeVerifier(options: Partial<AccessTokenVerifierOptions> = {}): AccessTokenVerifier {
  const { jwks, ...others } = verifierOptions()
  const hasKeys = options.jwksUri !== undefined || Array.isArray(options.issuer)
  const fetch = () => Promise.reject(new Error('this test makes no requests'))
  return createAccessTokenVerifier({ ...others, fetch, ...(hasKeys ? {} : { jwks }), ...options })
}

/** A verifier that fetches its keys from a script, with a clock that can be moved. */
export function remoteVerifier(
  keys: readonly SigningKey[],
  options: Partial<AccessTokenVerifierOptions> = {},
): {
  readonly verifier: AccessTokenVerifier
  readonly published: { keys: readonly SigningKey[] }
  readonly time: { now: number }
  readonly requestCount: () => number
} {
  const [published, time] = [{ keys }, { now: NOW * 1_000 }]
  let count = 0
  const verifier = makeVerifier({
    jwksUri: `${ISSUER}/v1/keys`,
    clock: () => time.now,
    fetch: async () => {
      count++
      return Response.json(keySet(...published.keys))
    },
    ...options,
  })
  onTestFinished(() => verifier.close())
  return { verifier, published, time, requestCount: () => count }
}

/** Options of a token that names the key of the issuer, but is signed with another. */
export const FORGED = { key: signingKey('ES256', 'attacker'), header: { kid: signingKey().kid } }

/** A verifier that asks this function whether a token was revoked. */
export const asking = (isRevoked: unknown, others: Partial<RevocationOption> = {}): AccessTokenVerifier =>
  makeVerifier({ revocation: { isRevoked: isRevoked as RevocationOption['isRevoked'], ...others } })

/** A request with this token. */
export function requestWith(token: string): { headers: { authorization: string } } {
  return { headers: bearer(token) }
}

/** Verifies tokens twice, after which they are in the cache. */
export async function cache(verifier: AccessTokenVerifier, ...tokens: readonly string[]): Promise<void> {
  for (const token of [...tokens, ...tokens]) await verifier.verify(token)
}

/** The result of a decision that needs no verification, because the token is in the cache. */
export function decideNow(
  verifier: AccessTokenVerifier,
  token: string,
  requirements?: Requirements,
): VerifiedAccessToken<object> {
  const auth = decide(verifier, requestWith(token), requirements)
  expect(auth).not.toBeInstanceOf(Promise)
  return auth as VerifiedAccessToken<object>
}

/** Whether a decision about this token needs no verification. */
export async function isCached(verifier: AccessTokenVerifier, token: string): Promise<boolean> {
  const decision = decide(verifier, requestWith(token))
  if (!(decision instanceof Promise)) return true
  await decision
  return false
}

/** Counts the signatures that are verified until the test ends. */
export function countVerifications(): { readonly count: number } {
  const spy = vi.spyOn(globalThis.crypto.subtle, 'verify')
  onTestFinished(() => spy.mockRestore())
  return {
    get count() {
      return spy.mock.calls.length
    },
  }
}

type ChannelName = keyof DiagnosticsMessages

/** Records the messages of all channels until the test ends. Names are shortened: `token.accepted`. */
export function recordMessages(): [channel: string, message: Readonly<Record<string, unknown>>][] {
  const messages: [string, Readonly<Record<string, unknown>>][] = []
  for (const { name } of Object.values(channels)) {
    const record = (message: unknown): void => {
      messages.push([String(name).replace('okta-resource-server:', ''), message as Record<string, unknown>])
    }
    subscribe(name as ChannelName, record)
    onTestFinished(() => void unsubscribe(name as ChannelName, record))
  }
  return messages
}

/** The `ConfigurationError` that a call throws. It has a code, and its message names the option. */
export function configurationErrorOf(call: () => unknown): ConfigurationError {
  try {
    call()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    expect(error.code).not.toBe('')
    expect(error.option).not.toBe('')
    expect(error.message).toContain(error.option)
    return error
  }
  throw new Error('nothing was thrown')
}

/** A request or options of another type than is allowed, as JavaScript users may pass them. */
export function untyped(request: unknown): RequestLike & AccessTokenVerifierOptions {
  return request as RequestLike & AccessTokenVerifierOptions
}
