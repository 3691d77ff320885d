export type { Answer } from './answers.ts'
export * as answers from './answers.ts'
export { type Certificate, selfSignedCertificate } from './certificate.ts'
export {
  AUDIENCE,
  HostileAuthorizationServer,
  type HostileServerOptions,
} from './server.ts'
export { junkKeys, replacedKey, type SigningKey, signingKey, weakSigningKey } from './signing-keys.ts'
export { type SilentListener, silentListener } from './silent-listener.ts'
export { trustingFetch } from './trusting-fetch.ts'
