import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type {
  AccessTokenVerifier,
  DiagnosticsMessages,
  IntrospectionOption,
} from '@okta-resource-server/core'
import { AUDIENCE } from '@okta-resource-server/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  answers,
  HostileAuthorizationServer,
  selfSignedCertificate,
  silentListener,
  trustingFetch,
} from '../hostile-authorization-server/index.ts'
import { outcome, Setting, tally, unavailability, until } from './setting.ts'

const MEGABYTE = 1_048_576
const CREDENTIALS = { clientId: 'api', clientSecret: 'canary-secret' }

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open({ path: '/as' })
})
afterEach(() => setting.close())

const verifierWith = (introspection: Partial<IntrospectionOption> = {}): AccessTokenVerifier =>
  setting.verifier({ introspection: { ...CREDENTIALS, ...introspection } as IntrospectionOption })

/** The reasons on the channel `introspection.failed` while something is done. */
async function reasonsOf(act: () => Promise<unknown>): Promise<string[]> {
  const name = 'okta-resource-server:introspection.failed'
  const reasons: string[] = []
  const listen = (message: unknown): void => {
    reasons.push((message as DiagnosticsMessages[typeof name]).reason)
  }
  subscribe(name, listen)
  try {
    await act()
  } finally {
    unsubscribe(name, listen)
  }
  return reasons
}

test('an opaque token is accepted, and one that is unknown is refused', async () => {
  const { server } = setting
  const verifier = verifierWith()
  const token = server.opaqueToken()
  expect((await verifier.verify(token, { scopes: ['messages:read'] })).claims.aud).toBe(AUDIENCE)
  expect(await outcome(verifier.verify('unknown'))).toBe('401 token_inactive')
  expect(server.asked).toEqual([token, 'unknown'])
  expect(server.count('metadata')).toBe(1)
  expect(server.count('keys')).toBe(0)
  expect(server.requests.join()).not.toContain(token)
})

const FAULTS: readonly [string, answers.Answer | (() => answers.Answer), string, string][] = [
  ['status 401', answers.status(401), 'credentials_refused', 'credentials'],
  ['status 403', answers.status(403), 'credentials_refused', 'credentials'],
  ['status 400', answers.status(400), 'http_status', 'invalid_answer'],
  ['status 404', answers.status(404), 'http_status', 'invalid_answer'],
  ['status 429', answers.status(429, { 'retry-after': '7' }), 'http_status', 'rate_limit'],
  ['status 500', answers.status(500), 'http_status', 'outage'],
  ['status 503', answers.status(503), 'http_status', 'outage'],
  ['status 503 with Retry-After', answers.status(503, { 'retry-after': '7' }), 'http_status', 'outage'],
  ['status 204', answers.status(204), 'http_status', 'invalid_answer'],
  ['HTML', answers.text('<html>active</html>', 'text/html'), 'invalid_json', 'invalid_answer'],
  ['nothing', answers.text(''), 'invalid_json', 'invalid_answer'],
  ['a list', answers.json([{ active: true }]), 'invalid_json', 'invalid_answer'],
  ['an object without active', answers.json({ error: 'invalid_token' }), 'wrong_shape', 'invalid_answer'],
  ['10 MB', answers.huge(10 * MEGABYTE), 'too_large', 'invalid_answer'],
  ['a stream without end', answers.endless(), 'too_large', 'invalid_answer'],
  ['100 MB, compressed', answers.compressedBomb(100 * MEGABYTE), 'too_large', 'invalid_answer'],
  ['headers without end', answers.hugeHeaders(), 'network', 'outage'],
  ['something else than HTTP', answers.notHttp(), 'network', 'outage'],
  ['a closed connection', answers.hangUp(), 'network', 'outage'],
  ['nothing at all', answers.hangBeforeHeaders(), 'timeout', 'outage'],
  ['half an answer', answers.stallInBody(), 'timeout', 'outage'],
  ['an answer byte by byte', answers.dripBody(), 'timeout', 'outage'],
]

test.each(FAULTS)(
  'an endpoint that answers with %s: 503 with Retry-After, never 401, and other tokens stay accepted [INTR-06]',
  async (_fault, answer, code, reason) => {
    const { server } = setting
    const verifier = verifierWith({ timeoutDuration: 500 })
    const known = server.opaqueToken()
    expect(await outcome(verifier.verify(known))).toBe('accepted')
    server.introspection = answer as answers.Answer
    const token = server.opaqueToken()
    const reasons = await reasonsOf(async () => {
      const { refusal, wire } = await unavailability(verifier.verify(token))
      expect(refusal.code).toBe('introspection_unavailable')
      expect(refusal.headers['www-authenticate']).toBeUndefined()
      expect(wire.code).toBe(code)
      expect(wire.message).not.toMatch(/opaque-|canary/)
      expect(await outcome(verifier.verify(known))).toBe('accepted')
    })
    expect(reasons).toEqual([reason])
  },
)

test.each([301, 302, 307, 308])(
  'a redirect with status %i is not followed, wherever it leads',
  async (code) => {
    const { server } = setting
    const other = await HostileAuthorizationServer.start()
    for (const location of [
      `${other.origin}/v1/introspect`,
      '/as/v1/introspect/elsewhere',
      `${server.origin}/v1/introspect`,
    ]) {
      server.introspection = answers.redirect(location, code)
      const before = server.asked.length
      const { wire } = await unavailability(verifierWith().verify(server.opaqueToken()))
      expect(wire.code).toBe('redirect_refused')
      expect(server.asked.length).toBe(before + 1)
    }
    expect(other.requests).toEqual([])
    await other.goDown()
  },
)

test('a server that does not listen, and one that accepts connections only, are outages', async () => {
  const silent = await silentListener()
  const endpoints = ['http://127.0.0.1:9/introspect', `http://127.0.0.1:${silent.port}/introspect`]
  for (const endpoint of endpoints) {
    const verifier = verifierWith({ endpoint, timeoutDuration: 300 })
    const { refusal } = await unavailability(verifier.verify('opaque-1'))
    expect(refusal.code).toBe('introspection_unavailable')
  }
  await silent.close()
})

test('unavailable metadata is an outage, and the endpoint is found once it is back', async () => {
  const { server, clock } = setting
  server.metadata = answers.status(503)
  const verifier = verifierWith()
  const { refusal } = await unavailability(verifier.verify(server.opaqueToken()))
  expect(refusal.code).toBe('introspection_unavailable')
  server.behave()
  clock.advance(10_000)
  expect(await outcome(verifier.verify(server.opaqueToken()))).toBe('accepted')
})

test('metadata that sends tokens to another origin is refused', async () => {
  const { server } = setting
  const other = await HostileAuthorizationServer.start()
  server.metadataMembers = { introspection_endpoint: `${other.issuer}/v1/introspect` }
  const { wire } = await unavailability(verifierWith().verify(server.opaqueToken()))
  expect(wire.code).toBe('endpoint_not_allowed')
  expect(other.requests).toEqual([])
  await other.goDown()
})

test('valid tokens in use do not wait while a flood waits for a server that does not respond', async () => {
  const { server } = setting
  const verifier = verifierWith({ timeoutDuration: 60_000 })
  const known = server.opaqueToken()
  expect(await outcome(verifier.verify(known))).toBe('accepted')
  server.introspection = answers.hangBeforeHeaders()
  const flood = Array.from({ length: 1_000 }, (_, index) => outcome(verifier.verify(`made-up-${index}`)))
  await until(() => server.hanging === 10)
  expect(await outcome(verifier.verify(known))).toBe('accepted')
  expect(server.hanging).toBe(10)
  verifier.close()
  const outcomes = await Promise.all(flood)
  expect(new Set(outcomes)).toEqual(new Set(['503 verifier_closed', '503 introspection_unavailable']))
  await until(() => server.hanging === 0)
})

test('10,000 made-up tokens make a bounded number of calls, and genuine tokens in use pass during the flood', async () => {
  const { server, clock } = setting
  const verifier = verifierWith({ maxCallsPerMinute: 200 })
  const genuine = Array.from({ length: 20 }, () => server.opaqueToken())
  expect(await tally(genuine.map((token) => verifier.verify(token)))).toEqual({ accepted: 20 })
  for (let round = 0; round < 10; round++) {
    const made = Array.from({ length: 1_000 }, (_, index) => verifier.verify(`made-up-${round}-${index}`))
    const counts = await tally(made)
    expect((counts['401 token_inactive'] ?? 0) + (counts['503 introspection_unavailable'] ?? 0)).toBe(1_000)
    // After the sixth round, the answers about them are too old and have to be renewed.
    clock.advance(5_100)
    expect(await tally(genuine.map((token) => verifier.verify(token)))).toEqual({ accepted: 20 })
  }
  expect(server.count('introspection')).toBeLessThanOrEqual(200)
}, 60_000)

test('a revoked token is refused once the answer is too old', async () => {
  const { server, clock } = setting
  const verifier = verifierWith()
  const token = server.opaqueToken()
  for (let time = 0; time < 3; time++) expect(await outcome(verifier.verify(token))).toBe('accepted')
  server.introspection = answers.json({ active: false })
  clock.advance(29_000)
  expect(await outcome(verifier.verify(token))).toBe('accepted')
  clock.advance(1_000)
  expect(await outcome(verifier.verify(token))).toBe('401 token_inactive')
})

test('an endpoint that moved is found again', async () => {
  const { server, clock } = setting
  const verifier = verifierWith()
  expect(await outcome(verifier.verify(server.opaqueToken()))).toBe('accepted')
  server.introspection = ({ request, response, genuine }) => {
    const moved = (request.url ?? '').includes('moved')
    response
      .writeHead(moved ? 200 : 404, { 'content-type': 'application/json' })
      .end(moved ? genuine() : '{}')
  }
  server.metadataMembers = { introspection_endpoint: `${server.issuer}/v1/introspect?moved` }
  await unavailability(verifier.verify(server.opaqueToken()))
  clock.advance(2_000)
  expect(await outcome(verifier.verify(server.opaqueToken()))).toBe('accepted')
})

test('the API authenticates by its certificate, at the alias for mutual TLS [INTR-09]', async () => {
  const [own, client, other] = [selfSignedCertificate(), selfSignedCertificate(), selfSignedCertificate()]
  const server = await HostileAuthorizationServer.start({ certificate: own, path: '/as' })
  const seen: string[] = []
  const endpoint = createServer(
    { ...own, ca: client.cert, requestCert: true, rejectUnauthorized: false },
    async (request, response) => {
      const socket = request.socket as TLSSocket
      let body = ''
      for await (const chunk of request) body += chunk
      seen.push(`${socket.authorized} ${new URLSearchParams(body).get('client_id')}`)
      const answer = { active: true, aud: AUDIENCE, scope: 'a', exp: Date.now() / 1_000 + 60 }
      response.writeHead(socket.authorized ? 200 : 401, { 'content-type': 'application/json' })
      response.end(JSON.stringify(socket.authorized ? answer : { error: 'invalid_client' }))
    },
  )
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve))
  const alias = `https://127.0.0.1:${(endpoint.address() as AddressInfo).port}/introspect`
  server.metadataMembers = { mtls_endpoint_aliases: { introspection_endpoint: alias } }
  const introspection = { clientId: 'api', authenticationMethod: 'self_signed_tls_client_auth' } as const
  const verifierOf = (certificate: typeof client): AccessTokenVerifier =>
    setting.verifier({ issuer: server.issuer, introspection, fetch: trustingFetch(own.cert, certificate) })
  expect(await outcome(verifierOf(client).verify('opaque-1'))).toBe('accepted')
  const { wire } = await unavailability(verifierOf(other).verify('opaque-1'))
  expect(wire.code).toBe('credentials_refused')
  expect(seen).toEqual(['true api', 'false api'])
  expect(server.count('introspection')).toBe(0)
  endpoint.closeAllConnections()
  endpoint.close()
  await server.goDown()
})
