import { checkAll } from './app.mjs'

test('core, and Express and Fastify over a socket', () => checkAll())
