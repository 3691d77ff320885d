import fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify'
import { type OktaAuthOptions, oktaAuth } from '../src/index.ts'
import { verifier } from './support.ts'

const apps: FastifyInstance[] = []

export async function closeApps(): Promise<void> {
  for (const app of apps.splice(0)) await app.close()
}

export function create(): FastifyInstance {
  const app = fastify()
  apps.push(app)
  return app
}

/** Registered as users do it: without await, routes right after. */
export function protectedApp(options: object = {}): FastifyInstance {
  const app = create()
  app.register(oktaAuth, { verifier: verifier(), ...options } as OktaAuthOptions)
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
