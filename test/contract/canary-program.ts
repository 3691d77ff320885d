import { type Channel, subscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import type { AccessTokenVerifierOptions, DiagnosticsMessages } from '@okta-resource-server/core'
import { startApis } from './apis.ts'

/** What the program is told, and what it tells when the APIs listen. */
export interface Settings {
  readonly options: AccessTokenVerifierOptions
  /** Seconds since the epoch at which it stands still. */
  readonly now: number
}
export type Addresses = Readonly<Record<string, string>>

const CHANNELS: Readonly<Record<keyof DiagnosticsMessages, true>> = {
  'okta-resource-server:fetch.started': true,
  'okta-resource-server:fetch.succeeded': true,
  'okta-resource-server:fetch.failed': true,
  'okta-resource-server:refresh.started': true,
  'okta-resource-server:refresh.succeeded': true,
  'okta-resource-server:refresh.failed': true,
  'okta-resource-server:keys.rotated': true,
  'okta-resource-server:token.accepted': true,
  'okta-resource-server:token.refused': true,
}

/** Everything that there is to know of a message. */
const print = (message: unknown, name: Channel['name']): void =>
  console.log(
    name,
    inspect(message, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null }),
  )

for (const name of Object.keys(CHANNELS)) subscribe(name, print)

process.once('message', async ({ options, now }: Settings) => {
  const { apis, stop } = await startApis({ ...options, clock: () => now * 1_000 }, { logs: true })
  process.once('message', async () => {
    await stop()
    process.disconnect()
  })
  process.send?.(Object.fromEntries(apis.map(({ name, url }) => [name, url])) satisfies Addresses)
})
