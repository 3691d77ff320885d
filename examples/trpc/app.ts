// A tRPC API protected with access tokens.
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { authenticated, refusalHeaders, t } from './auth.ts'

const router = t.router({
  messages: authenticated({ scopes: ['messages:read'] }).query(({ ctx }) => [
    { to: ctx.auth.subject, text: 'Hello' },
  ]),
  profile: authenticated().query(({ ctx }) => ({ subject: ctx.auth.subject })),
})
export type Router = typeof router

export const handle = (request: Request): Promise<Response> =>
  fetchRequestHandler({
    endpoint: '/',
    router,
    req: request,
    createContext: () => ({ request }),
    responseMeta: ({ errors }) => ({ headers: refusalHeaders(errors) }),
  })
