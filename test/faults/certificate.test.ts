import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  answers,
  type Certificate,
  selfSignedCertificate,
  trustingFetch,
} from '../hostile-authorization-server/index.ts'
import { runChild } from './child.ts'
import { outcome, Setting, unavailability } from './setting.ts'

let certificate: Certificate
let setting: Setting
beforeEach(async () => {
  certificate = selfSignedCertificate()
  setting = await Setting.open({ certificate })
})
afterEach(() => setting.close())

/** Returns an error and its chain of causes, outermost first. */
function causes(error: unknown): { code?: unknown; message: string }[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : []
}

test('an untrusted certificate causes a 503 whose causes name the problem', async () => {
  const { server } = setting
  const { refusal, wire } = await unavailability(setting.verifier().verify(server.token()))
  expect(wire.code).toBe('network')
  expect(causes(refusal).map(({ code }) => code)).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
  expect(causes(refusal).at(-1)?.message).toMatch(/self-signed certificate/)
  expect(server.requests).toHaveLength(0)
})

test('the fetch option can be used to trust a private CA', async () => {
  const verifier = setting.verifier({ fetch: trustingFetch(certificate.cert) })
  expect(await outcome(verifier.verify(setting.server.token()))).toBe('accepted')
})

test('NODE_EXTRA_CA_CERTS can be used to trust a private CA without any option [RFC8414-6.1-tls]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'private-ca-'))
  try {
    const file = join(folder, 'ca.pem')
    await writeFile(file, certificate.cert)
    const { server } = setting
    const child = await runChild('verify', {
      ISSUER: server.issuer,
      TOKEN: server.token(),
      NODE_EXTRA_CA_CERTS: file,
    })
    expect(child).toMatchObject({ code: 0, output: 'accepted' })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.each([
  ['an http: URL', (uri: string) => uri.replace('https:', 'http:')],
  ['a file: URL', () => 'file:///etc/hostname'],
  ['a data: URL', () => 'data:application/json,{"keys":[]}'],
])('a jwks_uri that is %s is rejected for an https issuer, even on a loopback host', async (_, change) => {
  const { server } = setting
  server.metadataMembers = { jwks_uri: change(server.jwksUri) }
  const verifier = setting.verifier({ fetch: trustingFetch(certificate.cert) })
  const { wire } = await unavailability(verifier.verify(server.token()))
  expect(wire.code).toBe('insecure_url')
  expect(server.count('keys')).toBe(0)
})

test('a redirect from https to http is rejected', async () => {
  const { server } = setting
  server.keys = answers.redirect(server.jwksUri.replace('https:', 'http:'))
  const verifier = setting.verifier({ fetch: trustingFetch(certificate.cert) })
  const { wire } = await unavailability(verifier.verify(server.token()))
  expect(wire.code).toBe('redirect_refused')
})
