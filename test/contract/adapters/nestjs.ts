import 'reflect-metadata'
import { All, Controller, HttpCode, type INestApplication, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import {
  Auth,
  type AuthDecorator,
  OktaAuthModule,
  RequireAuth,
  type VerifiedAccessToken,
} from '@okta-resource-server/nestjs'
import express from 'express'
import {
  type Adapter,
  type AdapterOptions,
  type Api,
  FORM,
  headerLimit,
  listen,
  OPTIONAL,
  PARSED,
  ROUTES,
  requirementsOf,
} from '../adapter.ts'

/** A controller of one path. Decorators are called as functions, because Node.js does not run their syntax. */
function controller(path: string, decorators: readonly AuthDecorator[]): Type<object> {
  class Route {
    answer(auth: VerifiedAccessToken | undefined) {
      return auth === undefined ? { subject: null } : { subject: auth.subject, scopes: auth.scopes }
    }
  }
  const method = Object.getOwnPropertyDescriptor(Route.prototype, 'answer') as PropertyDescriptor
  for (const decorate of [All(), HttpCode(200), ...decorators]) decorate(Route.prototype, 'answer', method)
  Auth()(Route.prototype, 'answer', 0)
  Controller(path)(Route)
  return Route
}

const controllers = [
  controller(OPTIONAL, [RequireAuth({ credentials: 'optional' })]),
  ...[FORM, ...Object.keys(ROUTES)].map((path) => {
    const requirements = requirementsOf(path)
    return controller(path, requirements === undefined ? [] : [RequireAuth(requirements)])
  }),
]

async function create<App extends INestApplication>(
  { verifier, logs = false }: AdapterOptions,
  adapter: ExpressAdapter | FastifyAdapter,
): Promise<App> {
  const root = { module: class Root {}, imports: [OktaAuthModule.forRoot({ verifier })], controllers }
  const options = { bodyParser: false, abortOnError: false, ...(!logs && { logger: false as const }) }
  return NestFactory.create<App>(root, adapter, options)
}

export const nestExpress: Adapter = {
  name: 'NestJS on Express',
  start: async (options): Promise<Api> => {
    const app = await create<NestExpressApplication>(options, new ExpressAdapter())
    app.use(PARSED as string[], express.urlencoded({ extended: false }))
    await app.init()
    const api = await listen(app.getHttpAdapter().getInstance(), options)
    return { url: api.url, stop: () => api.stop().then(() => app.close()) }
  },
}

export const nestFastify: Adapter = {
  name: 'NestJS on Fastify',
  start: async (options): Promise<Api> => {
    const adapter = new FastifyAdapter({
      forceCloseConnections: true,
      http: { maxHeaderSize: headerLimit(options) },
    })
    const app = await create(options, adapter)
    const parse = { parseAs: 'string' } as const
    adapter
      .getInstance()
      .addContentTypeParser('application/x-www-form-urlencoded', parse, ({ url }, body, done) =>
        done(
          null,
          PARSED.includes(url.split('?', 1)[0] as string)
            ? Object.fromEntries(new URLSearchParams(String(body)))
            : undefined,
        ),
      )
    await app.listen(0, '127.0.0.1')
    return { url: await app.getUrl(), stop: () => app.close() }
  },
}
