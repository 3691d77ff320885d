import diagnosticsChannel from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import type { DiagnosticsMessages } from '@okta-resource-server/core'
import { accessTokenClaims, CLIENT_ID } from '@okta-resource-server/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answers } from '../hostile-authorization-server/index.ts'
import { outcome, refreshDue, Setting } from './setting.ts'

const CHANNELS = [
  'fetch.started',
  'fetch.succeeded',
  'fetch.failed',
  'refresh.started',
  'refresh.succeeded',
  'refresh.failed',
  'keys.rotated',
  'token.accepted',
  'token.refused',
] as const

type Name = keyof DiagnosticsMessages
const named = (short: (typeof CHANNELS)[number]): Name => `okta-resource-server:${short}`

let setting: Setting
let received: { name: string; message: unknown }[]
const listen = (message: unknown, name: string | symbol): void => {
  received.push({ name: String(name).replace('okta-resource-server:', ''), message })
}

beforeEach(async () => {
  received = []
  setting = await Setting.open()
  for (const short of CHANNELS) diagnosticsChannel.subscribe(named(short), listen)
})
afterEach(async () => {
  for (const short of CHANNELS) diagnosticsChannel.unsubscribe(named(short), listen)
  await setting.close()
})

function messages(name: (typeof CHANNELS)[number]): unknown[] {
  return received.filter((one) => one.name === name).map(({ message }) => message)
}

test('a cold start publishes the refresh and its two fetches, in order', async () => {
  const { server } = setting
  server.keys = answers.genuine({ 'cache-control': 'max-age=600' })
  await setting.warmVerifier()
  const { issuer, jwksUri } = server
  const metadata = `${issuer}/.well-known/oauth-authorization-server`
  expect(received).toEqual([
    { name: 'refresh.started', message: { issuer, reason: 'first_use' } },
    { name: 'fetch.started', message: { url: metadata } },
    { name: 'fetch.succeeded', message: { url: metadata, maxAge: undefined } },
    { name: 'fetch.started', message: { url: jwksUri } },
    { name: 'fetch.succeeded', message: { url: jwksUri, maxAge: 600 } },
    { name: 'refresh.succeeded', message: { issuer, reason: 'first_use', keys: 1, added: 1, withdrawn: 0 } },
    { name: 'keys.rotated', message: { issuer, added: 1, withdrawn: 0 } },
  ])
})

test('a rotation publishes the number of added and withdrawn keys, and the reason for the fetch', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const next = await server.rotate({ withdraw: true })
  await verifier.verify(server.token(next))
  const { issuer } = server
  expect(messages('keys.rotated').at(-1)).toEqual({ issuer, added: 1, withdrawn: 1 })
  expect(messages('refresh.succeeded').at(-1)).toMatchObject({ reason: 'unknown_key', keys: 1 })
})

test('a failed fetch and a failed refresh are published with their errors', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  server.keys = answers.status(503)
  await refreshDue(setting, verifier, server.token())
  expect(messages('fetch.failed')).toMatchObject([{ url: server.jwksUri, error: { status: 503 } }])
  expect(messages('refresh.failed')).toMatchObject([
    { issuer: server.issuer, reason: 'due', error: { code: 'http_status' } },
  ])
})

test('accepted tokens are published with their cache status, refused ones with an error code', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  const token = server.token()
  for (let times = 0; times < 3; times++) await verifier.verify(token)
  await outcome(verifier.verify(server.forgedToken()))
  await outcome(verifier.verify(token, { scopes: ['admin'] }))
  await outcome(verifier.authenticate({ headers: {} }))
  const known = { issuer: server.issuer, clientId: CLIENT_ID }
  expect(messages('token.accepted')).toEqual([
    { ...known, cached: false },
    { ...known, cached: false },
    { ...known, cached: true },
  ])
  const forged = { issuer: server.issuer, clientId: undefined, cached: false, requirement: undefined }
  const hint = expect.any(String)
  expect(messages('token.refused')).toEqual([
    { ...forged, code: 'key_unknown', check: 'signature', hint },
    {
      ...known,
      cached: true,
      code: 'insufficient_scope',
      check: 'requirements',
      hint,
      requirement: 'scopes',
    },
    { ...forged, issuer: undefined, code: 'missing_token', check: 'credentials', hint },
  ])
})

test('no message contains a token, a part of one, or a claim other than the issuer and a verified client id', async () => {
  const { server } = setting
  const verifier = setting.verifier()
  const canaries = [server.token(), server.forgedToken(), `${server.token()}x`]
  for (const canary of canaries) await outcome(verifier.verify(canary))
  await server.rotate({ withdraw: true })
  for (const canary of [server.token(), ...canaries]) {
    await outcome(verifier.authenticate({ headers: { authorization: `Bearer ${canary}` } }))
  }
  await server.goDown()
  await outcome(verifier.verify(server.forgedToken()))
  await refreshDue(setting, verifier, server.token())
  expect(new Set(received.map(({ name }) => name))).toEqual(new Set(CHANNELS))
  const published = inspect(received, { depth: null, maxStringLength: null, showHidden: true })
  for (const canary of canaries) {
    for (const part of canary.split('.')) expect(published).not.toContain(part)
  }
  expect(published).not.toContain(accessTokenClaims().sub)
  const withClientId = received.filter(({ message }) => inspect(message, { depth: null }).includes(CLIENT_ID))
  expect(new Set(withClientId.map(({ name }) => name))).toEqual(new Set(['token.accepted']))
})
