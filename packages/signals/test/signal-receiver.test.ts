import {
  createAccessTokenVerifier,
  memoryRevocationStore,
  type ReplayStore,
  StoreError,
} from '@okta-resource-server/core'
import { describe, expect, it } from 'vitest'
import { listedStore, okta, push, signalReceiver, useOkta } from './support/setting.ts'
import type { Json } from './support/transmitter.ts'

useOkta()

const seconds = (): number => Math.floor(Date.now() / 1_000)
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const user = (sub: string, iss = okta.issuer): Json => ({ format: 'iss_sub', iss, sub })

describe('an event of Okta', () => {
  it('session-revoked refuses the tokens of the user that were issued before [SET-03]', async () => {
    const store = memoryRevocationStore()
    const verifier = createAccessTokenVerifier({
      issuer: okta.tokenIssuer,
      audience: 'api://default',
      revocation: { isRevoked: store },
    })
    const [ada, bob] = [await okta.accessToken('00u1ada'), await okta.accessToken('00u1bob')]
    const later = await okta.accessToken('00u1ada', { iat: seconds() + 3 })
    await verifier.verify(ada)

    const { status, body, headers } = await push(
      signalReceiver({ store }),
      await okta.sessionRevoked('00u1ada'),
    )
    expect({ status, body }).toEqual({ status: 202, body: '' })
    expect(headers['cache-control']).toBe('no-store')
    await expect(verifier.verify(ada)).rejects.toMatchObject({ code: 'token_revoked' })
    await expect(verifier.verify(bob)).resolves.toMatchObject({ subject: '00u1bob@example.com' })
    await expect(verifier.verify(later)).resolves.toMatchObject({ subject: '00u1ada@example.com' })
    verifier.close()
  })

  it('credential-change does the same', async () => {
    const store = listedStore()
    const { status } = await push(signalReceiver({ store }), await okta.credentialChange('00u1ada'))
    expect(status).toBe(202)
    expect(store.written).toMatchObject([{ issuer: okta.tokenIssuer, uid: '00u1ada' }])
  })

  it('revokes at every custom authorization server of the org', async () => {
    const store = listedStore()
    const tokenIssuers = ['https://a.example.com/oauth2/default', 'https://a.example.com/oauth2/aus1']
    await push(signalReceiver({ store, tokenIssuers }), await okta.sessionRevoked('00u1ada'))
    expect(store.written.map(({ issuer }) => issuer)).toEqual(tokenIssuers)
  })

  it('revokes by the claim sub where the transmitter is not Okta', async () => {
    const store = listedStore()
    await push(signalReceiver({ store, userClaim: 'sub' }), await okta.sessionRevoked('ada'))
    expect(store.written).toMatchObject([{ issuer: okta.tokenIssuer, subject: 'ada' }])
  })

  it('has its time in milliseconds or in seconds', async () => {
    const store = listedStore()
    const receiver = signalReceiver({ store })
    const time = seconds() - 90
    await push(receiver, await okta.sessionRevoked('a', { event_timestamp: time * 1_000 + 643 }))
    await push(receiver, await okta.sessionRevoked('b', { event_timestamp: time }))
    expect(store.written).toMatchObject([{ before: time + 0.643 }, { before: time }])
  })

  it.each([
    ['an hour ahead', () => (seconds() + 3_600) * 1_000, 0],
    ['at the end of time', () => Number.MAX_VALUE, 0],
    ['ahead, in a token that is from the future itself,', () => seconds() + 60, 60],
    ['missing, in a token that is from the future itself,', () => undefined, 60],
  ])('with a time %s covers nothing beyond now and the tolerance [SET-05]', async (_, time, ahead) => {
    const store = listedStore()
    const claims = { iat: seconds() + ahead }
    const set = await okta.sessionRevoked('a', { event_timestamp: time() }, { claims })
    await push(signalReceiver({ store, clockTolerance: 5 }), set)
    const [{ before = 0 } = {}] = store.written as { before?: number }[]
    expect(before).toBeLessThanOrEqual(Date.now() / 1_000 + 5)
    expect(before).toBeGreaterThan(seconds() - 60)
  })

  it.each([undefined, 'now', -1, null])('with the time %s counts from when it was issued', async (time) => {
    const store = listedStore()
    const iat = seconds() - 30
    const set = await okta.sessionRevoked('a', { event_timestamp: time }, { claims: { iat } })
    expect(await push(signalReceiver({ store }), set)).toMatchObject({ status: 202 })
    expect(store.written).toMatchObject([{ before: iat }])
  })

  it.each<[string, (sub: string) => { subject: unknown; sub_id?: unknown }]>([
    ['in the event', (sub) => ({ subject: user(sub) })],
    ['in the event, in a complex subject', (sub) => ({ subject: { format: 'complex', user: user(sub) } })],
    ['in sub_id', (sub) => ({ subject: undefined, sub_id: user(sub) })],
    [
      'in sub_id, in a complex subject',
      (sub) => ({ subject: undefined, sub_id: { format: 'complex', user: user(sub) } }),
    ],
    ['in both places', (sub) => ({ subject: user(sub), sub_id: user(sub) })],
  ])('has its subject %s [SET-04]', async (_, places) => {
    const store = listedStore()
    const { subject, sub_id } = places('00u1ada')
    const set = await okta.credentialChange('', { subject }, { claims: { sub_id } })
    expect(await push(signalReceiver({ store }), set)).toMatchObject({ status: 202 })
    expect(store.written).toMatchObject([{ uid: '00u1ada' }])
  })

  it('that is not known is acknowledged and ignored [SET-04]', async () => {
    const store = listedStore()
    const set = await okta.set({ [`${CAEP}assurance-level-change`]: { subject: user('a') } })
    expect(await push(signalReceiver({ store }), set)).toMatchObject({ status: 202 })
    expect(store.written).toEqual([])
  })

  it('is ignored if the option revokes returns false for it', async () => {
    const store = listedStore()
    const receiver = signalReceiver({
      store,
      revokes: ({ type, changeType }) => type === 'session-revoked' || changeType !== 'create',
    })
    for (const change_type of ['create', 'delete']) {
      await push(receiver, await okta.credentialChange(change_type, { change_type }))
    }
    expect(store.written).toMatchObject([{ uid: 'delete' }])
  })

  it('is verified with keys that the org has published since [SET-02]', async () => {
    const receiver = signalReceiver({ cooldownDuration: 100 })
    expect(await push(receiver, await okta.sessionRevoked('a'))).toMatchObject({ status: 202 })
    await okta.rotate()
    expect(await push(receiver, await okta.sessionRevoked('a'))).toMatchObject({ status: 202 })
  })

  it('is no access token, whatever signed it [SET-01]', async () => {
    const verifier = createAccessTokenVerifier({
      issuer: okta.tokenIssuer,
      audience: 'api://default',
      jwks: okta.jwks,
    })
    const now = seconds()
    const claims = {
      iss: okta.tokenIssuer,
      aud: 'api://default',
      exp: now + 60,
      cid: 'c',
      scp: ['a'],
      sub: 'a',
    }
    const set = await okta.sessionRevoked('a', {}, { claims })
    await expect(verifier.verify(set)).rejects.toMatchObject({ code: 'security_event_token' })
  })
})

describe('a token that is sent twice', () => {
  it('is accepted again, and reported as a duplicate [SET-05]', async () => {
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel')
    const messages: Json[] = []
    const listen = (message: unknown): void => void messages.push(message as Json)
    subscribe('okta-resource-server:signal.accepted', listen)
    const receiver = signalReceiver()
    const set = await okta.sessionRevoked('00u1ada')
    expect(await push(receiver, set)).toMatchObject({ status: 202 })
    expect(await push(receiver, set)).toMatchObject({ status: 202 })
    unsubscribe('okta-resource-server:signal.accepted', listen)
    const message = { receiver: 'events', issuer: okta.issuer, events: ['session-revoked'], revocations: 1 }
    expect(messages).toEqual([
      { ...message, duplicate: false },
      { ...message, duplicate: true },
    ])
  })

  it('is recorded after its revocation was stored, and not at all if that failed', async () => {
    const steps: string[] = []
    let isDown = true
    const replayStore: ReplayStore = { claim: () => steps.push('jti') > 0 }
    const store = {
      ...memoryRevocationStore(),
      async revoke() {
        steps.push('revoke')
        if (isDown) throw new StoreError('not_connected')
      },
    }
    const receiver = signalReceiver({ store, replayStore })
    const set = await okta.sessionRevoked('a')
    const { status, headers } = await push(receiver, set)
    expect(status).toBe(503)
    expect(headers['retry-after']).toBe('5')
    isDown = false
    expect(await push(receiver, set)).toMatchObject({ status: 202 })
    expect(steps).toEqual(['revoke', 'revoke', 'jti'])
  })

  it('is answered with 503 while it cannot be recorded', async () => {
    const answers = [new StoreError('timeout'), 'OK', true]
    const replayStore = {
      claim() {
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        return answer as boolean
      },
    }
    const receiver = signalReceiver({ replayStore })
    const set = await okta.sessionRevoked('a')
    const statuses = [await push(receiver, set), await push(receiver, set), await push(receiver, set)]
    expect(statuses.map(({ status }) => status)).toEqual([503, 503, 202])
  })
})
