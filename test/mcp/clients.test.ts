import {
  Client as Client2,
  ClientCredentialsProvider as Provider2,
  StreamableHTTPClientTransport as Transport2,
} from '@modelcontextprotocol/client'
import { ClientCredentialsProvider as Provider1 } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { bearer } from '@okta-resource-server/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSetting, type Setting } from './setting.ts'

let setting: Setting
const closing: (() => Promise<void>)[] = []
beforeEach(async () => {
  setting = await openSetting()
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await setting.close()
})

interface Tools {
  readonly call: (name: string, args?: Record<string, unknown>) => Promise<{ text: string; isError: boolean }>
}

/** With a token, the client sends it. Otherwise it knows nothing but the URL of the MCP server and its own credentials. */
interface Given {
  readonly token?: string
  readonly scope?: string
}
const CLIENTS = {
  '@modelcontextprotocol/sdk 1.x': async ({ token, scope }: Given): Promise<Tools> => {
    const client = new Client1({ name: 'test', version: '1.0.0' })
    const authProvider = new Provider1({ ...credentials(), ...(scope && { scope }) })
    const options = token === undefined ? { authProvider } : { requestInit: { headers: bearer(token) } }
    await client.connect(new Transport1(new URL(setting.url), options) as never)
    return toolsOf(client)
  },
  '@modelcontextprotocol/client 2.x': async ({ token, scope }: Given): Promise<Tools> => {
    const client = new Client2({ name: 'test', version: '1.0.0' })
    const authProvider = new Provider2({ ...credentials(), ...(scope && { scope }) })
    const options = token === undefined ? { authProvider } : { requestInit: { headers: bearer(token) } }
    await client.connect(new Transport2(new URL(setting.url), options))
    return toolsOf(client)
  },
} as const

function credentials() {
  const { serviceClient, issuer } = setting.authorizationServer
  return { ...serviceClient, expectedIssuer: issuer }
}

function toolsOf(client: Client1 | Client2): Tools {
  closing.push(() => client.close())
  return {
    call: async (name, args = {}) => {
      const { content, isError } = await (client as Client2).callTool({ name, arguments: args })
      return { text: (content as { text: string }[])[0]?.text ?? '', isError: isError === true }
    },
  }
}

describe.each(Object.entries(CLIENTS))('the official client %s', (_name, connect) => {
  test('finds its way from a 401 to a tool call by the challenge [MCP-01] [MCP-02] [MCP-04] [MCP-07] [PRM-05]', async () => {
    const { call } = await connect({ scope: 'messages:read' })
    expect(JSON.parse((await call('whoami')).text)).toMatchObject({
      clientId: setting.authorizationServer.serviceClient.clientId,
    })
    const [first, document] = setting.seen
    expect(first).toMatchObject({ path: '/mcp', hasToken: false, status: 401 })
    expect(document).toMatchObject({
      path: '/.well-known/oauth-protected-resource/mcp',
      hasToken: false,
      status: 200,
    })
    expect(setting.seen.filter(({ status }) => status === 401)).toHaveLength(1)
  })

  test('finds its way by the well-known URL, if a proxy removes resource_metadata [MCP-02] [PRM-01]', async () => {
    setting.hide = /, resource_metadata="[^"]*"/
    const { call } = await connect({ scope: 'messages:read' })
    expect((await call('whoami')).isError).toBe(false)
    expect(setting.seen[1]).toMatchObject({ path: '/.well-known/oauth-protected-resource/mcp', status: 200 })
  })

  test('passes the scopes of the token to a tool', async () => {
    const scopes = ['messages:read', 'messages:write']
    const reader = await connect({
      token: await setting.authorizationServer.issueToken({ scopes: ['messages:read'] }),
    })
    expect(await reader.call('send_message', { to: 'a' })).toMatchObject({ isError: true })
    const writer = await connect({ token: await setting.authorizationServer.issueToken({ scopes }) })
    expect(await writer.call('send_message', { to: 'a' })).toEqual({ text: 'Sent to a', isError: false })
  })

  test('is refused with a token that lacks a required scope, or was issued for another server [MCP-04] [MCP-08]', async () => {
    const { issueToken } = setting.authorizationServer
    for (const [token, status] of [
      [await issueToken({ scopes: ['messages:write'] }), 403],
      [await issueToken({ audience: 'https://other.example.com/mcp' }), 401],
    ] as const) {
      setting.seen.length = 0
      await expect(connect({ token })).rejects.toThrow()
      expect(setting.seen.map((request) => request.status)).toContain(status)
    }
  })
})

test('the client 2.x asks for the scopes that the challenge names [MCP-07]', async () => {
  const { call } = await CLIENTS['@modelcontextprotocol/client 2.x']({ scope: 'messages:write' })
  expect((await call('send_message', { to: 'a' })).text).toBe('The scope messages:write is needed')
})
