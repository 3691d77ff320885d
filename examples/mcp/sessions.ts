import { randomUUID } from 'node:crypto'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import type { AuthInfo } from '@okta-resource-server/mcp'
import type { Request, Response } from 'express'

const MAX_SESSIONS = 1_000
/** Milliseconds: the longest wait of a timer. */
const MAX_WAIT = 2_147_483_647
/** Milliseconds for which mcpAuth() accepts a token that has expired: the option `clockTolerance`. */
const TOLERANCE = 5_000

interface Session {
  readonly transport: StreamableHTTPServerTransport
  readonly owner: string
}

/** Who may use a session. A client can act for several users, and a user can have several clients. */
function ownerOf({ clientId, extra: { issuer, subject } }: AuthInfo): string {
  return JSON.stringify([issuer, subject ?? null, clientId])
}

function refuse(res: Response, status: number, message: string): void {
  res.status(status).json({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null })
}

/** The sessions of an MCP server. A session ID is no credential: each request needs a token of the session's owner. */
export class Sessions {
  readonly #create: () => McpServer
  readonly #sessions = new Map<string, Session>()

  constructor(create: () => McpServer) {
    this.#create = create
  }

  async handle(req: Request & { auth: AuthInfo }, res: Response): Promise<void> {
    this.#endWithToken(req.auth, res)
    const id = req.get('mcp-session-id')
    if (id !== undefined) {
      const session = this.#sessions.get(id)
      // The answer does not show that somebody else has this session.
      if (session?.owner !== ownerOf(req.auth)) return refuse(res, 404, 'Session not found')
      this.#keep(id, session)
      return session.transport.handleRequest(req, res, req.body)
    }
    if (!isInitializeRequest(req.body)) return refuse(res, 400, 'Mcp-Session-Id is missing')
    await this.#open(ownerOf(req.auth)).then((transport) => transport.handleRequest(req, res, req.body))
  }

  async #open(owner: string): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => this.#keep(id, { transport, owner }),
      onsessionclosed: (id) => void this.#sessions.delete(id),
    })
    await this.#create().connect(transport)
    return transport
  }

  /** Many clients never end their session, so the one that was not used for the longest time is ended if there are too many. */
  #keep(id: string, session: Session): void {
    this.#sessions.delete(id)
    this.#sessions.set(id, session)
    const [oldest] = this.#sessions
    if (oldest === undefined || this.#sessions.size <= MAX_SESSIONS) return
    this.#sessions.delete(oldest[0])
    void oldest[1].transport.close()
  }

  /** A stream that stays open must not outlive the token that opened it. The client comes back with a new one. */
  #endWithToken({ expiresAt }: AuthInfo, res: Response): void {
    const wait = expiresAt * 1_000 + TOLERANCE - Date.now()
    const timer = setTimeout(() => res.end(), Math.min(wait, MAX_WAIT))
    timer.unref()
    res.on('close', () => clearTimeout(timer))
  }
}
