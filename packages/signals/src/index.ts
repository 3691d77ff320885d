export { memoryRevocationStore, type RevocationStore } from '@okta-resource-server/core'
export type { ReceiverKind, SignalMessages } from './diagnostics.ts'
export type { StreamProblem, StreamStatus, UserEvent } from './events.ts'
export { expressHandler, type FastifySignalsOptions, fastifySignals, fetchHandler } from './handlers.ts'
export { createLogoutReceiver, type LogoutReceiver, type LogoutReceiverOptions } from './logout-receiver.ts'
export type { ReceiverOptions } from './options.ts'
export type { PushReceiver, PushRequest, PushResponse } from './push.ts'
export type { PushErrorCode, SignalRefusalCode } from './refusal.ts'
export {
  createSignalReceiver,
  type SignalReceiver,
  type SignalReceiverOptions,
  type SignalReceiverStatus,
} from './signal-receiver.ts'
