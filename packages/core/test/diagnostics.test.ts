import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { channels, type DiagnosticsMessages } from '../src/diagnostics.ts'

const NAMES: Record<keyof typeof channels, keyof DiagnosticsMessages> = {
  fetchStarted: 'okta-resource-server:fetch.started',
  fetchSucceeded: 'okta-resource-server:fetch.succeeded',
  fetchFailed: 'okta-resource-server:fetch.failed',
  refreshStarted: 'okta-resource-server:refresh.started',
  refreshSucceeded: 'okta-resource-server:refresh.succeeded',
  refreshFailed: 'okta-resource-server:refresh.failed',
  keysRotated: 'okta-resource-server:keys.rotated',
  tokenAccepted: 'okta-resource-server:token.accepted',
  tokenRefused: 'okta-resource-server:token.refused',
}

describe('the channels', () => {
  it('are these, and cannot be exchanged', () => {
    expect(Object.keys(channels)).toEqual(Object.keys(NAMES))
    expect(Object.isFrozen(channels)).toBe(true)
  })

  it.each(Object.entries(NAMES))('have names by which anybody may subscribe: %s is %s', (key, name) => {
    const own = channels[key as keyof typeof channels]
    expect(own).toBe(channel(name))
    const heard: unknown[] = []
    const listen = (message: unknown): void => void heard.push(message)
    expect(own.hasSubscribers).toBe(false)
    subscribe(name, listen)
    expect(own.hasSubscribers).toBe(true)
    own.publish({ a: 1 })
    unsubscribe(name, listen)
    expect(heard).toEqual([{ a: 1 }])
  })
})
