// An MCP server (streamable HTTP), protected with access tokens.
import { hostHeaderValidation } from '@modelcontextprotocol/sdk/server/middleware/hostHeaderValidation.js'
import { type AuthInfo, type McpAuthOptions, mcpAuth } from '@okta-resource-server/mcp'
import express, { type Express, type Request, type Response } from 'express'
import { Sessions } from './sessions.ts'
import { createMcpServer } from './tools.ts'

/** @param resource - the URL of this server, as clients know it: `https://mcp.example.com/mcp` */
export function createApp(
  resource: string,
  options: Pick<McpAuthOptions, 'issuer' | 'audience'> = {},
): Express {
  const { hostname, pathname } = new URL(resource)
  const sessions = new Sessions(createMcpServer)
  const app = express()

  // Keeps web pages from calling a server on this machine under another name (DNS rebinding).
  app.use(hostHeaderValidation([hostname]))

  // Serves /.well-known/oauth-protected-resource/mcp as well, which the challenges name. The scopes are those that a client
  // asks for at first; a tool can need more.
  app.use(
    mcpAuth({
      ...options,
      resource: {
        resource,
        scopes: ['messages:read', 'messages:write'],
        name: 'Messages',
      },
      requiredScopes: ['messages:read'],
    } as McpAuthOptions),
  )

  // Behind mcpAuth(), so that only clients with a token can make the server parse a body.
  app.use(express.json())
  app.all(pathname, (req: Request, res: Response) =>
    sessions.handle(req as Request & { auth: AuthInfo }, res),
  )
  return app
}
