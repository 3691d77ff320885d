import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
} from '@okta-resource-server/core'
import type { Adapter, AdapterOptions, Api } from './adapter.ts'
import { express4, express4StatusOnly, express5, express5StatusOnly } from './adapters/express.ts'
import { fastify4, fastifyGlobal, fastifyLocal } from './adapters/fastify.ts'
import { hono } from './adapters/hono.ts'
import { mcp } from './adapters/mcp.ts'
import { nestExpress, nestFastify } from './adapters/nestjs.ts'
import { nodeHttp } from './adapters/node-http.ts'

/** Every way in which the library is used. A new adapter is a file in `adapters/` and an entry here. */
export const ADAPTERS: readonly Adapter[] = [
  express5,
  express4,
  fastifyGlobal,
  fastifyLocal,
  nestExpress,
  nestFastify,
  nodeHttp,
  hono,
]

/**
 * The adapters, and those that need not run in every suite: other versions, an error handler of the application, and the
 * middleware for MCP servers.
 */
export const VARIANTS: readonly Adapter[] = [
  ...ADAPTERS,
  express5StatusOnly,
  express4StatusOnly,
  fastify4,
  mcp,
]

/** The adapters by their names. */
export const APIS: Readonly<Record<string, Adapter>> = Object.fromEntries(
  ADAPTERS.map((adapter) => [adapter.name, adapter]),
)

/** An API of each adapter, each with its own verifier. */
export interface StartedApis {
  readonly apis: readonly (Api & { readonly name: string; readonly verifier: AccessTokenVerifier })[]
  readonly stop: () => Promise<void>
}

/** Starts an API of each adapter. */
export async function startApis(
  options: AccessTokenVerifierOptions,
  settings: Omit<AdapterOptions, 'verifier'> = {},
): Promise<StartedApis> {
  const apis = await Promise.all(
    ADAPTERS.map(async ({ name, start }) => {
      const verifier = createAccessTokenVerifier(options)
      return { name, verifier, ...(await start({ verifier, ...settings })) }
    }),
  )
  const stop = async (): Promise<void> => {
    for (const { verifier } of apis) verifier.close()
    await Promise.all(apis.map((api) => api.stop()))
  }
  return { apis, stop }
}
