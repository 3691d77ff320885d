const { test } = require('node:test')
const { checkAll } = require('./app.cjs')

test('core, Express and Fastify', () => checkAll())
