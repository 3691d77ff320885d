import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { tell } from './child.ts'
import { introspectionAnswer, rsaKeyOf } from './introspection-endpoint.ts'
import { settingFromEnvironment } from './policy.ts'
import { readKeys } from './token-store.ts'

// The authorization server: its JWK Set, for libraries that can only fetch keys, and an introspection endpoint.
const { jwks } = readKeys(settingFromEnvironment().folder)
const key = rsaKeyOf(jwks)
const keys = JSON.stringify(jwks)
const server = createServer(async (request, response) => {
  const body =
    request.method === 'POST' ? JSON.stringify(introspectionAnswer(await text(request), key)) : keys
  response.setHeader('content-type', 'application/json').setHeader('cache-control', 'max-age=3600').end(body)
})
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))
