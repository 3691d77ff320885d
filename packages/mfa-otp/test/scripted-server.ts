import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { FetchTokensOptions } from '../src/index.ts'

export interface Script {
  status?: number
  headers?: Record<string, string>
  /** An object is sent as JSON, a string unchanged; a function writes the response itself. */
  body?: object | string | ((response: ServerResponse) => void)
}

interface Seen {
  method: string | undefined
  path: string
  headers: IncomingHttpHeaders
  form: Record<string, string>
  rawBody: string
}

interface ScriptedServer {
  origin: string
  issuer: string
  /** Responses by path, sent in order; the last one is repeated. */
  scripts: Record<string, Script[]>
  seen: Seen[]
  tokenRequests: () => Seen[]
  token: (...scripts: Script[]) => void
}

export const tokens = { token_type: 'Bearer', expires_in: 3600, access_token: 'a.b.c', scope: 'openid' }
export const mfaRequired: Script = {
  status: 403,
  body: {
    error: 'mfa_required',
    error_description: 'Another authenticator is required.',
    mfa_token: 'F5snZpk1UBRKHYR6N7Mh',
  },
}
export const wrongOtp: Script = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'The OTP is wrong.' },
}
export const METADATA = '/oauth2/default/.well-known/oauth-authorization-server'
export const OPENID = '/oauth2/default/.well-known/openid-configuration'
export const TOKEN = '/oauth2/default/v1/token'

/** Starts a loopback server that sends scripted responses and records the requests. Stops at the end of the test. */
export async function startServer(): Promise<ScriptedServer> {
  const scripts: Record<string, Script[]> = {}
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let rawBody = ''
    for await (const chunk of request) rawBody += chunk
    const path = request.url ?? ''
    const form = Object.fromEntries(new URLSearchParams(rawBody))
    seen.push({ method: request.method, path, headers: request.headers, form, rawBody })
    const list = scripts[path] ?? []
    const {
      status = 200,
      headers = {},
      body = {},
    } = (list.length > 1 ? list.shift() : list[0]) ?? { status: 404 }
    response.writeHead(status, headers)
    if (typeof body === 'function') body(response)
    else response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `${origin}/oauth2/default`
  scripts[METADATA] = [{ body: { issuer, token_endpoint: `${origin}${TOKEN}` } }]
  return {
    origin,
    issuer,
    scripts,
    seen,
    tokenRequests: () => seen.filter(({ path }) => path === TOKEN),
    token: (...list) => {
      scripts[TOKEN] = list
    },
  }
}

/** A clock that advances only during waits, which it records. */
function frozenTime(start: number): {
  clock: () => number
  wait: (ms: number) => Promise<void>
  waits: number[]
} {
  let now = start
  const waits: number[] = []
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms)
    now += ms
  }
  return { clock: () => now, wait, waits }
}

/** Valid options. The time is 12 s after a TOTP boundary. */
export function optionsFor(server: { issuer: string }): FetchTokensOptions & { waits: number[] } {
  return {
    issuer: server.issuer,
    clientId: 'client',
    username: 'test.user@example.com',
    password: 'correct horse',
    scope: 'openid profile',
    otp: () => '123456',
    ...frozenTime(1_800_000_012_000),
  }
}
