import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSignedCertificate } from '../hostile-authorization-server/index.ts'
import { doctor, doctorProgram } from './program.ts'

let server: AuthorizationServer
let options: readonly string[]

beforeAll(async () => {
  server = await startAuthorizationServer()
  options = ['--issuer', server.issuer, '--audience', server.audience]
})
afterAll(() => server?.stop())

describe('without a token', () => {
  test('shows where metadata and keys were found, each key, and the clocks: 0', async () => {
    const { status, output, errors } = await doctorProgram(options)

    expect(errors).toBe('')
    expect(status).toBe(0)
    expect(output).toContain(`${server.issuer}/.well-known/oauth-authorization-server: metadata`)
    expect(output).toContain(`${server.issuer}/v1/keys: keys`)
    expect(output).toContain(`${server.keys.currentKid}: RSA, RS256`)
    expect(output).toContain('clock: no difference')
  })

  test('reads the environment variables', async () => {
    const { status } = await doctorProgram([], '', {
      OKTA_OAUTH2_ISSUER: server.issuer,
      OKTA_OAUTH2_AUDIENCE: server.audience,
    })

    expect(status).toBe(0)
  })
})

describe('with what a route requires', () => {
  const ask = (token: string, ...args: readonly string[]) =>
    doctor([...options, '--token-stdin', ...args], token)

  test('explains which authentication is missing: 1', async () => {
    const token = await server.issueToken({ claims: { acr: 'urn:okta:loa:1fa:any', auth_time: 1 } })
    const { status, output } = await ask(token, '--acr', 'phr', '--max-age', '60')

    expect(status).toBe(1)
    expect(output).toContain('FAIL requirement authentication: insufficient_user_authentication')
    expect(output).toContain('found   acr = urn:okta:loa:1fa:any, auth_time = 1')
    expect(output).toContain('wanted  authentication = {"acrValues":["phr"],"maxAge":60}')
    expect((await ask(token, '--acr', 'urn:okta:loa:1fa:any')).status).toBe(0)
  })

  test('compares the binding of a token with a certificate: 0 or 1', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'doctor-'))
    try {
      const [ours, theirs] = [selfSignedCertificate(), selfSignedCertificate()]
      const [file, otherFile] = [join(folder, 'ours.pem'), join(folder, 'theirs.pem')]
      await Promise.all([writeFile(file, ours.cert), writeFile(otherFile, theirs.cert)])
      const thumbprint = createHash('sha256').update(new X509Certificate(ours.cert).raw).digest('base64url')
      const token = await server.issueToken({ claims: { cnf: { 'x5t#S256': thumbprint } } })

      expect((await ask(token, '--client-certificate', file, '--possession', 'mtls')).status).toBe(0)
      const other = await ask(token, '--client-certificate', otherFile)
      expect(other.status).toBe(1)
      expect(other.output).toContain('FAIL possession: certificate_mismatch')
      const none = await ask(token)
      expect(none.status).toBe(1)
      expect(none.output).toContain('FAIL possession: sender_constrained')
      for (const { output } of [other, none]) expect(output).not.toContain(thumbprint)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test.each([
    [['--client-certificate', '/nonexistent.pem'], /--client-certificate cannot be read/],
    [['--client-certificate', import.meta.filename], /--client-certificate cannot be read/],
    [['--possession', 'tls'], /possession must be 'any', 'dpop' or 'mtls'/],
    [['--max-age', '1.5'], /authentication\.maxAge must be an integer/],
  ])('refuses %j: 2', async (args, message) => {
    const { status, errors } = await ask(await server.issueToken(), ...args)

    expect([status, errors]).toEqual([2, expect.stringMatching(message)])
  })
})

describe('with a token on standard input', () => {
  test('shows each check of a token that is accepted: 0', async () => {
    const token = await server.issueToken()
    const { status, output } = await doctor([...options, '--token-stdin'], `${token}\n`)

    expect(status).toBe(0)
    expect(output).toContain('Token: accepted')
    expect(output).not.toMatch(/FAIL|unverified/)
  })

  test('shows every reason why a token is refused, and how to fix it: 1', async () => {
    const token = await server.issueToken({ expiresIn: -3_600, audience: 'api://another' })
    const { status, output } = await doctorProgram([...options, '--token-stdin'], token)

    expect(status).toBe(1)
    expect(output).toContain('FAIL times: token_expired')
    expect(output).toContain('FAIL audience: audience_mismatch')
    expect(output).toContain('found   aud = api://another')
    expect(output).toContain(`wanted  aud = ["${server.audience}"]`)
    expect(output).toMatch(/fix {5}\S/)
  })

  test('checks scopes: 1', async () => {
    const token = await server.issueToken({ scopes: ['messages:read'] })
    const run = (scope: string) => doctor([...options, '--token-stdin', '--scope', scope], token)

    expect((await run('messages:read')).status).toBe(0)
    const { status, output } = await run('messages:admin')
    expect(status).toBe(1)
    expect(output).toContain('FAIL requirement scopes: insufficient_scope')
  })

  test('accepts it with the name of the header and the scheme', async () => {
    const token = await server.issueToken()

    expect((await doctor([...options, '--token-stdin'], `Authorization: Bearer ${token}`)).status).toBe(0)
  })

  test('never prints a part of the token', async () => {
    const tokens = [
      await server.issueToken(),
      await server.issueToken({ key: 'stranger' }),
      await server.issueToken({ kind: 'id' }),
      `${await server.issueToken()}.${'x'.repeat(100)}`,
    ]
    for (const token of tokens) {
      for (const flags of [[], ['--json'], ['--json', '--show-claims']]) {
        const { output, errors } = await doctor([...options, '--token-stdin', ...flags], token)
        for (const segment of token.split('.')) expect(output + errors).not.toContain(segment)
      }
    }
  })

  test('escapes control characters', async () => {
    const claims = { aud: 'a\u001b[2Jb\u009b\u202ec\r\nd', sub: '\u0007' }
    const token = await server.issueToken({ claims })
    for (const flags of [[], ['--json', '--show-claims']]) {
      const { output } = await doctor([...options, '--token-stdin', ...flags], token)
      expect(output).toContain(
        flags.length === 0 ? 'a\\u{1b}[2Jb\\u{9b}\\u{202e}c\\u{d}\\u{a}d' : 'a\\u001b[2Jb',
      )
      expect(output).not.toMatch(/[^\P{C}\n]/u)
    }
  })
})

describe('--json', () => {
  test('hides subjects, clients and hosts', async () => {
    const claims = { sub: 'someone@example.com', aud: [server.audience, server.clientId] }
    const token = await server.issueToken({ claims })
    const args = [...options, '--client-id', server.clientId, '--token-stdin', '--json']
    const hidden = await doctor(args, token)
    const shown = await doctor([...args, '--show-claims'], token)

    for (const secret of ['someone@example.com', server.clientId, '127.0.0.1']) {
      expect(shown.output).toContain(secret)
      expect(hidden.output).not.toContain(secret)
    }
    expect(JSON.parse(hidden.output)).toMatchObject({ version: 1, status: 0, token: { accepted: true } })
  })
})

describe('a wrong configuration: 2', () => {
  test.each([
    ['an unknown option', ['--issuers', 'x']],
    ['an option without its value', ['--issuer']],
    ['a number that is none', ['--clock-tolerance', 'x']],
    ['an audience beside none', ['--audience', 'x', '--no-audience']],
  ])('%s', async (_what, args) => {
    const { status, output, errors } = await doctor(args)

    expect([status, output]).toEqual([2, ''])
    expect(errors).toContain('--help')
  })

  test('a token as an argument, which is not repeated', async () => {
    const token = await server.issueToken()
    for (const args of [[token], ['--token', token], [`--token=${token}`], ['--token-stdin', token]]) {
      const { status, output, errors } = await doctor([...options, ...args])

      expect([status, output]).toEqual([2, ''])
      expect(errors).toContain('standard input')
      for (const segment of token.split('.')) expect(errors).not.toContain(segment)
    }
  })

  test('no issuer', async () => {
    const { status, errors } = await doctorProgram([])

    expect(status).toBe(2)
    expect(errors).toContain('OKTA_OAUTH2_ISSUER')
  })

  test('no token on standard input, or too much', async () => {
    expect((await doctor([...options, '--token-stdin'], '\n')).status).toBe(2)
    expect((await doctor([...options, '--token-stdin'], 'x'.repeat(1_100_000))).status).toBe(2)
  })
})

test('--help shows every option: 0', async () => {
  const { status, output } = await doctor(['--help'])

  expect(status).toBe(0)
  expect(output).toContain('--token-stdin')
})
