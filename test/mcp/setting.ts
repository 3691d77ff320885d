import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { createApp } from '../../examples/mcp/app.ts'

/** A request that the MCP server got. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly hasToken: boolean
  status: number
}

export interface Setting {
  readonly authorizationServer: AuthorizationServer
  /** URL of the MCP server, which is the audience of the authorization server. */
  readonly url: string
  readonly seen: Seen[]
  /** Removes this text from each challenge; a client then has to try the well-known URL. */
  hide: RegExp | undefined
  readonly close: () => Promise<void>
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/**
 * Starts the example, and an authorization server whose audience it is.
 *
 * @param options - options of `mcpAuth`, besides those of the example
 */
export async function openSetting(path = '/mcp', options: object = {}): Promise<Setting> {
  let listener: RequestListener | undefined
  const server = createServer((request, response) => {
    const entry: Seen = {
      method: request.method as string,
      path: request.url as string,
      hasToken: request.headers.authorization !== undefined,
      status: 0,
    }
    setting.seen.push(entry)
    response.on('close', () => {
      entry.status = response.statusCode
    })
    const { hide } = setting
    if (hide !== undefined) {
      const { setHeader } = response
      response.setHeader = (name, value) =>
        setHeader.call(response, name, name === 'www-authenticate' ? String(value).replace(hide, '') : value)
    }
    listener?.(request, response)
  })
  const url = `${await listen(server)}${path}`
  const authorizationServer = await startAuthorizationServer({ audience: url })
  const { issuer, otherIssuer } = authorizationServer
  listener = createApp(url, { issuer: [issuer, otherIssuer], audience: url, ...options })
  const setting: Setting = {
    authorizationServer,
    url,
    seen: [],
    hide: undefined,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await authorizationServer.stop()
    },
  }
  return setting
}
