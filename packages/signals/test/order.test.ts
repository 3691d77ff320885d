import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SignalMessages } from '../src/index.ts'
import { listedStore, okta, push, signalReceiver, useOkta } from './support/setting.ts'

useOkta()

const REFUSED = 'okta-resource-server:signal.refused'

/** What is wrong with a request. */
interface Fault {
  readonly headers?: Readonly<Record<string, string>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly event?: Readonly<Record<string, unknown>>
  readonly foreignKey?: boolean
}

/** By the code of the refusal, in the order in which they are noticed. */
const FAULTS: readonly (readonly [code: string, fault: Fault])[] = [
  ['authentication_failed', { headers: { authorization: 'Bearer another-secret-of-it' } }],
  ['wrong_media_type', { headers: { 'content-type': 'application/json' } }],
  ['wrong_type', { header: { typ: 'at+jwt' } }],
  ['signature_invalid', { foreignKey: true }],
  ['issuer_mismatch', { claims: { iss: 'https://other.okta.com' } }],
  ['audience_mismatch', { claims: { aud: 'https://other.example.com' } }],
  ['claim_not_allowed', { claims: { exp: 4_000_000_000 } }],
  ['claim_malformed', { claims: { jti: undefined } }],
  ['subject_issuer', { event: { subject: { format: 'iss_sub', iss: 'https://other.okta.com', sub: 'a' } } }],
]

const PAIRS = FAULTS.flatMap(([code, fault], index) =>
  FAULTS.slice(index + 1).map(([later, other]) => [code, later, fault, other] as const),
)

function refusals(): string[] {
  const codes: string[] = []
  const note = (message: unknown): void => {
    codes.push((message as SignalMessages[typeof REFUSED]).code)
  }
  subscribe(REFUSED, note)
  onTestFinished(() => {
    unsubscribe(REFUSED, note)
  })
  return codes
}

describe('a request with two faults', () => {
  it.each(PAIRS)(
    '%s and %s is refused for the first, and revokes nothing [SET-02] [SET-03]',
    async (code, _later, first, second) => {
      const [store, codes] = [listedStore(), refusals()]
      const token = await okta.sessionRevoked(
        'a',
        { ...first.event, ...second.event },
        {
          header: { ...first.header, ...second.header },
          claims: { ...first.claims, ...second.claims },
          foreignKey: first.foreignKey === true || second.foreignKey === true,
        },
      )
      const headers = { ...first.headers, ...second.headers }
      expect((await push(signalReceiver({ store }), token, headers)).status).toBe(400)
      expect(codes).toEqual([code])
      expect(store.written).toEqual([])
    },
  )
})
