/** Why a request was refused, and the error code of RFC 8935 that the transmitter gets. */
const CODES = {
  method_not_allowed: ['invalid_request', 'The request is not a POST'],
  authentication_failed: ['authentication_failed', 'The credentials of the caller are wrong'],
  wrong_media_type: ['invalid_request', 'The media type of the body is wrong'],
  body_too_large: ['invalid_request', 'The body is too large'],
  body_malformed: ['invalid_request', 'The body is malformed'],
  token_malformed: ['invalid_request', 'The JWT is malformed'],
  wrong_type: ['invalid_request', 'The typ of the JWT is wrong'],
  signature_invalid: ['invalid_key', 'The signature of the JWT cannot be verified with a key of the issuer'],
  issuer_mismatch: ['invalid_issuer', 'The iss of the JWT is not that of the stream'],
  audience_mismatch: ['invalid_audience', 'The aud of the JWT does not contain this receiver'],
  client_mismatch: ['access_denied', 'The sub of the JWT is not the client of this receiver'],
  claim_not_allowed: ['invalid_request', 'The Security Event Token has a sub or exp'],
  claim_malformed: ['invalid_request', 'A claim of the JWT is missing or malformed'],
  token_expired: ['invalid_request', 'The JWT is too old, or not yet valid'],
  token_used: ['invalid_request', 'The JWT was used before'],
  event_malformed: ['invalid_request', 'An event is malformed'],
  subject_missing: ['invalid_request', 'An event has no subject'],
  subject_malformed: ['invalid_request', 'A subject is malformed'],
  subject_issuer: ['invalid_request', 'A subject belongs to another issuer'],
  subject_ambiguous: ['invalid_request', 'An event has two different subjects'],
  subject_not_supported: ['invalid_request', 'The format of the subject is not supported'],
  subject_unknown: ['invalid_request', 'The subject is not known'],
} as const

/** Why a request was refused. Stable and documented. */
export type SignalRefusalCode = keyof typeof CODES

/** Error codes of RFC 8935, section 2.4. */
export type PushErrorCode = (typeof CODES)[SignalRefusalCode][0]

/** A refusal. It never leaves the package: it becomes a response and a diagnostics message. */
export class SignalRefusal extends Error {
  readonly code: SignalRefusalCode
  readonly err: PushErrorCode
  constructor(code: SignalRefusalCode) {
    const [err, description] = CODES[code]
    super(description)
    this.code = code
    this.err = err
  }
}

export function refuse(code: SignalRefusalCode): never {
  throw new SignalRefusal(code)
}
