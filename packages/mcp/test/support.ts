import { signToken, verifierOptions } from '@okta-resource-server/testing'

/** The URL of an MCP server, and options of it. */
export const MCP = 'https://mcp.example.com/mcp'
export const options = { ...verifierOptions(), audience: MCP, resource: MCP }

/** A token for the MCP server. */
export const token = (claims: Record<string, unknown> = {}): string =>
  signToken({ claims: { aud: MCP, ...claims } })
