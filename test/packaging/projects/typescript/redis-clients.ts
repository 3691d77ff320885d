// The clients of the packages that the documentation names are clients in the types, too.
import { type RedisReplayStore, redisReplayStore } from '@okta-resource-server/redis'
import { Redis } from 'ioredis'
import { Redis as Valkey } from 'iovalkey'
import { createClient, createCluster } from 'redis'

export const stores: RedisReplayStore[] = [
  redisReplayStore(new Redis()),
  redisReplayStore(new Valkey()),
  redisReplayStore(createClient()),
  redisReplayStore(createCluster({ rootNodes: [] })),
]
