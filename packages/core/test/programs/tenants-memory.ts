// Prints how many bytes stay in memory for each evicted tenant. It needs --expose-gc.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AUDIENCE, keySet, NOW, signingKey, signToken } from '@okta-resource-server/testing'
import { createAccessTokenVerifier } from '../../src/verifier.ts'

const TENANTS = 600
const key = signingKey('ES256', 'tenants')

const verifier = createAccessTokenVerifier({
  issuer: () => ({ audience: AUDIENCE, jwks: keySet(key) }),
  issuerCache: { max: 10 },
  tokenCache: false,
  clock: () => NOW * 1_000,
})
let tenants = 0

/** Sends a token of each of so many tenants, one after the other. */
async function heapAfter(count: number): Promise<number> {
  for (let index = 0; index < count; index++) {
    const iss = `https://as.example/${tenants++}`
    await verifier.verify(signToken({ key, claims: { iss } }))
    await nextTurn()
  }
  for (let time = 0; time < 2; time++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const before = await heapAfter(TENANTS)
const after = await heapAfter(TENANTS)
console.log(JSON.stringify(Math.round((after - before) / TENANTS)))
