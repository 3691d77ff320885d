import { AUDIENCE } from '@okta-resource-server/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answers, HostileAuthorizationServer } from '../hostile-authorization-server/index.ts'
import { doctor, doctorProgram } from './program.ts'

let server: HostileAuthorizationServer
let options: readonly string[]

beforeEach(async () => {
  server = await HostileAuthorizationServer.start()
  options = ['--issuer', server.issuer, '--audience', AUDIENCE, '--timeout', '20000']
})
afterEach(() => server?.goDown())

describe('an authorization server that is unavailable: 3', () => {
  test.each([
    ['that fails', { metadata: answers.status(503) }, 'http_status'],
    ['whose keys fail', { keys: answers.status(500) }, 'http_status'],
    ['that limits requests', { metadata: answers.status(429) }, 'http_status'],
    ['that never responds', { metadata: answers.hangBeforeHeaders() }, 'timeout'],
    ['that stalls in the keys', { keys: answers.stallInBody() }, 'timeout'],
    ['that hangs up', { keys: answers.hangUp() }, 'network'],
    ['that speaks no HTTP', { metadata: answers.notHttp() }, 'network'],
  ])('%s', async (_what, answer, code) => {
    Object.assign(server, answer)
    const { status, output } = await doctor(
      [...options, '--timeout', code === 'timeout' ? '500' : '20000', '--token-stdin'],
      server.token(),
    )

    expect(output).toContain(code)
    expect(output).toContain('signature: ')
    expect(status).toBe(3)
  })

  test('that does not listen', async () => {
    await server.goDown()

    expect((await doctorProgram(options)).status).toBe(3)
  })
})

describe('a configuration that is wrong: 2', () => {
  test('an issuer that differs by the slash at its end', async () => {
    server.metadataMembers = { issuer: `${server.issuer}/` }
    const { status, output } = await doctor(options)

    expect(status).toBe(2)
    expect(output).toContain('issuer_mismatch')
    expect(output).toContain(`of issuer ${server.issuer}/`)
  })

  test.each([
    ['metadata is not there', { metadata: answers.status(404) }, 'http_status'],
    ['metadata is HTML', { metadata: answers.text('<p>', 'text/html') }, ''],
    ['keys are no JWK Set', { keys: answers.json({}) }, 'wrong_shape'],
    ['no key is usable', { keys: answers.json({ keys: [] }) }, 'no_usable_key'],
    [
      'metadata is redirected elsewhere',
      { metadata: answers.redirect('https://other.example/') },
      'redirect_refused',
    ],
  ])('%s', async (_what, answer, code) => {
    Object.assign(server, answer)
    const { status, output } = await doctor(options)

    expect(output).toContain(code)
    expect(status).toBe(2)
  })
})

describe('a hostile authorization server', () => {
  test.each([
    ['endless', answers.endless()],
    ['huge', answers.huge(5_000_000)],
    ['a compressed bomb', answers.compressedBomb(50_000_000)],
  ])('cannot make it read more than a megabyte: %s', async (_what, answer) => {
    server.keys = answer
    const { status, output } = await doctor(options)

    expect(output).toContain('too_large')
    expect(status).toBe(2)
  })

  test('cannot make it print control characters', async () => {
    server.metadataMembers = { issuer: 'https://x.example/\u001b[2J\u009b\u202e' }
    server.otherKeys = [
      { kid: '\u001b]0;x\u0007', kty: 'RSA\u001b', alg: '\u009b', use: '\r', x5c: ['AA=='] },
    ]
    for (const flags of [[], ['--json', '--show-claims'], ['--jwks-uri', server.jwksUri]]) {
      const { output, errors } = await doctor([...options, ...flags])
      expect(output + errors).not.toMatch(/[^\P{C}\n]/u)
    }
  })
})

test('fetches nothing that a token names', async () => {
  const other = await HostileAuthorizationServer.start()
  try {
    const token = other.token()
    const { status, output } = await doctor([...options, '--token-stdin'], token)

    expect(status).toBe(1)
    expect(output).toContain('issuer_not_allowed')
    expect(other.requests).toEqual([])
  } finally {
    await other.goDown()
  }
})

test('measures the difference of the clocks', async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString()
  server.metadata = answers.genuine({ date })
  const { output } = await doctor(options)

  expect(output).toMatch(/is 3[56]\d\d s ahead/)
  expect(output).toContain('clock_difference')
})

test('shows the age of keys that tell it', async () => {
  const [old] = [Math.floor(Date.now() / 1_000) - 10 * 86_400 - 60]
  server.otherKeys = [{ ...server.signingKey.jwk, kid: 'old', iat: old }]
  const { output } = await doctor(options)

  expect(output).toContain('old: RSA, RS256, sig, 10 days old')
  expect(output).toContain('age unknown')
})

test.each([Date.now(), 1e306, -1e306])('does not know the age of a key with iat %d', async (iat) => {
  server.otherKeys = [{ ...server.signingKey.jwk, kid: 'odd', iat }]
  const { output } = await doctor(options)

  expect(output).toContain('odd: RSA, RS256, sig, age unknown')
})

test('ignores a date that an endless Age makes endless', async () => {
  server.metadata = answers.genuine({ age: '1e400' })
  const { output } = await doctor(options)

  expect(output).toContain('clock: no difference')
  expect(output).not.toContain('Infinity')
})

test('reads the metadata of an issuer that is no URL', async () => {
  server.metadataMembers = { issuer: 'acme.com' }
  const metadata = ['--metadata-uri', `${server.issuer}/.well-known/openid-configuration`]
  const { status, output } = await doctor(['--issuer', 'acme.com', '--audience', AUDIENCE, ...metadata])

  expect(output).toContain('openid-configuration: metadata')
  expect(status).toBe(0)
})
