import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import morgan from 'morgan'

type ExpressRequest = IncomingMessage & { readonly originalUrl?: string }

morgan.token<ExpressRequest, ServerResponse>('path', ({ originalUrl, url = '' }) => {
  return (originalUrl ?? url).split('?', 1)[0]
})

/** Logs requests without their query. `:url` and `:referrer`, and the formats combined, common and dev, contain it. */
export const logRequests = (stream: Writable = process.stdout) =>
  morgan(':remote-addr :method :path :status :res[content-length] - :response-time ms', { stream })
