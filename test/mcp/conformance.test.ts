import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, request as send } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '@okta-resource-server/authorization-server'
import { mcpAuth } from '@okta-resource-server/mcp'
import { bearer } from '@okta-resource-server/testing'
import type { RequestHandler } from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conformanceApp } from './conformance/server.ts'

const MCP = 'https://mcp.example.com/mcp'
const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')
const SUITE = join(dirname(manifest), 'dist', 'index.js')

let authorizationServer: AuthorizationServer
const closing: (() => unknown)[] = []
beforeAll(async () => {
  authorizationServer = await startAuthorizationServer({ audience: MCP })
  closing.push(() => authorizationServer.stop())
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Adds a token to each request: the suite has no option for one. */
function addingToken(target: string, token: string): Promise<string> {
  return serve((incoming, response) => {
    const { method, headers, url } = incoming
    const options = { method, headers: { ...headers, ...bearer(token) } }
    const outgoing = send(`${target}${url}`, options, (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    response.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  })
}

interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  readonly errorMessage?: string
}

/** Runs the scenarios for servers. Returns the verdicts of each one. */
async function run(url: string): Promise<Record<string, string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-conformance-'))
  try {
    const args = [SUITE, 'server', '--url', `${url}/mcp`, '--suite', 'all', '--output-dir', folder]
    await new Promise<void>((resolve) => execFile(process.execPath, args, () => resolve()))
    const results = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('checks.json'),
    )
    return Object.fromEntries(
      results.map((path) => {
        const scenario = dirname(path)
          .replace(/^server-/, '')
          .replace(/-\d{4}-\d\d-\d\dT.*$/, '')
        const checks = JSON.parse(readFileSync(join(folder, path), 'utf8')) as Check[]
        const verdicts = checks.filter(({ status }) => status !== 'INFO')
        return [
          scenario,
          verdicts.map(({ id, status, errorMessage = '' }) => `${id}: ${status} ${errorMessage}`.trim()),
        ]
      }),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('the guard changes no verdict of the conformance suite', { timeout: 120_000 }, async () => {
  const { issuer, issueToken } = authorizationServer
  const guard = mcpAuth({ issuer, audience: MCP, resource: MCP, requiredScopes: ['messages:read'] })
  const guarded = await serve(conformanceApp(guard as RequestHandler))

  const without = await run(await serve(conformanceApp()))
  const behind = await run(await addingToken(guarded, await issueToken()))

  expect(Object.keys(without).length).toBeGreaterThanOrEqual(32)
  expect(
    Object.values(without)
      .flat()
      .filter((verdict) => verdict.includes('FAILURE')),
  ).toEqual([])
  expect(behind).toEqual(without)
})

test('without a token, the guard lets no scenario pass', async () => {
  const { issuer } = authorizationServer
  const guarded = await serve(
    conformanceApp(mcpAuth({ issuer, audience: MCP, resource: MCP }) as RequestHandler),
  )
  for (const method of ['GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS']) {
    expect((await fetch(`${guarded}/mcp`, { method })).status).toBe(401)
  }
})
