import { EventEmitter } from 'node:events'
import { ConfigurationError } from '@okta-resource-server/core'
import { Cluster as IoCluster } from 'ioredis'
import { Cluster as IoValkeyCluster } from 'iovalkey'
import { createClient, createClientPool } from 'redis'
import { describe, expect, it } from 'vitest'
import { type RedisClient, redisReplayStore, redisRevocationStore } from '../src/index.ts'
import { endOf, use } from './support/uses.ts'

const client = createClient()

function errorOf(call: () => unknown): ConfigurationError {
  try {
    call()
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe.each([
  ['redisReplayStore()', redisReplayStore],
  ['redisRevocationStore()', redisRevocationStore],
])('%s refuses', (_, create) => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a URL', 'redis://127.0.0.1'],
    ['options of a client', { host: '127.0.0.1' }],
    ['an event emitter', new EventEmitter()],
    ['a promise of a client', Promise.resolve(client)],
    // It does not say whether it is connected.
    ['a pool', createClientPool()],
  ])('%s as client', (_what, other) => {
    expect(errorOf(() => create(other as RedisClient))).toMatchObject({
      option: 'client',
      message: expect.stringMatching(/a client of redis 6.*A pool is not supported: use createClient\(\)/),
    })
  })

  it('an option that does not exist', () => {
    expect(errorOf(() => create(client, { timeout: 500 } as object))).toMatchObject({
      option: 'timeout',
      code: 'option_unknown',
      message: expect.stringContaining('timeoutDuration'),
    })
  })

  it.each([null, 'ors:', 500])('%j instead of options', (options) => {
    expect(errorOf(() => create(client, options as never))).toMatchObject({ option: 'options' })
  })

  it.each([
    ['timeoutDuration', 0],
    ['timeoutDuration', 1.5],
    ['timeoutDuration', 60_001],
    ['timeoutDuration', '500'],
    ['allowEviction', 'yes'],
    ['allowEviction', 1],
    ['prefix', ''],
    ['prefix', 'a b'],
    ['prefix', '{a}'],
    ['prefix', 'é'],
    ['prefix', 'a'.repeat(101)],
    ['prefix', 1],
  ])('the %s %j', (option, value) => {
    expect(errorOf(() => create(client, { [option]: value }))).toMatchObject({
      option,
      code: 'option_invalid',
    })
  })

  it.each([
    ['ioredis', IoCluster],
    ['iovalkey', IoValkeyCluster],
  ])('a cluster client of %s that reads from replicas', (_name, Cluster) => {
    const nodes = [{ host: '127.0.0.1', port: 1 }]
    const make = (scaleReads: 'all' | 'slave' | 'master') =>
      new Cluster(nodes, { lazyConnect: true, scaleReads }) as unknown as RedisClient
    for (const scaleReads of ['all', 'slave'] as const) {
      expect(errorOf(() => create(make(scaleReads))).message).toContain("scaleReads: 'master'")
    }
    create(make('master'))
  })
})

it('redisRevocationStore() refuses a retention that is no number of milliseconds', () => {
  const error = errorOf(() => redisRevocationStore(client, { retentionDuration: 0.5 }))
  expect(error.option).toBe('retentionDuration')
})

it('a client that throws is not connected, however often it has thrown', async () => {
  const throwing = Object.assign(new EventEmitter(), {
    isReady: true,
    sendCommand: ([name]: string[]) => {
      if (name !== 'INFO') throw new Error('no socket')
      return Promise.resolve('role:master\r\nmaxmemory_policy:noeviction\r\n')
    },
  })
  const store = redisReplayStore(throwing as unknown as RedisClient)
  // More often than calls may wait for Redis at the same time.
  for (let count = 0; count < 10_001; count++) {
    expect(await endOf(store.claim(use(`k${count}`)))).toBe('not_connected')
  }
})

it.each(['QUEUED', 1, true, undefined])('the answer %j of a client is no claim', async (answer) => {
  const odd = Object.assign(new EventEmitter(), {
    isReady: true,
    sendCommand: async ([name]: string[]) =>
      name === 'INFO' ? 'role:master\r\nmaxmemory_policy:noeviction\r\n' : answer,
  })
  expect(await endOf(redisReplayStore(odd as unknown as RedisClient).claim(use('a')))).toBe('server_error')
})

it('what is found out about a server does not count for another one that the client talks to meanwhile', async () => {
  const answers: ((policy: string) => void)[] = []
  const described = () =>
    new Promise((resolve) => {
      answers.push((policy) => resolve(`role:master\r\nmaxmemory_policy:${policy}\r\n`))
    })
  const moving = Object.assign(new EventEmitter(), {
    isReady: true,
    sendCommand: ([name]: string[]) => (name === 'INFO' ? described() : Promise.resolve('OK')),
  })
  const store = redisReplayStore(moving as unknown as RedisClient)
  const first = store.claim(use('a'))
  moving.emit('ready')
  const later = [endOf(store.claim(use('b')))]
  answers[0]?.('noeviction')
  await first
  later.push(endOf(store.claim(use('c'))))
  answers[1]?.('allkeys-lru')
  expect(await Promise.all(later)).toEqual(['evicts', 'evicts'])
})

it('a client has one listener per event, however many stores use it', () => {
  const shared = createClient()
  const before = shared.listenerCount('ready')
  for (let count = 0; count < 20; count++) redisReplayStore(shared)
  expect(shared.listenerCount('ready')).toBe(before + 1)
})
