// Prints which tokens are found in the heap after the authorization server could not be asked about them. It needs --expose-gc.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { getHeapSnapshot } from 'node:v8'
import { createAccessTokenVerifier } from '../../src/verifier.ts'

const KINDS = ['status', 'closed', 'thrown'] as const
/** Made here, so that the source does not contain it. */
const NAME = ['opaque', 'needle'].join('-')

const server = createServer((_, response) => response.writeHead(503).end())
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const endpoints = { status: port, closed: 1, thrown: port }

const verifiers = KINDS.map((kind) =>
  createAccessTokenVerifier({
    issuer: 'https://as.example.com',
    audience: 'https://api.example.com',
    allowInsecureHttp: true,
    introspection: {
      clientId: 'api',
      clientSecret: 'the-secret',
      endpoint: `http://127.0.0.1:${endpoints[kind]}/introspect`,
    },
    ...(kind === 'thrown' && { fetch: () => Promise.reject(new Error('no network')) }),
  }),
)
for (const [index, verifier] of verifiers.entries()) {
  await verifier.verify(`${NAME}-${KINDS[index]}`).catch(() => {})
}
// The last one may still be on the stack.
await verifiers[0]?.verify('another').catch(() => {})
await new Promise((resolve) => server.close(resolve))
await sleep(100)
globalThis.gc?.()
const heap = (await buffer(getHeapSnapshot())).toString('latin1')
const failures = verifiers.map((verifier) => verifier.status().issuers[0]?.lastError?.code)
console.log(JSON.stringify({ failures, found: KINDS.filter((kind) => heap.includes(`${NAME}-${kind}`)) }))
