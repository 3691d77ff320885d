import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { mcpAuth } from '@okta-resource-server/mcp'
import express from 'express'

const port = Number(process.env.PORT ?? 3000)
// The URL of this server as clients know it. It is the audience of its authorization server, too.
const resource = process.env.MCP_URL ?? `http://localhost:${port}/mcp`

const app = express()
// Or mcpAuth({ issuer, audience, resource }).
app.use(mcpAuth({ resource: { resource, scopes: ['messages:read'] }, requiredScopes: ['messages:read'] }))
app.use(express.json())
app.post('/mcp', async (req, res) => {
  const server = new McpServer({ name: 'example', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Says who calls' }, ({ authInfo }) => ({
    content: [{ type: 'text', text: String(authInfo?.extra?.subject) }],
  }))
  const transport = new StreamableHTTPServerTransport()
  res.on('close', () => transport.close())
  await server.connect(transport as Parameters<typeof server.connect>[0])
  await transport.handleRequest(req, res, req.body)
})
app.listen(port)
