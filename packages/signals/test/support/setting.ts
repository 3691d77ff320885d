import { memoryRevocationStore, type Revocation, type RevocationStore } from '@okta-resource-server/core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import {
  createLogoutReceiver,
  createSignalReceiver,
  type LogoutReceiver,
  type LogoutReceiverOptions,
  type PushResponse,
  type SignalReceiver,
  type SignalReceiverOptions,
} from '../../src/index.ts'
import { type Json, Transmitter } from './transmitter.ts'

export const AUDIENCE = 'https://api.example.com/signals'
export const LOGOUT_URL = 'https://api.example.com/global-token-revocation'
export const AUTHORIZATION = 'Bearer a-secret-of-the-stream'
const CLIENT_ID = '0oa1logout'

/** A revocation store that also lists what was written. */
export interface ListedStore extends RevocationStore {
  readonly written: Revocation[]
}

export function listedStore(): ListedStore {
  const store = memoryRevocationStore()
  const written: Revocation[] = []
  return {
    ...store,
    written,
    async revoke(revocation) {
      await store.revoke(revocation)
      written.push(revocation)
    },
  }
}

export let okta: Transmitter
const open: { close(): void }[] = []

/** Starts the org, and closes all receivers of a test after it. */
export function useOkta(): void {
  beforeAll(async () => {
    okta = await Transmitter.start()
  })
  afterAll(() => okta.stop())
  afterEach(() => {
    for (const receiver of open.splice(0)) receiver.close()
  })
}

export function signalReceiver(options: Partial<SignalReceiverOptions> = {}): SignalReceiver {
  const receiver = createSignalReceiver({
    issuer: okta.issuer,
    audience: AUDIENCE,
    authorization: AUTHORIZATION,
    tokenIssuers: okta.tokenIssuer,
    store: memoryRevocationStore(),
    ...options,
  })
  open.push(receiver)
  return receiver
}

export function logoutReceiver(options: Partial<LogoutReceiverOptions> = {}): LogoutReceiver {
  const receiver = createLogoutReceiver({
    issuer: okta.issuer,
    audience: LOGOUT_URL,
    clientId: CLIENT_ID,
    tokenIssuers: okta.tokenIssuer,
    store: memoryRevocationStore(),
    ...options,
  })
  open.push(receiver)
  return receiver
}

/** A request, and how many times its body was read. */
export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a body to a receiver, without a server. */
export async function send(
  receiver: SignalReceiver | LogoutReceiver,
  body: string,
  { method = 'POST', headers = {} }: Sent = {},
): Promise<PushResponse & { readonly json: Json; readonly bodyWasRead: boolean }> {
  let bodyWasRead = false
  const response = await receiver.receive({
    method,
    header: (name) => headers[name],
    async readBody() {
      bodyWasRead = true
      return Buffer.from(body)
    },
  })
  return { ...response, bodyWasRead, json: response.body === '' ? {} : JSON.parse(response.body) }
}

export const SET_HEADERS = { authorization: AUTHORIZATION, 'content-type': 'application/secevent+jwt' }

/** Pushes a Security Event Token as Okta does. */
export const push = (
  receiver: SignalReceiver,
  set: string,
  headers: Readonly<Record<string, string>> = {},
): ReturnType<typeof send> => send(receiver, set, { headers: { ...SET_HEADERS, ...headers } })

/** Sends a Universal Logout request as Okta does. */
export function logOut(receiver: LogoutReceiver, token: string, body: unknown): ReturnType<typeof send> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return send(receiver, text, { headers })
}
