import { checkFastify, options } from '../check.cjs'
import { createServer } from './server'

test('the API is protected', async () => checkFastify(await createServer(options)))

test('a server without a valid issuer does not start', async () => {
  await expect(createServer({ issuer: 'test', audience: 'test' })).rejects.toThrow('issuer')
})
