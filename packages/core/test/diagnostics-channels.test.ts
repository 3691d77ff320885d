import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { channels, type DiagnosticsMessages } from '../src/diagnostics.ts'

const NAMES: Record<keyof typeof channels, keyof DiagnosticsMessages> = {
  configured: 'okta-resource-server:verifier.configured',
  fetchStarted: 'okta-resource-server:fetch.started',
  fetchSucceeded: 'okta-resource-server:fetch.succeeded',
  fetchFailed: 'okta-resource-server:fetch.failed',
  storeFailed: 'okta-resource-server:store.failed',
  refreshStarted: 'okta-resource-server:refresh.started',
  refreshSucceeded: 'okta-resource-server:refresh.succeeded',
  refreshFailed: 'okta-resource-server:refresh.failed',
  keysRotated: 'okta-resource-server:keys.rotated',
  introspectionSucceeded: 'okta-resource-server:introspection.succeeded',
  introspectionFailed: 'okta-resource-server:introspection.failed',
  tokenAccepted: 'okta-resource-server:token.accepted',
  tokenRefused: 'okta-resource-server:token.refused',
  statusUnchecked: 'okta-resource-server:status.unchecked',
  requestAnonymous: 'okta-resource-server:request.anonymous',
}

/** The check that fails with each code. */
describe('the channels', () => {
  it('are all listed here', () => {
    expect(Object.keys(channels).sort()).toEqual(Object.keys(NAMES).sort())
  })

  it.each(Object.entries(NAMES))('can be subscribed to by name: %s is %s', (key, name) => {
    const own = channels[key as keyof typeof channels]
    expect(own).toBe(channel(name))
    const received: unknown[] = []
    const receive = (message: unknown): void => void received.push(message)
    expect(own.hasSubscribers).toBe(false)
    subscribe(name, receive)
    expect(own.hasSubscribers).toBe(true)
    own.publish({ a: 1 })
    unsubscribe(name, receive)
    expect(received).toEqual([{ a: 1 }])
  })
})
