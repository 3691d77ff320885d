// Starts the MCP server on PORT (default: 3000). Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE; the audience of the
// authorization server is MCP_URL, which no other API has as its audience.
import { createApp } from './app.ts'

const port = Number(process.env.PORT ?? 3000)
const app = createApp(process.env.MCP_URL ?? `http://localhost:${port}/mcp`)

const server = app.listen(port, (error?: Error) => {
  if (error) throw error
  console.log('Listening on', server.address())
})
