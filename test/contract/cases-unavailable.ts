import { accepts, bearer, type ForgedCase, rejects } from './case.ts'
import type { Differences, Workshop } from './workshop.ts'

/** No server listens there. */
export const DEAD_ISSUER = 'http://127.0.0.1:9/oauth2/default'

type Unavailable =
  | 'metadata_unavailable'
  | 'keys_unavailable'
  | 'issuer_unavailable'
  | 'status_unavailable'
  | 'verifier_closed'

function undecided(name: string, outcome: Unavailable, differences: Differences = {}): ForgedCase {
  const token = (it: Workshop): string => it.token(differences)
  return { name: `cannot decide about ${name}`, outcome, token, lines: (it) => bearer(token(it)) }
}

export const NO_METADATA_CASES: readonly ForgedCase[] = [
  undecided('a token of an issuer whose metadata is unavailable', 'metadata_unavailable', {
    claims: { iss: DEAD_ISSUER },
  }),
]

export const NO_KEYS_CASES: readonly ForgedCase[] = ['private rsa', 'private ec', 'private ed25519'].map(
  (key) => ({
    ...undecided(
      `a token of the key ${key} where nothing but unusable keys is published`,
      'keys_unavailable',
      {
        key,
      },
    ),
    requirements: ['RFC7517-9.2-private'],
  }),
)

/** The function that finds issuers throws for this one, and knows no other but that of the workshop. */
export const BROKEN_TENANT = 'https://as.example/broken'

export const TENANT_CASES: readonly ForgedCase[] = [
  undecided('a token of an issuer for which the function issuer throws', 'issuer_unavailable', {
    claims: { iss: BROKEN_TENANT },
  }),
  accepts('a token of an issuer that the function issuer knows', (it) => it.token()),
  ...[
    'https://as.example/unknown',
    'https://as.example/broken/../broken',
    'https://as.example/%62roken',
    'HTTPS://as.example/broken',
    'https://as.example./broken',
    'https://as.example:443/broken',
    'https://as.example/broken#',
    'accounts.example',
  ].map((iss) =>
    rejects(
      `a token of an issuer that the function issuer does not know: ${iss}`,
      'issuer_not_allowed',
      (it) => it.token({ claims: { iss } }),
    ),
  ),
]

const status = (uri: string) => ({ claims: { status: { status_list: { idx: 0, uri } } } })

/** For an API that fetches status lists. The authorization server has none. */
export const STATUS_CASES: readonly ForgedCase[] = [
  {
    name: 'cannot decide about a token whose status list is unavailable',
    outcome: 'status_unavailable',
    token: (it) => it.token(status(`${it.issuer}/status/1`)),
    lines: (it) => bearer(it.token(status(`${it.issuer}/status/1`))),
    requirements: ['REV-04'],
  },
  rejects(
    'a token whose status list is at a host that is not configured',
    'status_not_supported',
    (it) => it.token(status('https://lists.example/1')),
    { requirements: ['REV-04'] },
  ),
  accepts('a token without a status list where lists are fetched', (it) => it.token()),
]

export const CLOSED_CASES: readonly ForgedCase[] = [
  undecided('a valid token once the verifier is closed', 'verifier_closed'),
]
