export { ShiftedClock } from './clock.ts'
export { AUDIENCE, CLIENT_ID, ISSUER, NOW } from './constants.ts'
export { type KeyPair, keySet, type SigningKey, signingKey, toSigningKey } from './keys.ts'
export { outcomeOf, type Refusal, refusalOf } from './outcome.ts'
export { type ScriptedAnswer, type ScriptedFetch, scriptedFetch } from './scripted-fetch.ts'
export { serve, type TestServer } from './serve.ts'
export {
  accessTokenClaims,
  base64url,
  bearer,
  signatureOf,
  signSegments,
  signToken,
  type TokenOptions,
  unavailableOptions,
  verifierOptions,
} from './tokens.ts'
