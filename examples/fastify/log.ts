import type { FastifyRequest } from 'fastify'

/** For fastify({ logger }): logs requests without their query, and without headers that may contain a token. */
export const logger = {
  serializers: {
    req: ({ method, url, host, ip, headers }: FastifyRequest) => ({
      method,
      url: url.replace(/\?.*/s, ''),
      host,
      remoteAddress: ip,
      headers: { ...headers },
    }),
  },
  redact: ['req.headers.authorization', 'req.headers.dpop', 'req.headers.cookie', 'req.headers.referer'],
}
