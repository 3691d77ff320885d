import { redisReplayStore, redisRevocationStore } from '@okta-resource-server/redis'
import { createClient } from 'redis'
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'

const PORT = 6_379
const IMAGE = /^(?:redis|valkey\/valkey):/

/** The images of Redis and Valkey that the container engine has. */
async function localImages(): Promise<readonly string[]> {
  try {
    const { container } = await getContainerRuntimeClient()
    const images = await container.dockerode.listImages()
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => IMAGE.test(tag))
  } catch {
    return []
  }
}

const images = await localImages()

if (images.length === 0) {
  test('the stores in containers of Redis and Valkey', ({ skip }) => {
    skip('there is no image of Redis or Valkey: docker pull redis:7')
  })
} else {
  describe.each(images)('in a container of %s', (image) => {
    let container: StartedTestContainer
    let client: ReturnType<typeof createClient>

    beforeAll(async () => {
      container = await new GenericContainer(image).withExposedPorts(PORT).start()
      const socket = { host: container.getHost(), port: container.getMappedPort(PORT) }
      client = createClient({ socket, disableOfflineQueue: true })
      client.on('error', () => {})
      await client.connect()
    })
    afterAll(async () => {
      client?.destroy()
      await container?.stop()
    })

    it('a proof is accepted once', async () => {
      const store = redisReplayStore(client)
      await store.ready()
      const use = { key: 'a', client: 'c', thumbprint: 't', timeToLive: 60_000 }
      const claims = await Promise.all(Array.from({ length: 1_000 }, () => store.claim(use)))
      expect(claims.filter((isFirst) => isFirst)).toHaveLength(1)
    })

    it('a revoked user is refused', async () => {
      const store = redisRevocationStore(client)
      await store.declareRebuilt()
      await store.ready()
      const issuer = 'https://as.example'
      const token = { issuer, subject: 'ada', clientId: undefined, expiresAt: 60, claims: { iat: 1 } }
      expect(await store.isRevoked(token)).toBe(false)
      await store.revoke({ issuer, subject: 'ada' })
      expect(await store.isRevoked(token)).toBe(true)
    })
  })
}
