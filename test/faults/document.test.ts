import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, answers } from '../hostile-authorization-server/index.ts'
import { issuerStatus, outcome, refreshDue, Setting, unavailability } from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

const INVALID: readonly [string, Answer, string][] = [
  ['HTML', answers.text('<html>Sign in</html>', 'text/html'), 'invalid_json'],
  ['HTML without a content type', answers.text('<html>Sign in</html>', null), 'invalid_json'],
  ['invalid JSON', answers.text('{"keys":['), 'invalid_json'],
  ['HTML with the content type JSON', answers.text('<html></html>'), 'invalid_json'],
  ['empty', answers.text(''), 'invalid_json'],
  ['null', answers.json(null), 'wrong_shape'],
  ['a number', answers.json(42), 'wrong_shape'],
  ['an array', answers.json([]), 'wrong_shape'],
  ['an object whose keys member is not an array', answers.json({ keys: { a: 1 } }), 'wrong_shape'],
  ['sent with huge headers', answers.hugeHeaders(), 'network'],
  ['not HTTP', answers.notHttp(), 'network'],
  ['missing because the connection was closed', answers.hangUp(), 'network'],
  ['a 204', answers.status(204), 'http_status'],
  ['a 404', answers.status(404), 'http_status'],
  ['a 500', answers.status(500), 'http_status'],
]

test.each(INVALID)(
  'a key response that is %s causes a typed error, and the last valid JWK Set stays in use',
  async (_, answer, code) => {
    const { server } = setting
    const verifier = await setting.warmVerifier({ tokenCache: false })
    server.keys = answer
    expect(await refreshDue(setting, verifier, server.token())).toBe('accepted')
    expect(issuerStatus(verifier).lastError).toMatchObject({ name: 'RemoteDocumentError', code })
    expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
    expect(issuerStatus(verifier)).toMatchObject({ ready: true, keys: 1 })
  },
)

test.each(INVALID)('a metadata response that is %s causes a 503 with a typed error', async (_, answer) => {
  const { server } = setting
  server.metadata = answer
  const { refusal, wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(refusal.code).toBe('metadata_unavailable')
  expect(wire.message).toContain(server.issuer)
  expect(server.count('keys')).toBe(0)
})

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'application/jwk-set+json',
  'text/plain',
  'text/html',
  'application/octet-stream',
])('valid JSON of type %s is accepted', async (type) => {
  const { server } = setting
  server.keys = answers.genuine({ 'content-type': type })
  server.metadata = answers.genuine({ 'content-type': type })
  expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
})

test('valid JSON without a content type is accepted', async () => {
  const { server } = setting
  server.keys = answers.text(JSON.stringify({ keys: [server.signingKey.jwk] }), null)
  expect(await outcome(setting.verifier().verify(server.token()))).toBe('accepted')
})

test.each([
  ['has another path', (issuer: string) => issuer.replace('default', 'other')],
  ['is missing', () => undefined],
  ['has an additional slash', (issuer: string) => `${issuer}/`],
  ['differs in case', (issuer: string) => issuer.toUpperCase()],
  ['is a list containing the right one', (issuer: string) => [issuer]],
])('metadata whose issuer %s is rejected, and its keys are not fetched', async (_, change) => {
  const { server } = setting
  server.metadataMembers = { issuer: change(server.issuer) }
  const { refusal, wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(refusal.code).toBe('metadata_unavailable')
  expect(['issuer_mismatch', 'wrong_shape']).toContain(wire.code)
  expect(server.count('keys')).toBe(0)
})

test.each([
  ['a file: URL', 'file:///etc/hostname', 'insecure_url'],
  ['a data: URL', 'data:application/json,{"keys":[]}', 'insecure_url'],
  ['an http: URL of a non-loopback host', 'http://authorization.example/keys', 'insecure_url'],
  ['a relative URL', '/v1/keys', 'wrong_shape'],
  ['absent', undefined, 'wrong_shape'],
])('a jwks_uri that is %s is rejected', async (_, uri, code) => {
  const { server } = setting
  server.metadataMembers = { jwks_uri: uri }
  const { wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(wire.code).toBe(code)
  expect(server.count('keys')).toBe(0)
})

test('refreshed metadata of another issuer does not change the jwks_uri', async () => {
  const { server } = setting
  const verifier = await setting.warmVerifier()
  server.metadataMembers = { issuer: 'https://evil.example', jwks_uri: 'https://evil.example/keys' }
  expect(await refreshDue(setting, verifier, server.token(), 24.5)).toBe('accepted')
  expect(issuerStatus(verifier).lastError?.code).toBe('issuer_mismatch')
  expect(server.requests.at(-1)).toContain('/v1/keys')
})

test.each([404, 401, 500, 502])(
  'the four metadata URLs are tried in order, if others are a %i',
  async (code) => {
    const { server } = setting
    const isLast = (url = ''): boolean => url.startsWith('/.well-known/openid-configuration')
    server.metadata = (exchange) =>
      (isLast(exchange.request.url) ? answers.genuine() : answers.status(code))(exchange)
    const verifier = setting.verifier()
    expect(await outcome(verifier.verify(server.token()))).toBe('accepted')
    expect(server.count('metadata')).toBe(4)

    expect(await refreshDue(setting, verifier, server.token(), 24.5)).toBe('accepted')
    expect(server.count('metadata')).toBe(5)
  },
)
