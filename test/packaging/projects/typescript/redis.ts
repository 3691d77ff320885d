import {
  type RedisClient,
  type RedisReplayStore,
  type RedisRevocationStoreOptions,
  redisReplayStore,
  redisRevocationStore,
} from '@okta-resource-server/redis'

type IsAny<T> = 0 extends 1 & T ? true : false
export const resolved: [
  IsAny<RedisClient>,
  IsAny<RedisReplayStore['claim']>,
  IsAny<RedisRevocationStoreOptions>,
  IsAny<RedisRevocationStoreOptions['prefix']>,
] = [false, false, false, false]

declare const client: RedisClient
export const replayStore: RedisReplayStore = redisReplayStore(client, { prefix: 'proofs:' })
export async function revoke(subject: string): Promise<void> {
  await redisRevocationStore(client).revoke({ issuer: 'https://example.okta.com/oauth2/default', subject })
}

// @ts-expect-error a client is no URL
redisReplayStore('redis://localhost:6379')
