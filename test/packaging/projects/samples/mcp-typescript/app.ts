import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createAccessTokenVerifier, mcpAuth, protectedResourceMetadata } from '@okta-resource-server/mcp'
import express from 'express'
import { options, tokenWith } from '../token.cjs'

const resource = 'https://todo.example.com/mcp'
const verifier = createAccessTokenVerifier({ ...options, resource })

function createServer(): McpServer {
  const server = new McpServer({ name: 'todo', version: '1.0.0' })
  server.registerTool('me', { description: 'the subject' }, ({ authInfo }) => ({
    content: [{ type: 'text', text: `${authInfo?.clientId} ${authInfo?.scopes.join(' ')}` }],
  }))
  return server
}

const app = express()
app.use(express.json())
app.use(protectedResourceMetadata({ verifier }))
app.post('/mcp', mcpAuth({ verifier, requiredScopes: ['mcp:tools'] }), async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await createServer().connect(transport)
  await transport.handleRequest(req, res, req.body)
})

async function main() {
  const listening = app.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const url = new URL(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/mcp`)
  const refused = await fetch(url, { method: 'POST' })
  const challenge = refused.headers.get('www-authenticate') ?? ''
  if (refused.status !== 401 || !challenge.includes('resource_metadata=')) throw new Error(challenge)
  const client = new Client({ name: 'client', version: '1.0.0' })
  const headers = { authorization: `Bearer ${tokenWith('mcp:tools')}` }
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
  const answer = JSON.stringify(await client.callTool({ name: 'me' }))
  if (!answer.includes('client mcp:tools')) throw new Error(answer)
  await client.close()
  listening.close()
  listening.closeAllConnections()
  console.log('passed')
}
void main()
