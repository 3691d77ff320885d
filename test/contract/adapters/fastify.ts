import oktaAuth from '@okta-resource-server/fastify'
import fastify, { type FastifyRequest } from 'fastify'
import createFastify4 from 'fastify4'
import {
  type Adapter,
  type AdapterOptions,
  type Api,
  FORM,
  headerLimit,
  OPTIONAL,
  ROUTES,
  requirementsOf,
} from '../adapter.ts'

/** An app with a parser for forms, which Fastify lacks. */
function createApp(create: typeof fastify, options: AdapterOptions) {
  const app = create({
    forceCloseConnections: true,
    http: { maxHeaderSize: headerLimit(options) },
    logger: options.logs === true && { level: 'trace' },
  })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  return app
}

const anonymous = async ({ auth }: FastifyRequest) => ({
  subject: (auth as typeof auth | null)?.subject ?? null,
})
const identified = async ({ auth: { subject, scopes } }: FastifyRequest) => ({ subject, scopes })

async function listen(app: ReturnType<typeof createApp>): Promise<Api> {
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, stop: () => app.close() }
}

const paths: readonly string[] = Object.keys(ROUTES)

/** Every route is protected, by what its `config.auth` says. */
function globalAdapter(name: string, create: typeof fastify): Adapter {
  return {
    name,
    start: async (options) => {
      const app = createApp(create, options)
      await app.register(oktaAuth, { verifier: options.verifier })
      const later = { config: { auth: false } } as const
      app.get(OPTIONAL, { config: { auth: { credentials: 'optional' } } }, anonymous)
      app.post(OPTIONAL, { ...later, preHandler: app.requireAuth({ credentials: 'optional' }) }, anonymous)
      app.post(FORM, { ...later, preHandler: app.requireAuth() }, identified)
      for (const path of paths) {
        const auth = requirementsOf(path)
        app.get(path, { config: auth === undefined ? {} : { auth } }, identified)
      }
      app.post('/any', identified)
      return listen(app)
    },
  }
}

export const fastifyGlobal: Adapter = globalAdapter('Fastify, global', fastify)
export const fastify4: Adapter = globalAdapter('Fastify 4', createFastify4)

/** Only routes with a `requireAuth` hook are protected. */
export const fastifyLocal: Adapter = {
  name: 'Fastify, global: false',
  start: async (options) => {
    const app = createApp(fastify, options)
    await app.register(oktaAuth, { verifier: options.verifier, global: false })
    const optional = app.requireAuth({ credentials: 'optional' })
    app.get(OPTIONAL, { onRequest: optional }, anonymous)
    app.post(OPTIONAL, { preHandler: optional }, anonymous)
    app.post(FORM, { preHandler: app.requireAuth() }, identified)
    for (const path of paths) app.get(path, { onRequest: app.requireAuth(requirementsOf(path)) }, identified)
    app.post('/any', { onRequest: app.requireAuth() }, identified)
    return listen(app)
  },
}
