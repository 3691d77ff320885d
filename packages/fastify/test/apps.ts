import { verifierOptions } from '@okta-resource-server/testing'
import fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify'
import { type OktaAuthOptions, oktaAuth } from '../src/index.ts'

export const optional: OktaAuthOptions = { ...verifierOptions(), credentials: 'optional' }

const apps: FastifyInstance[] = []

export async function closeApps(): Promise<void> {
  for (const app of apps.splice(0)) await app.close()
}

export function create(): FastifyInstance {
  const app = fastify()
  apps.push(app)
  return app
}

/** Registers the plugin as users do: without `await`, and routes right after it. */
export function protectedApp(options: OktaAuthOptions = verifierOptions()): FastifyInstance {
  const app = create()
  app.register(oktaAuth, options)
  app.get('/me', async (request) => ({ subject: request.auth?.subject ?? null }))
  app.get('/explicit', { config: { auth: true } }, async (request) => request.auth.claims)
  app.get('/health', { config: { auth: false } }, async (request) => ({ auth: request.auth }))
  app.get(
    '/messages',
    { config: { auth: { scopes: ['messages:read'] } } },
    async (request) => request.auth.claims,
  )
  app.get('/admin', { config: { auth: { scopes: ['messages:read', 'messages:write'] } } }, async () => ({}))
  app.get('/any', { config: { auth: { anyScope: ['other', 'messages:read'] } } }, async () => ({}))
  app.get('/claim', { config: { auth: { claims: { cid: 'another' } } } }, async () => ({}))
  app.get(
    '/maybe',
    { config: { auth: { credentials: 'optional', scopes: ['messages:write'] } } },
    async (request) => ({
      auth: request.auth,
    }),
  )
  app.post('/messages', async (request) => request.body)
  return app
}

export const get = (
  app: FastifyInstance,
  url: string,
  options: InjectOptions = {},
): Promise<LightMyRequestResponse> => app.inject({ url, ...options })

/** Parses forms, as the plugin @fastify/formbody does. */
export function parseForms(app: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded'
  app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body as string)))
  })
}
