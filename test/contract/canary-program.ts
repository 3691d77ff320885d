import { type Channel, subscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import {
  type AccessTokenVerifierOptions,
  clientCertHeader,
  type DiagnosticsMessages,
} from '@okta-resource-server/core'
import { startApis } from './apis.ts'
import { PROXY } from './canary-requests.ts'

/** What the program receives. */
export interface Settings {
  readonly options: AccessTokenVerifierOptions
  /** The time of its stopped clock, in seconds since the epoch. */
  readonly now: number
}
/** What the program sends once the APIs listen: their URLs by name. */
export type Addresses = Readonly<Record<string, string>>

const CHANNELS: Readonly<Record<keyof DiagnosticsMessages, true>> = {
  'okta-resource-server:fetch.started': true,
  'okta-resource-server:fetch.succeeded': true,
  'okta-resource-server:fetch.failed': true,
  'okta-resource-server:refresh.started': true,
  'okta-resource-server:refresh.succeeded': true,
  'okta-resource-server:refresh.failed': true,
  'okta-resource-server:keys.rotated': true,
  'okta-resource-server:introspection.succeeded': true,
  'okta-resource-server:introspection.failed': true,
  'okta-resource-server:token.accepted': true,
  'okta-resource-server:token.refused': true,
  'okta-resource-server:status.unchecked': true,
  'okta-resource-server:request.anonymous': true,
  'okta-resource-server:store.failed': true,
  'okta-resource-server:verifier.configured': true,
}

/** Prints the whole message. */
const print = (message: unknown, name: Channel['name']): void =>
  console.log(
    name,
    inspect(message, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null }),
  )

for (const name of Object.keys(CHANNELS)) subscribe(name, print)

process.once('message', async ({ options, now }: Settings) => {
  const { apis, stop } = await startApis(
    { ...options, clock: () => now * 1_000, mtls: { certificate: clientCertHeader({ secret: PROXY }) } },
    { logs: true },
  )
  process.once('message', async () => {
    await stop()
    process.disconnect()
  })
  process.send?.(Object.fromEntries(apis.map(({ name, url }) => [name, url])) satisfies Addresses)
})
