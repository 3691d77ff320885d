import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type FetchTokensOptions, fetchTokens, MfaOtpError } from '../src/index.ts'
import {
  METADATA,
  mfaRequired,
  optionsFor,
  type Script,
  startServer,
  tokens,
  wrongOtp,
} from './scripted-server.ts'

const canaries = {
  password: `pass<canary>&"'+ word`,
  clientSecret: 'client:secret+canary',
  otp: '918273',
  mfaToken: 'mfaTokenCanary-_x',
  accessToken: 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl',
}

/** The encodings in which a server or a proxy may return a value. */
function encodingsOf(value: string): string[] {
  const form = new URLSearchParams([['', value]]).toString().slice(1)
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [
    value,
    value.toUpperCase(),
    form,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    html.replaceAll('"', '&quot;'),
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ]
}

const all = [
  ...[canaries.password, canaries.clientSecret, canaries.otp, canaries.mfaToken].flatMap(encodingsOf),
  canaries.accessToken,
  canaries.accessToken.toUpperCase(),
  btoa(`client:${encodeURIComponent(canaries.clientSecret)}`),
]

async function failureOf(
  scripts: Script[],
  change: Partial<FetchTokensOptions> = {},
  metadata?: Script,
): Promise<unknown> {
  const server = await startServer()
  if (metadata) server.scripts[METADATA] = [metadata]
  server.token(...scripts)
  const { password, clientSecret, otp } = canaries
  const options = { ...optionsFor(server), password, clientSecret, otp: () => otp, ...change }
  return fetchTokens(options).catch((thrown: unknown) => thrown)
}

function expectNoCanary(failure: unknown): void {
  expect(failure).toBeInstanceOf(MfaOtpError)
  const { message, stack, advice, error, description, cause } = failure as MfaOtpError
  const shown = [
    message,
    stack,
    advice,
    error,
    description,
    inspect(cause, { depth: 20, showHidden: true }),
    inspect(failure, { depth: 20, showHidden: true }),
    JSON.stringify(failure),
  ].join('\n')
  for (const canary of all) expect(shown).not.toContain(canary)
}

const second: Script = { status: 403, body: { error: 'mfa_required', mfa_token: canaries.mfaToken } }

describe('an error contains no secret', () => {
  it.each(all.map((echo) => [echo]))('if the server returns %s', async (echo) => {
    const oauth = { error: echo, error_description: `You sent ${echo}, sorry.` }
    const okta = { errorCode: echo, errorSummary: `You sent ${echo}, sorry.` }
    for (const body of [oauth, okta, `You sent ${echo}`, `{"access_token":"${echo}"`]) {
      expectNoCanary(await failureOf([second, { status: 400, body }]))
      expectNoCanary(await failureOf([second, { status: 429, body }]))
      expectNoCanary(await failureOf([second, { status: 200, body }]))
    }
  })

  it('if a wrong OTP is refused twice', async () => {
    expectNoCanary(await failureOf([second, wrongOtp]))
  })

  it('if the token response is malformed', async () => {
    expectNoCanary(
      await failureOf([second, { body: { ...tokens, access_token: canaries.accessToken, expires_in: 'x' } }]),
    )
  })

  it('if an error response contains tokens next to its description', async () => {
    for (const name of ['mfa_token', 'access_token', 'id_token', 'refresh_token', 'device_secret']) {
      const body = {
        error: 'opaque-canary',
        error_description: 'For opaque-canary.',
        [name]: 'opaque-canary',
      }
      const failure = await failureOf([{ status: 400, body }])
      expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('opaque-canary')
    }
    expectNoCanary(await failureOf([{ status: 400, body: { error: 'x', mfa_token: '', access_token: 1 } }]))
  })

  it('if the metadata contains secrets', async () => {
    const body = { issuer: `https://a.example/${canaries.clientSecret}`, token_endpoint: 'x' }
    expectNoCanary(await failureOf([], {}, { body }))
  })

  it('if fetch throws an error that contains the request', async () => {
    const server = await startServer()
    const fetch = async (url: unknown, init?: RequestInit) => {
      if (!String(url).endsWith('/token')) return globalThis.fetch(url as string)
      const cause = Object.assign(new Error(JSON.stringify(init)), { code: String(init?.body), init })
      throw Object.assign(new Error(`Failed with ${init?.body}`, { cause }), { init })
    }
    const { password, clientSecret } = canaries
    const failure = await fetchTokens({ ...optionsFor(server), password, clientSecret, fetch }).catch(
      (thrown: unknown) => thrown,
    )
    expect(failure).toMatchObject({ code: 'unreachable', step: 'password' })
    expectNoCanary(failure)
  })

  it('if otp throws an error that contains a secret', async () => {
    const otp = () => {
      throw new Error(`${canaries.otp} ${canaries.password}`)
    }
    expectNoCanary(await failureOf([mfaRequired], { otp }))
  })

  it('if otp throws an error of this package, which is passed on unchanged', async () => {
    const { totp } = await import('../src/index.ts')
    const failure = await failureOf([mfaRequired], { otp: () => totp('canary-1') })
    expect(failure).toMatchObject({ code: 'invalid_totp_secret' })
    expect(inspect(failure)).not.toContain('canary')
  })

  it('but shows a harmless description', async () => {
    const failure = await failureOf([
      { status: 400, body: { error: 'unauthorized_client', error_description: 'Configured: [x].' } },
    ])
    expect(failure).toMatchObject({ description: 'Configured: [x].' })
    expect((failure as Error).message).toContain('HTTP 400 unauthorized_client "Configured: [x]."')
  })
})
