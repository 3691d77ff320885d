import { type Channel, channel } from 'node:diagnostics_channel'
import type { StreamProblem } from './events.ts'
import type { SignalRefusalCode } from './refusal.ts'

/** Which receiver a message is about. */
export type ReceiverKind = 'events' | 'logout'

/**
 * Messages of the diagnostics channels, by channel name. No message contains a token, a user or another claim.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel'
 *
 * subscribe('okta-resource-server:stream.problem', (message) => {
 *   const { issuer, problem } = message as SignalMessages['okta-resource-server:stream.problem']
 *   console.error('no signals from', issuer, problem)
 * })
 * ```
 */
export interface SignalMessages {
  /**
   * A request was accepted. `events` are the names of known events, `other` for the rest; `revocations` is the number of
   * entries that were written; `duplicate` is true if the token was received before.
   */
  'okta-resource-server:signal.accepted': {
    readonly receiver: ReceiverKind
    readonly issuer: string
    readonly events: readonly string[]
    readonly revocations: number
    readonly duplicate: boolean
  }
  /** A request was refused. */
  'okta-resource-server:signal.refused': {
    readonly receiver: ReceiverKind
    readonly issuer: string
    readonly code: SignalRefusalCode
  }
  /** A request was answered with 503: keys, a store or a function of yours failed. The transmitter should send it again. */
  'okta-resource-server:signal.failed': {
    readonly receiver: ReceiverKind
    readonly issuer: string
    readonly error: unknown
  }
  /** The stream is paused or disabled, or it was not verified in time; `undefined` once nothing is wrong with it any more. */
  'okta-resource-server:stream.problem': {
    readonly issuer: string
    readonly problem: StreamProblem | undefined
  }
}

const named = (name: keyof SignalMessages): Channel => channel(name)

export const channels = {
  accepted: named('okta-resource-server:signal.accepted') as Channel,
  refused: named('okta-resource-server:signal.refused') as Channel,
  failed: named('okta-resource-server:signal.failed') as Channel,
  problem: named('okta-resource-server:stream.problem') as Channel,
}
