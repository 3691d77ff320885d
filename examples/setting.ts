// What the tests of the examples share: an authorization server, tokens, and servers on free ports.
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, vi } from 'vitest'
import { type AuthorizationServer, startAuthorizationServer } from '../test/authorization-server/src/index.ts'

export interface ExampleSetting {
  readonly authorizationServer: AuthorizationServer
  /** A token with the scope that the messages require. */
  readonly token: string
  readonly withoutScope: string
  /** A token that expires in this number of seconds. */
  readonly expiringIn: (seconds: number) => Promise<string>
}

/** Starts an authorization server, and sets the variables that the examples read. Import an example after that. */
export async function openSetting(): Promise<ExampleSetting> {
  const authorizationServer = await startAuthorizationServer()
  vi.stubEnv('OKTA_OAUTH2_ISSUER', authorizationServer.issuer)
  vi.stubEnv('OKTA_OAUTH2_AUDIENCE', authorizationServer.audience)
  afterAll(async () => {
    vi.unstubAllEnvs()
    await authorizationServer.stop()
  })
  const scopes = ['openid', 'messages:read']
  return {
    authorizationServer,
    token: await authorizationServer.issueToken({ scopes }),
    withoutScope: await authorizationServer.issueToken({ scopes: ['openid'] }),
    expiringIn: (expiresIn) => authorizationServer.issueToken({ scopes, expiresIn }),
  }
}

/** Listens on a free port until the tests of the file have ended; returns the URL. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const bearer = (token?: string): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }

/** The response to a request with two Authorization headers, as text. */
export function sendTwice(url: string, token: string, path = '/messages'): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    let text = ''
    const socket = connect(Number(port), hostname)
    socket.on('error', reject).on('close', () => resolve(text))
    socket.on('data', (chunk) => {
      text += chunk
    })
    const header = `Authorization: Bearer ${token}\r\n`
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n${header}${header}Connection: close\r\n\r\n`)
  })
}
