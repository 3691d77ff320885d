import { expect, test } from 'vitest'
import { isRedisInstalled } from '../../packages/redis/test/support/redis-server.ts'
import { soakStores } from './store-soak.ts'

test.skipIf(!isRedisInstalled)(
  'no revoked token and no used proof is accepted while Redis restarts under load, and no outage is a 401',
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    console.log(`soak seed ${seed}`)
    const { outcomes, violations } = await soakStores(4, seed)
    expect(violations, `seed ${seed}`).toEqual([])
    expect(outcomes['token: accepted']).toBeGreaterThan(0)
    expect(outcomes['used proof: 401 proof_replayed']).toBeGreaterThan(0)
    expect(outcomes['revoked token: 401 token_revoked']).toBeGreaterThan(0)
  },
)
