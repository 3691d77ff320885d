import oktaAuth from '@okta-resource-server/fastify'
import fastify from 'fastify'
import { checkFastify, options } from '../check.cjs'

const server = fastify()
server.register(oktaAuth, options)
server.get('/messages', { config: { auth: { scopes: ['messages:read'] } } }, async (request) => {
  const subject: string | undefined = request.auth.subject
  // @ts-expect-error: the types are not any
  request.auth.nothing
  return { subject }
})
checkFastify(server).then(() => console.log('passed'))
