import 'reflect-metadata'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import type { INestApplication, LoggerService, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { onTestFinished } from 'vitest'
import type { DiagnosticsMessages, OktaAuthOptions } from '../src/index.ts'
import { OktaAuthModule } from '../src/index.ts'

export const PLATFORMS = ['Express', 'Fastify'] as const
export type Platform = (typeof PLATFORMS)[number]

/** A module's metadata, as `@Module()` takes it. */
type Parts = { imports?: unknown[]; controllers?: Type[]; providers?: unknown[] }

/** What the application has logged, by level. */
export class Log implements LoggerService {
  readonly lines: string[] = []
  readonly #keep =
    (level: string) =>
    (message: unknown): void => {
      // Nest 10 says so on a machine that is busy.
      if (String(message).includes('ms to serialize')) return
      this.lines.push(`${level}: ${message instanceof Error ? message.message : message}`)
    }
  readonly log = (): void => {}
  readonly debug = (): void => {}
  readonly verbose = (): void => {}
  readonly error = this.#keep('ERROR')
  readonly warn = this.#keep('WARN')
  readonly fatal = this.#keep('FATAL')
}

/** An application of parts and of OktaAuthModule, not started yet. */
export async function createApp(
  parts: Parts,
  options: OktaAuthOptions = verifierOptions(),
  {
    platform = 'Express',
    log = new Log(),
    trustProxy = false,
  }: { platform?: Platform; log?: Log; trustProxy?: boolean } = {},
): Promise<INestApplication> {
  class TestModule {}
  const dynamic = {
    module: TestModule,
    ...parts,
    imports: [OktaAuthModule.forRoot(options), ...(parts.imports ?? [])],
  }
  const adapter =
    platform === 'Fastify'
      ? new FastifyAdapter({ forceCloseConnections: true, trustProxy })
      : new ExpressAdapter()
  const app = await NestFactory.create(dynamic as never, adapter, {
    logger: log,
    abortOnError: false,
    forceCloseConnections: true,
  })
  if (platform === 'Express') app.getHttpAdapter().getInstance().set('trust proxy', trustProxy)
  onTestFinished(() => app.close())
  return app
}

/** Starts an application on a free port. */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1')
  return (await app.getUrl()).replace(/\/$/, '')
}

/** Starts an application of parts, and returns its address. */
export async function start(...args: Parameters<typeof createApp>): Promise<string> {
  return listen(await createApp(...args))
}

/** Sends a GET, with a token if there is one. */
export function get(url: string, token?: string): Promise<Response> {
  return fetch(url, token === undefined ? {} : { headers: bearer(token) })
}

export const token = signToken()

/** The messages that are published on a channel from now until the end of the test. */
export function published<Name extends keyof DiagnosticsMessages>(name: Name): DiagnosticsMessages[Name][] {
  const messages: DiagnosticsMessages[Name][] = []
  const keep = (message: unknown): void => {
    messages.push(message as DiagnosticsMessages[Name])
  }
  subscribe(name, keep)
  onTestFinished(() => {
    unsubscribe(name, keep)
  })
  return messages
}

/** The message of the error that a call fails with. */
export async function failure(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'nothing failed',
    (error: Error) => error.message,
  )
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
