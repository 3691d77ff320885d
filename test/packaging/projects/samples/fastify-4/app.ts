// An API before these packages are installed.
import fastify from 'fastify'

export const server = fastify()
server.get('/messages', async () => [])
