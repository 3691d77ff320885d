import { randomBytes } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Answer, basic, type Form, Harness } from './harness.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const secret = randomBytes(32).toString('base64url')
const pair = await generateKeyPair('ES256')
const grants = { grant_types: ['client_credentials'] }
const harness = new Harness({
  clients: [
    {
      ...grants,
      client_id: 'shared',
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_jwt',
    },
    {
      ...grants,
      client_id: 'keyed',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256', use: 'sig', kid: 'one' }] },
    },
  ],
})
const request = { grant_type: 'client_credentials', scope: 'messages:read' }
let service: { clientId: string; clientSecret: string }
beforeAll(() => {
  service = harness.server.serviceClient
})

const requestToken = (form: Form, authorization?: string) =>
  harness.post('token', { ...request, ...form }, authorization === undefined ? {} : { authorization })

function expectError({ status, body }: Answer, expectedStatus: number, error: string) {
  expect({ status, error: body.error }).toEqual({ status: expectedStatus, error })
}

describe('a client can authenticate', () => {
  it('with client_secret_basic', async () => {
    expect((await requestToken({}, basic(service.clientId, service.clientSecret))).status).toBe(200)
  })

  it('with client_secret_post', async () => {
    const form = { client_id: service.clientId, client_secret: service.clientSecret }
    expect((await requestToken(form)).status).toBe(200)
  })

  it('with private_key_jwt', async () => {
    expect((await requestToken(await assertion('keyed'))).status).toBe(200)
  })

  it('with client_secret_jwt', async () => {
    expect((await requestToken(await assertion('shared'))).status).toBe(200)
  })
})

describe('client authentication fails', () => {
  it('with 401 invalid_client for an unknown id, a wrong secret, no credentials, or the wrong method', async () => {
    expectError(await requestToken({ client_id: 'unknown' }), 401, 'invalid_client')
    expectError(await requestToken({}, basic('unknown', 'secret')), 401, 'invalid_client')
    expectError(await requestToken({}, basic(service.clientId, 'wrong')), 401, 'invalid_client')
    expectError(await requestToken({}), 401, 'invalid_client')
    expectError(await requestToken({ client_id: service.clientId }), 401, 'invalid_client')
    expectError(await requestToken({}, basic(harness.server.clientId, 'secret')), 401, 'invalid_client')
  })

  it.each([
    'Basic',
    'Basic %%%',
    `Basic ${btoa('no colon')}`,
    basic('id', ''),
    basic('%zz', 'secret'),
    'Bearer abc',
  ])('with 401 invalid_client for the Authorization header %j', async (authorization) =>
    expectError(await requestToken({}, authorization), 401, 'invalid_client'),
  )

  it('with 400 invalid_request for more than one authentication method', async () => {
    const form = { client_id: service.clientId, client_secret: service.clientSecret }
    expectError(
      await requestToken(form, basic(service.clientId, service.clientSecret)),
      400,
      'invalid_request',
    )
  })

  it('with 401 invalid_client for an assertion that is malformed, expired, or has another issuer or audience', async () => {
    expectError(await requestToken(await assertion('keyed', { iss: 'other' })), 401, 'invalid_client')
    expectError(
      await requestToken(await assertion('keyed', { aud: 'https://other.example' })),
      401,
      'invalid_client',
    )
    expectError(await requestToken(await assertion('keyed', { exp: 1 })), 401, 'invalid_client')
    expectError(
      await requestToken({ client_assertion: 'a.b.c', client_assertion_type: ASSERTION_TYPE }),
      401,
      'invalid_client',
    )
  })

  it('with 401 invalid_client for an assertion with another subject, an iat in the future, or too long a lifetime', async () => {
    const now = Math.floor(Date.now() / 1000)
    for (const claims of [{ sub: 'other' }, { iat: now + 600 }, { exp: now + 7200 }, { exp: undefined }]) {
      expectError(await requestToken(await assertion('keyed', claims)), 401, 'invalid_client')
    }
    expect((await requestToken(await assertion('keyed', { exp: now + 3500 }))).status).toBe(200)
  })

  it('with 401 invalid_client for an assertion signed with another key, kid or algorithm', async () => {
    const other = await generateKeyPair('ES256')
    const shared = new TextEncoder().encode(secret)
    expectError(
      await requestToken(await assertion('keyed', {}, { key: other.privateKey })),
      401,
      'invalid_client',
    )
    const unknown = { key: other.privateKey, header: { alg: 'ES256', kid: 'two' } }
    expectError(await requestToken(await assertion('keyed', {}, unknown)), 401, 'invalid_client')
    const symmetric = { key: shared, header: { alg: 'HS256' } }
    expectError(await requestToken(await assertion('keyed', {}, symmetric)), 401, 'invalid_client')
  })

  it('with 401 invalid_client for an assertion used twice', async () => {
    const form = await assertion('keyed')
    expect((await requestToken(form)).status).toBe(200)
    expectError(await requestToken(form), 401, 'invalid_client')
  })

  it('with 400 invalid_request for another client_assertion_type', async () => {
    const form = { ...(await assertion('keyed')), client_assertion_type: 'saml' }
    expectError(await requestToken(form), 400, 'invalid_request')
  })
})

/** Creates a client assertion. Its times are checked against the system clock, not the injected clock. */
async function assertion(
  clientId: 'shared' | 'keyed',
  claims: object = {},
  change: { key?: CryptoKey | Uint8Array; header?: { alg: string; kid?: string } } = {},
): Promise<Form> {
  const now = Math.floor(Date.now() / 1000)
  const jti = randomBytes(16).toString('hex')
  const aud = `${harness.server.issuer}/v1/token`
  const payload = { iss: clientId, sub: clientId, aud, jti, iat: now, exp: now + 60, ...claims }
  const header = change.header ?? (clientId === 'keyed' ? { alg: 'ES256', kid: 'one' } : { alg: 'HS256' })
  const key = change.key ?? (clientId === 'keyed' ? pair.privateKey : new TextEncoder().encode(secret))
  const client_assertion = await new SignJWT(payload).setProtectedHeader(header).sign(key)
  return { client_assertion, client_assertion_type: ASSERTION_TYPE }
}
