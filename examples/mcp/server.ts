// Starts the MCP server on PORT (default: 3000). Set MCP_URL to the URL of the server, OKTA_OAUTH2_ISSUER,
// and OKTA_OAUTH2_AUDIENCE to the same URL: the audience of an authorization server for this MCP server alone.
import { createApp } from './app.ts'

const port = Number(process.env.PORT ?? 3000)
const app = createApp(process.env.MCP_URL ?? `http://localhost:${port}/mcp`)

const server = app.listen(port, (error?: Error) => {
  if (error) throw error
  console.log('Listening on', server.address())
})
