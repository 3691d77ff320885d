import { describe, expect, it } from 'vitest'
import * as published from '../../src/index.ts'
import { type ConfigurationCode, ERROR_CATALOGUE, type ErrorCode } from '../../src/refusal/codes.ts'
import { HINTS } from '../../src/refusal/hints.ts'

const texts = Object.values(ERROR_CATALOGUE).flatMap((codes) => Object.entries(codes))

describe('the error catalogue', () => {
  it('lists every error class that is exported', () => {
    const exported = Object.entries(published)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
      .map(([name]) => name)
    const listed = [
      ...Object.keys(ERROR_CATALOGUE),
      'RemoteDocumentError',
      'ResourceServerError',
      'StoreError',
    ]
    expect(exported.sort()).toEqual(listed.sort())
  })

  it('gives each code to one class', () => {
    expect(new Set(texts.map(([code]) => code)).size).toBe(texts.length)
  })

  it('has the codes of the exported types', () => {
    // A code too many or too few is a type error.
    const all: Record<ErrorCode | ConfigurationCode, true> = {
      missing_token: true,
      unsupported_scheme: true,
      malformed_authorization_header: true,
      multiple_authorization_headers: true,
      multiple_tokens: true,
      token_in_query: true,
      token_in_body: true,
      token_too_large: true,
      token_malformed: true,
      token_encrypted: true,
      unsupported_header_parameter: true,
      algorithm_not_allowed: true,
      key_id_missing: true,
      key_unknown: true,
      key_unsuitable: true,
      signature_invalid: true,
      not_an_access_token: true,
      id_token: true,
      refresh_token: true,
      logout_token: true,
      security_event_token: true,
      dpop_proof: true,
      id_jag: true,
      transaction_token: true,
      introspection_response: true,
      status_list_token: true,
      revocation_request: true,
      authorization_request: true,
      entity_statement: true,
      sender_constrained: true,
      status_not_supported: true,
      possession_required: true,
      certificate_missing: true,
      certificate_mismatch: true,
      certificate_malformed: true,
      token_not_bound: true,
      dpop_required: true,
      proof_key_mismatch: true,
      token_inactive: true,
      issuer_missing: true,
      issuer_not_allowed: true,
      audience_missing: true,
      audience_mismatch: true,
      expiry_missing: true,
      token_expired: true,
      token_not_yet_valid: true,
      token_issued_in_future: true,
      token_too_old: true,
      claim_malformed: true,
      token_revoked: true,
      lifetime_too_long: true,
      client_not_allowed: true,
      proof_missing: true,
      multiple_proofs: true,
      proof_too_large: true,
      proof_malformed: true,
      proof_type_invalid: true,
      proof_algorithm_not_allowed: true,
      proof_key_private: true,
      proof_key_unsuitable: true,
      proof_claim_malformed: true,
      proof_method_mismatch: true,
      proof_url_mismatch: true,
      proof_token_mismatch: true,
      proof_too_old: true,
      proof_issued_in_future: true,
      proof_signature_invalid: true,
      proof_replayed: true,
      proof_nonce_missing: true,
      proof_nonce_invalid: true,
      insufficient_scope: true,
      insufficient_claims: true,
      caller_not_allowed: true,
      delegation_not_allowed: true,
      actor_not_allowed: true,
      insufficient_authorization_details: true,
      user_required: true,
      insufficient_user_authentication: true,
      authentication_too_old: true,
      metadata_unavailable: true,
      keys_unavailable: true,
      introspection_unavailable: true,
      status_unavailable: true,
      issuer_unavailable: true,
      replay_store_full: true,
      store_unavailable: true,
      verifier_closed: true,
      option_missing: true,
      option_invalid: true,
      option_unknown: true,
      middleware_missing: true,
    }
    expect(texts.map(([code]) => code).sort()).toEqual(Object.keys(all).sort())
  })

  it('is frozen', () => {
    for (const part of [ERROR_CATALOGUE, ...Object.values(ERROR_CATALOGUE)]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it.each(texts)('describes %s in characters that RFC 6750, section 3 allows', (code, text) => {
    expect(code).toMatch(/^[a-z][a-z_]*[a-z]$/)
    expect(text).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })
})

describe('the advice about refusals', () => {
  it.each(Object.entries(HINTS))('is in full sentences: %s', (_code, hint) => {
    expect(hint).toMatch(/^[A-Za-z].{15,}\.$/)
  })
})
