import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAccessTokenVerifier } from '@okta-resource-server/core'
import { signToken } from '@okta-resource-server/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { outcome, Setting, unavailability } from '../faults/setting.ts'
import { answers, selfSignedCertificate } from '../hostile-authorization-server/index.ts'
import { judge } from './judge.ts'

let setting: Setting
beforeEach(async () => {
  setting = await Setting.open()
})
afterEach(() => setting.close())

async function wireCode(): Promise<string> {
  return (await unavailability(setting.verifier().verify(await setting.server.token()))).wire.code
}
const construct = (issuer: string) => () => createAccessTokenVerifier({ issuer, audience: 'api://default' })

test('an issuer that is not an https URL, or has a query or a fragment, is a configuration error [RFC8414-2-issuer] [RFC8414-6.1-confidential]', () => {
  for (const issuer of [
    'http://as.example',
    'ftp://as.example',
    'as.example',
    'https://as.example/?a=b',
    'https://as.example/?',
    'https://as.example/#a',
    'https://as.example/#',
    'https:as.example',
  ]) {
    expect(construct(issuer)).toThrowError(
      expect.objectContaining({ name: 'ConfigurationError', option: 'issuer' }),
    )
  }
  expect(construct('https://as.example')).not.toThrow()
})

test('an issuer on an Okta domain needs the path of a custom authorization server [OKTA-form-issuer] [OKTA-guide-org]', () => {
  for (const issuer of [
    'https://dev-1.okta.com',
    'https://dev-1.okta.com/oauth2',
    'https://dev-1.okta.com/oauth2/v1',
    'https://dev-1.okta.com/oauth2/default/',
    'https://dev-1.okta.com/oauth2/default/v1',
    'https://dev-1-admin.okta.com/oauth2/default',
    'https://dev-1.oktapreview.com',
    'https://{yourOktaDomain}/oauth2/default',
  ]) {
    expect(construct(issuer)).toThrowError(expect.objectContaining({ name: 'ConfigurationError' }))
  }
  expect(construct('https://dev-1.okta.com/oauth2/default')).not.toThrow()
})

test('a token of an issuer that is not configured is refused even if a configured key signed it [OKTA-form-issuer]', async () => {
  const iss = 'https://example.okta.com/oauth2/aus1other'
  expect(await judge(signToken({ claims: { iss } }))).toBe('issuer_not_allowed')
})

test('a jwks_uri that is not an https URL is not fetched [RFC8414-2-jwks-uri] [RFC7515-8-confidential]', async () => {
  for (const address of ['http://keys.example/keys', 'file:///etc/keys', 'ftp://keys.example/', 'data:,{}']) {
    setting.server.metadataMembers = { jwks_uri: address }
    expect(await wireCode()).toBe('insecure_url')
  }
  setting.server.metadataMembers = { jwks_uri: '/keys' }
  expect(await wireCode()).toBe('wrong_shape')
})

test('signed metadata is ignored in favour of the plain members [RFC8414-2.1-signed]', async () => {
  const { issuer } = setting.server
  const claims = {
    iss: issuer,
    issuer: 'https://attacker.example',
    jwks_uri: 'https://attacker.example/keys',
  }
  setting.server.metadataMembers = { signed_metadata: signToken({ claims }) }

  expect(await outcome(setting.verifier().verify(await setting.server.token()))).toBe('accepted')
  expect(setting.server.count('keys')).toBe(1)
})

/** The requests that a server with metadata at one path only receives. */
async function metadataAt(path: string, issuerPath: string) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${issuerPath}`
    if (request.url === path) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ issuer, jwks_uri: `${new URL(issuer).origin}/keys` }))
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${issuerPath}`
  const verifier = createAccessTokenVerifier({ issuer, audience: 'api://default' })
  await verifier.ready().catch(() => {})
  verifier.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  return asked
}

test('metadata is requested with GET, at the well-known path between host and path, without a trailing slash [RFC8414-3.1-get] [RFC8414-3.1-path]', async () => {
  const inserted = '/.well-known/oauth-authorization-server'
  for (const [issuerPath, path] of [
    ['', inserted],
    ['/', inserted],
    ['/tenant', `${inserted}/tenant`],
    ['/tenant/', `${inserted}/tenant`],
    ['/a/b', `${inserted}/a/b`],
  ] as const) {
    const asked = await metadataAt(path, issuerPath)
    expect(asked).toContain(`GET ${path}`)
    expect(asked.at(-1)).toBe('GET /keys')
    expect(asked.every((line) => line.startsWith('GET '))).toBe(true)
  }
})

test('metadata is a 200 with a JSON object, whatever its content type [RFC8414-3.2-response]', async () => {
  const genuine = JSON.stringify({ issuer: setting.server.issuer, jwks_uri: setting.server.jwksUri })
  for (const [answer, code] of [
    [answers.status(500), 'http_status'],
    [answers.status(404), 'http_status'],
    [answers.status(204), 'http_status'],
    [answers.text('<html></html>', 'text/html'), 'invalid_json'],
    [answers.text(`${genuine}x`), 'invalid_json'],
    [answers.text('[]'), 'wrong_shape'],
    [answers.text('null'), 'wrong_shape'],
    [answers.json({ jwks_uri: setting.server.jwksUri }), 'wrong_shape'],
    [answers.json({ issuer: setting.server.issuer }), 'wrong_shape'],
  ] as const) {
    setting.server.metadata = answer
    expect(await wireCode()).toBe(code)
  }
  for (const type of ['application/json', 'text/html', 'application/octet-stream', null]) {
    setting.server.metadata = answers.text(genuine, type)
    expect(await outcome(setting.verifier().verify(await setting.server.token()))).toBe('accepted')
  }
})

test('metadata that names another issuer is not used, and its keys are not fetched [PEER-metadata-of-another-issuer] [RFC8414-3.3-issuer] [RFC8414-6.2-impersonation] [RFC8414-4-comparison]', async () => {
  const { issuer, origin } = setting.server
  for (const other of [
    `${issuer}/`,
    origin,
    issuer.replace('http:', 'HTTP:'),
    issuer.replace('default', 'Default'),
    issuer.replace('default', 'd%65fault'),
    issuer.replace('127.0.0.1', 'localhost'),
    'https://attacker.example/oauth2/default',
  ]) {
    setting.server.metadataMembers = { issuer: other }
    expect(await wireCode()).toBe('issuer_mismatch')
  }
  expect(setting.server.count('keys')).toBe(0)

  setting.server.metadataMembers = { issuer: [issuer] }
  expect(await wireCode()).toBe('wrong_shape')
})

test('a server with an untrusted certificate is not used [RFC8414-6.1-certificate] [RFC8414-6.2-impersonation] [RFC7515-8-tls]', async () => {
  const secure = await Setting.open({ certificate: selfSignedCertificate() })
  const token = await secure.server.token()

  expect(await outcome(secure.verifier().verify(token))).toBe('503 metadata_unavailable')
  expect(await outcome(secure.verifier({ jwksUri: secure.server.jwksUri }).verify(token))).toBe(
    '503 keys_unavailable',
  )
  expect(secure.server.requests).toEqual([])
  await secure.close()
})
