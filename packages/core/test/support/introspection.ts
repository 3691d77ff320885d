import { createHash } from 'node:crypto'
import {
  NOW,
  outcomeOf,
  refusalOf,
  type ScriptedAnswer,
  scriptedFetch,
  signToken,
} from '@okta-resource-server/testing'
import { onTestFinished } from 'vitest'
import { type AccessTokenVerifierOptions, createAccessTokenVerifier } from '../../src/index.ts'
import type { IntrospectionOption } from '../../src/options/introspection.ts'
import type { AuthorizationServerUnavailableError, ConfigurationError } from '../../src/refusal/errors.ts'
import { configurationErrorOf } from './verifiers.ts'

export const AS = 'https://as.example.com'
export const API = 'https://api.example.com'
export const ENDPOINT = `${AS}/introspect`
export const CREDENTIALS = { clientId: 'api', clientSecret: 'the-secret' } as const
/** Opaque tokens; the second one has the dots of a JWT. */
export const TOKEN = 'opaque-token-1'
export const OPAQUE = 'mF_9.B5f-4.1JqM'
/** Options with the clock of the machine, which `stopTime` stops. */
export const ticking = { clock: () => Date.now() }
/** The answer that a token is not active. */
export const inactive = (): Response => Response.json({ active: false })

/** Members of the answer about an access token that is valid at {@link NOW}. */
export function activeAnswer(
  overrides: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    active: true,
    iss: AS,
    aud: API,
    client_id: 'client-1',
    scope: 'messages:read profile',
    sub: 'someone',
    token_type: 'Bearer',
    exp: NOW + 3_600,
    iat: NOW - 60,
    ...overrides,
  }
}

/** One call of the introspection endpoint. */
export interface Call {
  readonly token: string
  readonly form: URLSearchParams
  readonly headers: Headers
  readonly url: string
}

type Reply = (call: Call) => ScriptedAnswer | Promise<ScriptedAnswer>

/** A verifier, and the authorization server that it asks, which answers as scripted. */
export function askingVerifier(
  introspection: Partial<IntrospectionOption> = {},
  options: Partial<AccessTokenVerifierOptions> = {},
) {
  const calls: Call[] = []
  const others: string[] = []
  const server: { reply: Reply; document: (url: string) => ScriptedAnswer } = {
    reply: () => Response.json(activeAnswer()),
    document: () => new Response('not found', { status: 404 }),
  }
  const { fetch } = scriptedFetch((url, { method, body, headers }) => {
    if (method !== 'POST') {
      others.push(url)
      return server.document(url)
    }
    const form = new URLSearchParams(String(body))
    const call = { token: form.get('token') ?? '', form, headers: new Headers(headers), url }
    calls.push(call)
    return server.reply(call)
  })
  const credentials =
    'privateKey' in introspection || 'authenticationMethod' in introspection ? {} : CREDENTIALS
  const verifier = createAccessTokenVerifier({
    issuer: AS,
    audience: API,
    fetch,
    clock: () => NOW * 1_000,
    introspection: {
      clientId: 'api',
      endpoint: ENDPOINT,
      ...credentials,
      ...introspection,
    } as IntrospectionOption,
    ...options,
  })
  onTestFinished(() => verifier.close())
  return {
    verifier,
    server,
    calls,
    others,
    tokens: () => calls.map(({ token }) => token),
    outcome: (token: string) => outcomeOf(verifier.verify(token)),
  }
}
export type Asking = ReturnType<typeof askingVerifier>

/** The refusal of a call while the authorization server is unavailable. */
export const unavailableOf = async (call: Promise<unknown>): Promise<AuthorizationServerUnavailableError> =>
  (await refusalOf(call)) as unknown as AuthorizationServerUnavailableError

/** Numbered tokens, none like another. */
export const made = (count: number, name = 'made-up'): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`)

const thumbprint = (text: string): string => createHash('sha256').update(text).digest('base64url')
/** What tokens and answers are bound to. */
export const [JKT, OTHER_JKT] = [thumbprint('one'), thumbprint('other')]

/** A JWT of the authorization server. */
export const jwt = (claims: object = {}, header: object = {}): string =>
  signToken({
    header: { typ: 'at+jwt', ...header },
    claims: {
      ...{ iss: AS, aud: API, client_id: 'client-1', scope: 'messages:read', cid: undefined, scp: undefined },
      ...claims,
    },
  })

/** The outcome for an opaque token about which the authorization server answers this. */
export function outcomeOfAnswer(
  answer: Readonly<Record<string, unknown>>,
  options: Partial<AccessTokenVerifierOptions> = {},
): Promise<string> {
  const { server, outcome } = askingVerifier({}, options)
  server.reply = () => Response.json(activeAnswer(answer))
  return outcome(OPAQUE)
}

/** Options, and credentials, of a verifier that makes no requests. */
export const base = { issuer: AS, audience: API }
export const secret = { clientId: 'api', clientSecret: 'canary-secret' }

/** Creates a verifier with {@link base} and these options, and closes it. */
export const create = (options: object): void =>
  createAccessTokenVerifier({ ...base, ...options } as AccessTokenVerifierOptions).close()

/** The `ConfigurationError` about these options. */
export const errorOf = (options: object): ConfigurationError => configurationErrorOf(() => create(options))
