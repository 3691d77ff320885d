export type {
  IoRedisClient,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisSentinel,
  RedisClient,
} from './client.ts'
export { type RedisReplayStore, type RedisReplayStoreOptions, redisReplayStore } from './replay-store.ts'
export {
  type RedisRevocationStore,
  type RedisRevocationStoreOptions,
  redisRevocationStore,
} from './revocation-store.ts'
export type { RedisStoreOptions } from './server.ts'
