const { checkAll } = require('./app.cjs')

test('core, and Express and Fastify over a socket', () => checkAll())
