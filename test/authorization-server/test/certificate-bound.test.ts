import { X509Certificate } from 'node:crypto'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { selfSignedCertificate } from '../../hostile-authorization-server/index.ts'
import { basic, Harness, MFA_OTP } from './harness.ts'

const SECRET = 'a-secret-of-a-client-in-a-test-0123456789'
const client = (id: string, grants: string[]) => ({
  client_id: id,
  client_secret: SECRET,
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: grants,
  tls_client_certificate_bound_access_tokens: true,
})
const harness = new Harness({
  knobs: { otpRateLimit: false },
  clients: [client('bound-service', ['client_credentials']), client('bound-app', ['password', MFA_OTP])],
})

const certificate = new X509Certificate(selfSignedCertificate().cert)
const CLIENT_CERT = `:${certificate.raw.toString('base64')}:`
const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')

const headersOf = (id: string, clientCert?: string): Record<string, string> => ({
  authorization: basic(id, SECRET),
  ...(clientCert !== undefined && { 'client-cert': clientCert }),
})
const service = (clientCert?: string) =>
  harness.post(
    'token',
    { grant_type: 'client_credentials', scope: 'messages:read' },
    headersOf('bound-service', clientCert),
  )

describe('a client with certificate-bound access tokens', () => {
  it('gets tokens that are bound to its certificate, of the token type Bearer', async () => {
    const { status, body } = await service(CLIENT_CERT)
    expect([status, body.token_type]).toEqual([200, 'Bearer'])
    expect(decodeJwt(body.access_token).cnf).toEqual({ 'x5t#S256': thumbprint })
  })

  it('gets such tokens for its users as well', async () => {
    const headers = headersOf('bound-app', CLIENT_CERT)
    const { body } = await harness.passwordStep({ client_id: undefined }, headers)
    const form = { client_id: undefined, otp: harness.freshOtp() }
    const answer = await harness.otpStep(body.mfa_token, form, headers)
    expect(decodeJwt(answer.body.access_token).cnf).toEqual({ 'x5t#S256': thumbprint })
  })

  it('gets no token without a certificate', async () => {
    for (const clientCert of [undefined, '', 'x']) {
      const { status, body } = await service(clientCert)
      expect([status, body.error]).toEqual([400, 'invalid_grant'])
    }
  })

  it('has tokens whose binding introspection shows (RFC 8705, section 3.2)', async () => {
    const { body } = await service(CLIENT_CERT)
    const introspected = await harness.post(
      'introspect',
      { token: body.access_token },
      headersOf('bound-service'),
    )
    expect(introspected.body).toMatchObject({
      active: true,
      token_type: 'Bearer',
      cnf: { 'x5t#S256': thumbprint },
    })
  })
})

it('other clients get tokens without a binding, also with a certificate', async () => {
  const { clientId, clientSecret } = harness.server.serviceClient
  const { body } = await harness.post(
    'token',
    { grant_type: 'client_credentials', scope: 'messages:read' },
    { authorization: basic(clientId, clientSecret), 'client-cert': CLIENT_CERT },
  )
  expect(decodeJwt(body.access_token)).not.toHaveProperty('cnf')
})
