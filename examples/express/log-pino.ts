import type { Writable } from 'node:stream'
import { pinoHttp } from 'pino-http'

/** Logs requests without their query, and without headers that may contain a token. */
export const logRequests = (stream: Writable = process.stdout) =>
  pinoHttp(
    {
      serializers: {
        req: ({ id, method, url, headers, remoteAddress }) => ({
          id,
          method,
          url: url.replace(/\?.*/s, ''),
          headers,
          remoteAddress,
        }),
      },
      redact: [
        'req.headers.authorization',
        'req.headers.dpop',
        'req.headers.cookie',
        'req.headers.referer',
        'res.headers["set-cookie"]',
      ],
    },
    stream,
  )
