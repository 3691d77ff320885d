import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll } from 'vitest'
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from '../src/index.ts'

export const MFA_OTP = 'http://auth0.com/oauth/grant-type/mfa-otp'

export type Form = Record<string, string | undefined>

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its response.
  body: any
}

/** A server whose clock is controlled by the test. */
export class Harness {
  /** Milliseconds since the epoch, in the middle of a TOTP time step. */
  now = Date.UTC(2030, 0, 1, 12, 0, 15)
  server!: AuthorizationServer

  constructor(options: AuthorizationServerOptions = {}) {
    beforeAll(async () => {
      this.server = await startAuthorizationServer({ now: () => this.now, ...options })
    })
    afterAll(() => this.server.stop())
  }

  advance(seconds: number): void {
    this.now += seconds * 1000
  }

  /** Advances the clock, and returns an OTP that was not used before. */
  freshOtp(): string {
    this.advance(90)
    return this.otp()
  }

  otp(secret = this.server.totpSecret): string {
    return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: this.now })
  }

  /** Returns an OTP that is currently not accepted. */
  wrongOtp(): string {
    const accepted = [-30, 0, 30].map((seconds) =>
      new TOTP({ secret: Secret.fromBase32(this.server.totpSecret) }).generate({
        timestamp: this.now + seconds * 1000,
      }),
    )
    return ['000000', '111111', '222222', '333333'].find((otp) => !accepted.includes(otp)) ?? ''
  }

  /** Posts a form to `/v1/<endpoint>`. Parameters that are `undefined` are left out. */
  async post(
    endpoint: string,
    form: Form | string,
    headers: Record<string, string> = {},
    issuer = this.server.issuer,
  ) {
    const entries =
      typeof form === 'string' ? [] : Object.entries(form).filter(([, value]) => value !== undefined)
    const body =
      typeof form === 'string' ? form : new URLSearchParams(entries as [string, string][]).toString()
    return answer(
      await fetch(`${issuer}/v1/${endpoint}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body,
      }),
    )
  }

  async get(path: string): Promise<Answer> {
    return answer(await fetch(`${this.server.url}${path}`))
  }

  /** Sends the password request, which is valid except for `changes`. */
  passwordStep(changes: Form = {}, headers?: Record<string, string>): Promise<Answer> {
    const { clientId, username, password } = this.server
    const form = { client_id: clientId, scope: 'openid profile', grant_type: 'password', username, password }
    return this.post('token', { ...form, ...changes }, headers)
  }

  /** Sends the OTP request, which is valid except for `changes`. */
  otpStep(mfaToken: string, changes: Form = {}, headers?: Record<string, string>): Promise<Answer> {
    const form = { client_id: this.server.clientId, scope: 'openid profile', grant_type: MFA_OTP }
    return this.post('token', { ...form, otp: this.otp(), mfa_token: mfaToken, ...changes }, headers)
  }

  async mfaToken(changes: Form = {}): Promise<string> {
    return (await this.passwordStep(changes)).body.mfa_token
  }

  /** Sends both requests. */
  async signIn(scope = 'openid profile'): Promise<Answer> {
    const mfaToken = await this.mfaToken({ scope })
    return this.otpStep(mfaToken, { scope, otp: this.freshOtp() })
  }

  serviceToken(form: Form = {}): Promise<Answer> {
    const { clientId, clientSecret } = this.server.serviceClient
    return this.post(
      'token',
      { grant_type: 'client_credentials', scope: 'messages:read', ...form },
      { authorization: basic(clientId, clientSecret) },
    )
  }
}

async function answer(response: Response): Promise<Answer> {
  const text = await response.text()
  const json = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text }
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}
