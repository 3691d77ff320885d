import type { IncomingMessage } from 'node:http'
import type { OAuthTokenVerifier as SdkVerifier } from '@modelcontextprotocol/sdk/server/auth/provider.js'
import type { AuthInfo as SdkAuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js'
import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { AuthInfo as AuthInfo2, OAuthTokenVerifier as Verifier2 } from '@modelcontextprotocol/server'
import express from 'express'
import { type AuthInfo, mcpAuth, type OAuthTokenVerifier } from '../src/index.ts'

type Handled = Parameters<StreamableHTTPServerTransport['handleRequest']>[0]

/** The types fit those of both SDKs. */
export const fits: [SdkAuthInfo, AuthInfo2, SdkVerifier, Verifier2, Handled] = [
  {} as AuthInfo,
  {} as AuthInfo,
  {} as OAuthTokenVerifier,
  {} as OAuthTokenVerifier,
  {} as IncomingMessage & { auth?: AuthInfo },
]

const app = express()
app.use(mcpAuth())
app.post('/mcp', mcpAuth({ requiredScopes: ['a'] }), (_req, res) => void res.end())
