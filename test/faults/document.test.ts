import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, answers } from '../hostile-authorization-server/index.ts'
import { issuerStatus, outcome, refreshDue, Setting, unavailability } from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

const RUBBISH: readonly [string, Answer, string][] = [
  ['HTML', answers.text('<html>Sign in</html>', 'text/html'), 'content_type'],
  ['JSON that calls itself HTML', answers.genuine({ 'content-type': 'text/html' }), 'content_type'],
  ['no content type', answers.text('{"keys":[]}', null), 'content_type'],
  ['octets', answers.genuine({ 'content-type': 'application/octet-stream' }), 'content_type'],
  ['invalid JSON', answers.text('{"keys":['), 'invalid_json'],
  ['HTML that calls itself JSON', answers.text('<html></html>'), 'invalid_json'],
  ['nothing', answers.text(''), 'invalid_json'],
  ['null', answers.json(null), 'wrong_shape'],
  ['a number', answers.json(42), 'wrong_shape'],
  ['a list', answers.json([]), 'wrong_shape'],
  ['keys that are no list', answers.json({ keys: { a: 1 } }), 'wrong_shape'],
  ['huge headers', answers.hugeHeaders(), 'network'],
  ['not HTTP', answers.notHttp(), 'network'],
  ['a closed connection', answers.hangUp(), 'network'],
  ['204', answers.status(204), 'http_status'],
  ['404', answers.status(404), 'http_status'],
  ['500', answers.status(500), 'http_status'],
]

test.each(RUBBISH)('keys: %s, a typed error, and the last good set stays', async (_, answer, code) => {
  const { server } = setting
  const verifier = await setting.warmVerifier({ tokenCache: false })
  server.keys = answer
  expect(await refreshDue(setting, verifier, server.token())).toBe('accepted')
  expect(issuerStatus(verifier).lastError).toMatchObject({ name: 'RemoteDocumentError', code })
  expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
  expect(issuerStatus(verifier)).toMatchObject({ ready: true, keys: 1 })
})

test.each(RUBBISH)('metadata: %s, 503 with a typed error', async (_, answer) => {
  const { server } = setting
  server.metadata = answer
  const { refusal, wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(refusal.code).toBe('metadata_unavailable')
  expect(wire.message).toContain(server.issuer)
  expect(server.count('keys')).toBe(0)
})

test.each(['application/json', 'application/json; charset=utf-8', 'application/jwk-set+json', 'text/plain'])(
  'valid JSON of type %s is taken',
  async (type) => {
    const { server } = setting
    server.keys = answers.genuine({ 'content-type': type })
    expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
  },
)

test.each([
  ['another', (issuer: string) => issuer.replace('default', 'other')],
  ['none', () => undefined],
  ['a slash more', (issuer: string) => `${issuer}/`],
  ['another casing', (issuer: string) => issuer.toUpperCase()],
  ['a list with ours in it', (issuer: string) => [issuer]],
])('discovery with %s issuer is refused, its keys never fetched', async (_, change) => {
  const { server } = setting
  server.metadataMembers = { issuer: change(server.issuer) }
  const { refusal, wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(refusal.code).toBe('metadata_unavailable')
  expect(['issuer_mismatch', 'wrong_shape']).toContain(wire.code)
  expect(server.count('keys')).toBe(0)
})

test.each([
  ['file:', 'file:///etc/hostname', 'insecure_url'],
  ['data:', 'data:application/json,{"keys":[]}', 'insecure_url'],
  ['http beyond loopback', 'http://authorization.example/keys', 'insecure_url'],
  ['relative', '/v1/keys', 'wrong_shape'],
  ['absent', undefined, 'wrong_shape'],
])('jwks_uri that is %s is refused', async (_, uri, code) => {
  const { server } = setting
  server.metadataMembers = { jwks_uri: uri }
  const { wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(wire.code).toBe(code)
  expect(server.count('keys')).toBe(0)
})

test('metadata that turns to another issuer later does not move the keys', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  server.metadataMembers = { issuer: 'https://evil.example', jwks_uri: 'https://evil.example/keys' }
  expect(await refreshDue(setting, verifier, server.token(), 24.5)).toBe('accepted')
  expect(issuerStatus(verifier).lastError?.code).toBe('issuer_mismatch')
  expect(server.requests.at(-1)).toContain('/v1/keys')
})

test('the three metadata addresses are tried in turn', async () => {
  const { server } = setting
  server.metadata = (exchange) =>
    (exchange.request.url?.startsWith('/.well-known/') ? answers.genuine() : answers.status(404))(exchange)
  expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
  expect(server.count('metadata')).toBe(3)
})
