import { describe, expect, it, vi } from 'vitest'
import { type Deferred, deferred } from '../support/deferred.ts'
import { activeAnswer, askingVerifier } from '../support/introspection.ts'

const [ONE, OTHER] = ['one-AAAAAAAA', 'other-AAAAAAAA']

/** A verifier whose authorization server answers in the order that a test chooses. */
function scene() {
  const { verifier, server, calls } = askingVerifier({ cacheMaxAge: 0 })
  const replies: Deferred<Response>[] = []
  server.reply = () => {
    const reply = deferred<Response>()
    replies.push(reply)
    return reply.promise
  }
  return {
    verify: (token: string) => verifier.verify(token).then(({ subject }) => subject),
    /** Waits for so many calls in total. */
    called: (count: number) => vi.waitFor(() => expect(calls).toHaveLength(count)),
    answer: (call: number, sub: string) => replies[call]?.resolve(Response.json(activeAnswer({ sub }))),
  }
}

describe('two tokens with the same ending that are verified at the same time', () => {
  it.each([[[0, 1]], [[1, 0]]])('get the answers about them, whatever comes first: %j', async (order) => {
    const { verify, called, answer } = scene()
    const results = [verify(ONE), verify(OTHER)]
    await called(2)
    for (const call of order) {
      answer(call, `sub-${call}`)
      expect(await results[call]).toBe(`sub-${call}`)
    }
  })
})
