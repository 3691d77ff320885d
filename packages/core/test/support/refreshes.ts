import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { deferred } from './deferred.ts'

const CHANNELS = ['refresh.started', 'refresh.succeeded', 'refresh.failed', 'keys.rotated'] as const

/** What was published on the refresh channels. */
export class RefreshLog {
  /** Name and content of each message. */
  readonly messages: [string, Readonly<Record<string, unknown>>][] = []
  #ended = deferred<void>()

  /** Records messages until the test ends. */
  constructor() {
    const listener = (message: unknown, name: string | symbol): void => {
      const short = String(name).replace('okta-resource-server:', '')
      this.messages.push([short, message as Readonly<Record<string, unknown>>])
      if (short !== 'refresh.succeeded' && short !== 'refresh.failed') return
      this.#ended.resolve()
      this.#ended = deferred()
    }
    for (const name of CHANNELS) subscribe(`okta-resource-server:${name}`, listener)
    onTestFinished(() => {
      for (const name of CHANNELS) unsubscribe(`okta-resource-server:${name}`, listener)
    })
  }

  /** Why each refresh was started. */
  get reasons(): unknown[] {
    return this.messages.flatMap(([name, { reason }]) => (name === 'refresh.started' ? [reason] : []))
  }

  clear(): void {
    this.messages.length = 0
  }

  /** Runs `act`, and waits for the end of the refresh that it starts in the background. */
  async after<T>(act: () => T): Promise<Awaited<T>> {
    const { promise } = this.#ended
    const result = await act()
    await promise
    await nextTurn()
    return result
  }
}
