import { randomUUID } from 'node:crypto'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { hostHeaderValidation } from '@modelcontextprotocol/sdk/server/middleware/hostHeaderValidation.js'
import {
  type EventStore,
  StreamableHTTPServerTransport,
} from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  type JSONRPCMessage,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SetLevelRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import express, { type Express, type RequestHandler } from 'express'
import { PROMPTS, promptMessages, RESOURCES, readResource, text } from './content.ts'
import { TOOLS } from './tools.ts'

const CAPABILITIES = {
  tools: {},
  prompts: {},
  resources: { subscribe: true },
  logging: {},
  completions: {},
}

/** An MCP server with every feature that the scenarios of the conformance suite use. */
function createServer(): Server {
  const server = new Server({ name: 'conformance', version: '1.0.0' }, { capabilities: CAPABILITIES })
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(TOOLS).map(([name, { schema = { type: 'object' } }]) => ({
      name,
      description: name,
      inputSchema: schema as { type: 'object' },
    })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    try {
      const given = (params.arguments ?? {}) as Record<string, string>
      return { content: (await TOOLS[params.name]?.run(given, extra)) ?? [] }
    } catch (error) {
      return { isError: true, content: [text((error as Error).message)] }
    }
  })
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: PROMPTS }))
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => ({
    messages: promptMessages(params.name, params.arguments ?? {}),
  }))
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [...RESOURCES] }))
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template' }],
  }))
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => ({
    contents: [readResource(params.uri)],
  }))
  server.setRequestHandler(CompleteRequestSchema, () => ({ completion: { values: [] } }))
  for (const schema of [SubscribeRequestSchema, UnsubscribeRequestSchema, SetLevelRequestSchema]) {
    server.setRequestHandler(schema as typeof SubscribeRequestSchema, () => ({}))
  }
  return server
}

/** Keeps the messages of all streams, so that a client can resume one. */
class Events implements EventStore {
  readonly #events: { readonly id: string; readonly stream: string; readonly message: JSONRPCMessage }[] = []

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    const id = randomUUID()
    this.#events.push({ id, stream, message })
    return id
  }

  async replayEventsAfter(
    last: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const start = this.#events.findIndex(({ id }) => id === last)
    const stream = this.#events[start]?.stream ?? ''
    const missed = this.#events.slice(start + 1).filter((event) => event.stream === stream)
    for (const { id, message } of missed) await send(id, message)
    return stream
  }
}

/** @param guards - run before a request reaches the MCP server */
export function conformanceApp(...guards: RequestHandler[]): Express {
  const transports = new Map<string, StreamableHTTPServerTransport>()
  const app = express()
  app.use(hostHeaderValidation(['127.0.0.1', 'localhost', '[::1]']), ...guards, express.json())
  app.all('/mcp', async (req, res) => {
    let transport = transports.get(req.get('mcp-session-id') ?? '')
    if (transport === undefined) {
      const created = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        eventStore: new Events(),
        retryInterval: 50,
        onsessioninitialized: (id) => void transports.set(id, created),
      })
      await createServer().connect(created as never)
      transport = created
    }
    await transport.handleRequest(req as never, res, req.body)
  })
  return app
}
