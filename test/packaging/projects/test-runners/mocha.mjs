import { checkAll } from './app.mjs'

it('core, Express and Fastify', () => checkAll())
