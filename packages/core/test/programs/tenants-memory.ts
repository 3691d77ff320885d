// Prints how many bytes stay in memory for each evicted tenant, without the token cache and with it. It needs --expose-gc.
import { mock } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AUDIENCE, keySet, NOW, signingKey, signToken } from '@okta-resource-server/testing'
import { createAccessTokenVerifier } from '../../src/verifier.ts'

mock.timers.enable({ apis: ['setTimeout'] })
const TENANTS = 400
const key = signingKey('ES256', 'tenants')
let tenants = 0

async function bytesPerTenant(tokenCache: false | { max: number }): Promise<number> {
  const verifier = createAccessTokenVerifier({
    issuer: () => ({ audience: AUDIENCE, jwks: keySet(key) }),
    issuerCache: { max: 10 },
    tokenCache,
    clock: () => NOW * 1_000,
  })

  /** Sends a token of each of so many tenants, one after the other, and then none for a minute. */
  async function heapAfter(count: number): Promise<number> {
    for (let index = 0; index < count; index++) {
      const token = signToken({ key, claims: { iss: `https://as.example/${tenants++}` } })
      for (let time = 0; time < 2; time++) await verifier.verify(token)
      await nextTurn()
    }
    mock.timers.tick(60_000)
    for (let time = 0; time < 2; time++) globalThis.gc?.()
    return process.memoryUsage().heapUsed
  }

  const before = await heapAfter(TENANTS)
  const after = await heapAfter(TENANTS)
  verifier.close()
  return Math.round((after - before) / TENANTS)
}

const uncached = await bytesPerTenant(false)
console.log(JSON.stringify({ uncached, cached: await bytesPerTenant({ max: 10_000 }) }))
