import { memoryRevocationStore, type RevocationStore } from '@okta-resource-server/core'
import { NOW } from '@okta-resource-server/testing'
import { accepts, bearer, type ForgedCase, rejects } from './case.ts'
import type { Workshop } from './workshop.ts'

const REVOKED_USER = '00uRevoked'
const REVOKED_CLIENT = '0oaRevoked'
const REVOKED_TOKEN = 'AT.revoked'
/** The store gives no answer about this subject. */
const UNKNOWN = 'unknown@example.com'
const SIGNED_OUT = NOW - 30

const memory = memoryRevocationStore({ clock: () => NOW * 1_000, retentionDuration: 7_200_000 })

/** A store that fails for one subject. */
export const STORE: RevocationStore = {
  ...memory,
  isRevoked: (token) => {
    if (token.subject === UNKNOWN) throw new Error(`nothing is known of ${token.subject}`)
    return memory.isRevoked(token)
  },
}

/** Revokes what the cases need. */
export async function revokeAll(issuer: string): Promise<void> {
  await STORE.revoke({ issuer, uid: REVOKED_USER, before: SIGNED_OUT })
  await STORE.revoke({ issuer, clientId: REVOKED_CLIENT })
  await STORE.revoke({ issuer, jti: REVOKED_TOKEN })
  await STORE.revoke({ issuer: `${issuer}/other`, jti: 'AT.good' })
}

const user = (claims: object = {}) => ({ claims: { uid: REVOKED_USER, iat: NOW - 60, ...claims } })
const unanswered = (it: Workshop): string => it.token({ claims: { sub: UNKNOWN } })

export const REVOCATION_CASES: readonly ForgedCase[] = [
  rejects('a token of a user who has signed out', 'token_revoked', (it) => it.token(user()), {
    requirements: ['REV-01'],
  }),
  rejects('a token that was refreshed after the user had signed out', 'token_revoked', (it) =>
    it.token(user({ auth_time: SIGNED_OUT - 600, iat: NOW })),
  ),
  accepts('a token of a user who has signed in again', (it) =>
    it.token(user({ auth_time: SIGNED_OUT + 1, iat: NOW })),
  ),
  rejects('a token of a revoked client', 'token_revoked', (it) =>
    it.token({ claims: { cid: REVOKED_CLIENT } }),
  ),
  rejects('a token that was revoked by its jti', 'token_revoked', (it) =>
    it.token({ claims: { jti: REVOKED_TOKEN } }),
  ),
  accepts('a token with a jti that another issuer has revoked', (it) =>
    it.token({ claims: { jti: 'AT.good' } }),
  ),
  rejects(
    'a token that refers to a status list',
    'status_not_supported',
    (it) => it.token({ claims: { status: { status_list: { idx: 0, uri: `${it.issuer}/status/1` } } } }),
    { requirements: ['REV-04'] },
  ),
  accepts('a token whose status is a text', (it) => it.token({ claims: { status: 'ACTIVE' } })),
  rejects('a token that outlives its revocation', 'lifetime_too_long', (it) =>
    it.token({ claims: { iat: NOW - 60, exp: NOW + 7_200 } }),
  ),
  {
    name: 'cannot decide about a token of which the store knows nothing',
    outcome: 'store_unavailable',
    token: unanswered,
    lines: (it) => bearer(unanswered(it)),
    requirements: ['REV-03'],
  },
]
