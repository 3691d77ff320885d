import { createAccessTokenVerifier, memoryReplayStore } from '@okta-resource-server/core'
import { ShiftedClock } from '@okta-resource-server/testing'
import { afterEach, describe, expect, test } from 'vitest'
import type { Api } from '../contract/adapter.ts'
import { APIS } from '../contract/apis.ts'
import { ask } from '../contract/ask.ts'
import { linesFor, OPTIONS } from './support.ts'

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()))
})

describe.each(Object.entries(APIS))('%s', (_name, { start }) => {
  async function open(options: Partial<Parameters<typeof createAccessTokenVerifier>[0]>): Promise<Api> {
    const verifier = createAccessTokenVerifier({ ...OPTIONS, ...options })
    const api = await start({ verifier })
    opened.push(async () => {
      verifier.close()
      await api.stop()
    })
    return api
  }

  test('a used proof is never accepted again, however the clock is set', async () => {
    const clock = new ShiftedClock()
    const { url } = await open({ clock: clock.now })
    const lines = linesFor(`${url}/any`)
    const send = async (): Promise<number> => (await ask(`${url}/any`, lines)).status
    const statuses = [await send()]
    for (const step of [-5_000, 5_000, 100_000, -100_000, -30_000, 60_000, -30_000, 600_000, -600_000]) {
      clock.advance(step)
      statuses.push(await send())
    }

    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 401)])
  })

  test('processes that share a store accept a proof once, and others once each', async () => {
    const shared = memoryReplayStore()
    const externalUrl = 'https://api.example.com'
    const together = [
      await open({ dpop: { replayStore: shared, externalUrl } }),
      await open({ dpop: { replayStore: shared, externalUrl } }),
    ]
    const apart = [await open({ dpop: { externalUrl } }), await open({ dpop: { externalUrl } })]
    const sendAll = async (apis: readonly Api[]): Promise<number[]> => {
      const lines = linesFor(`${externalUrl}/any`)
      const answers = await Promise.all(apis.map(({ url }) => ask(`${url}/any`, lines)))
      return answers.map(({ status }) => status).sort()
    }

    expect(await sendAll(together)).toEqual([200, 401])
    expect(await sendAll(apart)).toEqual([200, 200])
  })

  test('processes with one nonce secret accept the nonces of each other, and others do not', async () => {
    const externalUrl = 'https://api.example.com'
    const nonce = { secrets: ['the secret that all processes share'] }
    const [one, other] = [
      await open({ dpop: { externalUrl, nonce } }),
      await open({ dpop: { externalUrl, nonce } }),
    ]
    const stranger = await open({ dpop: { externalUrl, nonce: {} } })
    const asked = await ask(`${one.url}/any`, linesFor(`${externalUrl}/any`))
    const claims = { nonce: asked.headers['dpop-nonce'] }
    const send = async ({ url }: Api): Promise<number> =>
      (await ask(`${url}/any`, linesFor(`${externalUrl}/any`, claims))).status

    expect(asked.status).toBe(401)
    expect([await send(one), await send(other), await send(stranger)]).toEqual([200, 200, 401])
  })
})
