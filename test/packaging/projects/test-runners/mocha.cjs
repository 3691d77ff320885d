const { checkAll } = require('./app.cjs')

it('core, Express and Fastify', () => checkAll())
