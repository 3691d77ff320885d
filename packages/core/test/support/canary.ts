import { inspect } from 'node:util'
import { base64url, refusalOf as refusalOfCall } from '@okta-resource-server/testing'
import { expect } from 'vitest'
import { errorResponse, type ResourceServerError } from '../../src/index.ts'
import { recordMessages } from './verifiers.ts'

/** Occurs in tokens, claims, headers and requests. It must not occur in anything that the library shows. */
export const CANARY = 'canary7Kq'
const forms = [CANARY, base64url(CANARY), encodeURIComponent(CANARY), Buffer.from(CANARY).toString('hex')]

/** Everything that an application may log or send of an error. */
function everythingOf(error: ResourceServerError): string {
  return [
    error.message,
    error.stack,
    String(error),
    inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    JSON.stringify(error),
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    JSON.stringify(error.headers),
    inspect(error.cause, { depth: Number.POSITIVE_INFINITY }),
    JSON.stringify(errorResponse(error)),
  ].join('\n')
}

/** Neither the canary in any form nor a segment of the token is in the text. */
export function expectNoCanary(text: string, token = ''): void {
  for (const form of forms) expect(text.toLowerCase()).not.toContain(form.toLowerCase())
  for (const segment of token.split('.')) if (segment.length > 8) expect(text).not.toContain(segment)
}

/** Refusals after the signature of the token was verified. */
const AFTER_SIGNATURE = new Set<string>([
  'sender_constrained',
  'client_not_allowed',
  'token_revoked',
  'lifetime_too_long',
  'status_not_supported',
])

/** The refusal of a call, after a check that neither it nor a message about it contains the canary or the token. */
export async function refusalOf(call: () => unknown, token = ''): Promise<ResourceServerError> {
  const messages = recordMessages()
  const error = (await refusalOfCall(async () => call())) as unknown as ResourceServerError
  expect(messages.filter(([channel]) => channel === 'token.refused')).toHaveLength(1)
  // The client of a token whose signature was verified is the one claim that messages contain.
  const others = messages.map(([channel, { clientId, ...rest }]) =>
    AFTER_SIGNATURE.has(error.code) ? [channel, rest] : [channel, rest, clientId],
  )
  expectNoCanary(inspect(others, { depth: Number.POSITIVE_INFINITY, showHidden: true }), token)
  expectNoCanary(everythingOf(error), token)
  return error
}
