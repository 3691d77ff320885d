import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createLogoutReceiver,
  createSignalReceiver,
  expressHandler,
  fetchHandler,
  type LogoutReceiver,
  memoryRevocationStore,
  type RevocationStore,
  type SignalReceiver,
  type SignalReceiverOptions,
} from '@okta-resource-server/signals'

type IsAny<T> = 0 extends 1 & T ? true : false
export const resolved: [
  IsAny<SignalReceiver>,
  IsAny<SignalReceiverOptions>,
  IsAny<SignalReceiverOptions['store']>,
  IsAny<SignalReceiverOptions['jwks']>,
  IsAny<LogoutReceiver>,
] = [false, false, false, false, false]

const store: RevocationStore = memoryRevocationStore()
const options = {
  issuer: 'https://example.okta.com',
  audience: 'https://api.example.com/signals',
  tokenIssuers: 'https://example.okta.com/oauth2/default',
  store,
}
const authorization = 'Bearer a-secret-of-the-stream-and-of-this-API'
export const receiver = createSignalReceiver({ ...options, authorization })
export const handlers: ((request: IncomingMessage, response: ServerResponse) => Promise<void>)[] = [
  expressHandler(receiver),
  expressHandler(createLogoutReceiver({ ...options, clientId: '0oa1logout' })),
]
export const answer: (request: Request) => Promise<Response> = fetchHandler(receiver)

// @ts-expect-error a store is needed
createSignalReceiver({ issuer: options.issuer, audience: options.audience, authorization })
