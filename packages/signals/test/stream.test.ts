import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { okta, push, signalReceiver, useOkta } from './support/setting.ts'

useOkta()

const CHANNEL = 'okta-resource-server:stream.problem'
const problems: unknown[] = []
const listen = (message: unknown): void => void problems.push((message as { problem: unknown }).problem)

beforeEach(() => {
  problems.length = 0
  subscribe(CHANNEL, listen)
})
afterEach(() => {
  unsubscribe(CHANNEL, listen)
})

const seconds = (): number => Math.floor(Date.now() / 1_000)

describe('the status of a stream', () => {
  it.each(['paused', 'disabled'] as const)('shows that it is %s, until it is enabled', async (status) => {
    const receiver = signalReceiver()
    await receiver.ready()
    expect(receiver.status()).toMatchObject({ ready: true, problem: undefined, stream: undefined })
    expect(await push(receiver, await okta.streamUpdated(status))).toMatchObject({ status: 202 })
    expect(receiver.status()).toMatchObject({ ready: false, problem: status, stream: status })
    await push(receiver, await okta.streamUpdated('enabled'))
    expect(receiver.status()).toMatchObject({ ready: true, problem: undefined, stream: 'enabled' })
    expect(problems).toEqual([status, undefined])
  })

  it('does not go back to what an older event says', async () => {
    const receiver = signalReceiver()
    const old = await okta.streamUpdated('enabled', { claims: { iat: seconds() - 60 } })
    await push(receiver, await okta.streamUpdated('paused'))
    await push(receiver, old)
    expect(receiver.status()).toMatchObject({ problem: 'paused' })
  })

  it('shows when the last event and the last verification came', async () => {
    const receiver = signalReceiver()
    expect(receiver.status()).toMatchObject({ lastEvent: undefined, lastVerification: undefined })
    const iat = seconds() - 3
    await push(receiver, await okta.verification({ claims: { iat } }))
    const { lastEvent, lastVerification } = receiver.status()
    expect(lastVerification).toBe(iat * 1_000)
    expect(lastEvent).toBeGreaterThan(iat * 1_000)
  })

  it('shows the state of the keys', async () => {
    const receiver = signalReceiver()
    expect(receiver.status()).toMatchObject({ ready: false, issuer: { issuer: okta.issuer, keys: 0 } })
    await receiver.ready()
    expect(receiver.status()).toMatchObject({ ready: true, issuer: { keys: 1 } })
  })
})

it('a receiver that was closed answers with 503', async () => {
  const receiver = signalReceiver()
  await receiver.ready()
  receiver.close()
  expect(await push(receiver, await okta.sessionRevoked('a'))).toMatchObject({ status: 503 })
})

describe('a verification event', () => {
  it('is overdue once the set time has passed, and no longer once one comes', async () => {
    let ahead = 0
    const receiver = signalReceiver({ maxVerificationAge: 600_000, clock: () => Date.now() + ahead })
    await push(receiver, await okta.verification())
    ahead = 599_000
    expect(receiver.status().problem).toBeUndefined()
    ahead = 601_000
    expect(receiver.status()).toMatchObject({ ready: false, problem: 'verification_overdue' })
    await push(receiver, await okta.verification({ claims: { iat: seconds() + 601 } }))
    expect(receiver.status().problem).toBeUndefined()
  })

  it('that is an old one, sent again, does not count as new', async () => {
    let ahead = 0
    const receiver = signalReceiver({ maxVerificationAge: 600_000, clock: () => Date.now() + ahead })
    const event = await okta.verification()
    await push(receiver, event)
    ahead = 601_000
    await push(receiver, event)
    expect(receiver.status().problem).toBe('verification_overdue')
  })

  it('that is overdue is reported without being asked, once', async () => {
    signalReceiver({ maxVerificationAge: 20 })
    await vi.waitUntil(() => problems.length > 0)
    expect(problems).toEqual(['verification_overdue'])
  })

  it('is never overdue where none is expected', async () => {
    let ahead = 0
    const receiver = signalReceiver({ maxVerificationAge: null, clock: () => Date.now() + ahead })
    ahead = 10_000_000_000
    expect(receiver.status().problem).toBeUndefined()
  })
})
