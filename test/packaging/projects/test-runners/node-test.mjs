import { test } from 'node:test'
import { checkAll } from './app.mjs'

test('core, Express and Fastify', () => checkAll())
