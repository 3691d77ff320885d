// Declares a new Redis complete: run it once, by hand, when Redis is set up. Set REDIS_URL. Do not run it when the API starts:
// a store that was lost in between would pass for a complete one.
import { redisRevocationStore } from '@okta-resource-server/redis'
import { createClient } from 'redis'

const client = createClient({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' })
client.on('error', (error) => console.error(error))
await client.connect()
await redisRevocationStore(client).declareRebuilt()
await client.close()
console.log('The revocation store is complete.')
