import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })

/** The tools know who calls from `authInfo`, which is `req.auth`. */
export function createMcpServer(): McpServer {
  const server = new McpServer({ name: 'messages', version: '1.0.0' })

  server.registerTool('whoami', { description: 'Says who calls' }, ({ authInfo }) =>
    text(JSON.stringify({ subject: authInfo?.extra?.subject, clientId: authInfo?.clientId })),
  )

  server.registerTool(
    'send_message',
    { description: 'Sends a message', inputSchema: { to: z.string() } },
    ({ to }, { authInfo }) => {
      if (authInfo?.scopes.includes('messages:write')) return text(`Sent to ${to}`)
      return { ...text('The scope messages:write is needed'), isError: true }
    },
  )
  return server
}
