import { getRequestListener } from '@hono/node-server'
import { MissingTokenError, type RequestLike, responseHeaders } from '@okta-resource-server/core'
import { type Context, Hono } from 'hono'
import { type Adapter, listen, OPTIONAL, PARSED, requirementsOf } from '../adapter.ts'

async function withForm({ req: { raw }, req }: Context): Promise<RequestLike> {
  return { headers: raw.headers, url: raw.url, body: await req.parseBody() }
}

/** Core in Hono, without an error handler: Hono asks each refusal for its response. */
export const hono: Adapter = {
  name: 'Hono',
  joinsHeaders: true,
  start: (options) => {
    const app = new Hono()
    app.on(['GET', 'HEAD', 'POST'], '*', async (c) => {
      const { path, method } = c.req
      try {
        const given = method === 'POST' && PARSED.includes(path) ? await withForm(c) : c.req.raw
        const { subject, scopes } = await options.verifier.authenticate(given, requirementsOf(path))
        return c.json({ subject, scopes }, 200, { ...responseHeaders(given) })
      } catch (error) {
        const isAnonymous = error instanceof MissingTokenError && error.code === 'missing_token'
        if (path === OPTIONAL && isAnonymous) return c.json({ subject: null })
        if (options.logs === true) console.error(error)
        throw error
      }
    })
    // The host of requests of HTTP/1.0, which need not have one.
    return listen(getRequestListener(app.fetch, { hostname: 'localhost' }), options)
  },
}
