import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tell } from './child.ts'
import { settingFromEnvironment } from './policy.ts'
import { readKeys } from './token-store.ts'

// The JWK Set endpoint of the authorization server, for libraries that can only fetch keys.
const body = JSON.stringify(readKeys(settingFromEnvironment().folder).jwks)
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').setHeader('cache-control', 'max-age=3600').end(body)
})
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))
