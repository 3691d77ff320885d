import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '@okta-resource-server/core'
import { NOW } from '@okta-resource-server/testing'
import { acceptsRequest, type CaseDetails, citing, type ForgedCase, rejectsRequest, written } from './case.ts'
import { clientKey, dpop, type ProofDifferences, thumbprintOf } from './proofs.ts'
import type { Workshop } from './workshop.ts'

/** The scheme of a request with a proof. */
export const DPOP = { scheme: 'DPoP' } as const

/** A request with a proof that differs, and is accepted. */
export const accepted = (
  name: string,
  differences: ProofDifferences = {},
  details: CaseDetails = {},
): ForgedCase => acceptsRequest(name, (it) => dpop(it, differences), details)

/** A request with a proof that differs, and is refused with this code. */
export const rejected = (
  name: string,
  outcome: ErrorCode,
  differences: ProofDifferences,
  requirements: readonly string[] = [],
): ForgedCase => rejectsRequest(name, outcome, (it) => dpop(it, differences), { ...DPOP, requirements })

/** Writes a number as JSON has it. */
const number = (name: string, text: string): ProofDifferences => ({
  claims: { [name]: 0 },
  rewrite: (json) => json.replace(`"${name}":0`, `"${name}":${text}`),
})

const CLAIMS: readonly ForgedCase[] = [
  ...citing({ requirements: ['DPOP-03'] }, [
    ...['JWT', 'at+jwt', 'dpop+jwt ', 'dpop', '', null, 1, ['dpop+jwt']].map((typ) =>
      rejected(`a proof with typ ${written(typ)}`, 'proof_type_invalid', { header: { typ } }),
    ),
    ...['DPoP+JWT', 'application/dpop+jwt'].map((typ) =>
      accepted(`a proof with typ ${typ}`, { header: { typ } }),
    ),
  ]),
  ...citing({ requirements: ['DPOP-02'] }, [
    ...['jti', 'htm', 'htu', 'iat', 'ath'].flatMap((name) =>
      [undefined, null, '', [], {}].map((value) =>
        rejected(`a proof with ${name} ${written(value ?? null)} ${typeof value}`, 'proof_claim_malformed', {
          claims: { [name]: value },
        }),
      ),
    ),
    rejected('a proof with a text as iat', 'proof_claim_malformed', { claims: { iat: `${NOW}` } }),
    ...['iat', 'exp', 'nbf'].flatMap((name) =>
      ['1e400', '-1e400', 'true', 'null'].map((text) =>
        rejected(`a proof with ${name} ${text}`, 'proof_claim_malformed', number(name, text)),
      ),
    ),
    ...['\u0000', ' ', '"', '\u2028', '\ud800', '😀', '../..'].map((jti) =>
      accepted(`a proof with the jti ${written(jti)}`, { claims: { jti: `${jti} ${randomUUID()}` } }),
    ),
    rejected('a proof with a number as nonce', 'proof_claim_malformed', { claims: { nonce: 1 } }),
    accepted('a proof with a jti of 4,000 characters', { claims: { jti: 'j'.repeat(4_000) } }),
    accepted('a proof with the nonce of another server', { claims: { nonce: 'a' } }),
    accepted('a proof with further claims', { claims: { iss: 1, 'x-y': { z: [] } } }),
  ]),
  ...['POST', 'get', 'Get', 'HEAD', 'GET ', 'GET\u0000', '\u0262ET'].map((htm) =>
    rejected(`a proof for the method ${written(htm)}`, 'proof_method_mismatch', { claims: { htm } }, [
      'DPOP-07',
    ]),
  ),
  acceptsRequest('a proof for HEAD', (it) => dpop(it, { claims: { htm: 'HEAD' } }), { method: 'HEAD' }),
  rejected(
    'a proof for another token',
    'proof_token_mismatch',
    { claims: { ath: thumbprintOf(clientKey()) } },
    ['DPOP-12'],
  ),
]

const URLS: readonly ForgedCase[] = [
  ...citing({ requirements: ['DPOP-09'] }, [
    ...['/%61ny', '/x/../any', '/./any', '/any?a=b#c', '/any#c?', '/%41/../any'].map((path) =>
      accepted(`a proof for the path ${path}`, { path }),
    ),
    ...['/any?', '/any#', '/any?#?', '/%2e/any', `/${'../'.repeat(1_500)}any`].map((path) =>
      accepted(`a proof for the path ${path.slice(0, 20)} of ${path.length} characters`, { path }),
    ),
    // A client that writes the host as a browser reads it sends its request to this server.
    ...[
      'https://\uff41pi.example.com/any',
      'https://api\u3002example.com/any',
      'https://api%2Eexample.com/any',
    ].map((htu) => accepted(`a proof for ${written(htu)}`, { claims: { htu } })),
    ...['https://API.example.com:443/any', 'HTTPS://api.example.com/any', 'https://api.example.com:/any'].map(
      (htu) => accepted(`a proof for ${htu}`, { claims: { htu } }),
    ),
    acceptsRequest('a query, which the proof does not name', (it: Workshop) => dpop(it), { query: '?a=b' }),
  ]),
  ...citing({ requirements: ['DPOP-08'] }, [
    ...['/any/', '/ANY', '//any', '/any%2F', '/an', '/any;a', '/%2561ny', '/', '', '/any%00'].map((path) =>
      rejected(`a proof for the path ${written(path)}`, 'proof_url_mismatch', { path }),
    ),
    ...[
      'http://api.example.com/any',
      'https://api.example.com:8443/any',
      'https://api.example.com./any',
      'https://user@api.example.com/any',
      'https://@api.example.com/any',
      'https://:@api.example.com/any',
      'https://\u0430pi.example.com/any',
      'https://xn--pi-6kc.example.com/any',
      'https://api.example.com\u202e/any',
      'https://api.example.com:+443/any',
      'https://api.example.com:443:443/any',
      'https://api.example.com?/any',
      'https://api.example.com#/any',
      'https://api.example.com/an\ny',
      'https://api.example.com/any\t',
      'https://api.example.com/any\ufeff',
      '\ufeffhttps://api.example.com/any',
      'blob:https://api.example.com/any',
      'https:api.example.com/any',
      'https:\\\\api.example.com\\any',
      ' https://api.example.com/any',
      'https://api.exa\tmple.com/any',
      '//api.example.com/any',
      '/any',
      'any',
    ].map((htu) => rejected(`a proof for ${written(htu)}`, 'proof_url_mismatch', { claims: { htu } })),
  ]),
]

const TIMES: readonly ForgedCase[] = citing({ requirements: ['DPOP-11'] }, [
  ...[-64, 0, 15].map((offset) =>
    accepted(`a proof of ${offset} seconds`, { claims: { iat: NOW + offset } }),
  ),
  ...[-65, -300, -3_600, -NOW, -2 * NOW].map((offset) =>
    rejected(`a proof of ${offset} seconds`, 'proof_too_old', { claims: { iat: NOW + offset } }),
  ),
  accepted('a proof of a fraction of a second ahead', { claims: { iat: NOW + 0.999 } }),
  rejected('a proof with iat -0', 'proof_too_old', number('iat', '-0')),
  ...[16, 300, 3_600, 1e300].map((offset) =>
    rejected(`a proof of ${offset} seconds ahead`, 'proof_issued_in_future', {
      claims: { iat: NOW + offset },
    }),
  ),
  rejected('a proof that has expired by its own exp', 'proof_too_old', { claims: { exp: NOW - 6 } }),
])

/** Everything that can be right or wrong about the claims of a proof. */
export const PROOF_CASES: readonly ForgedCase[] = [...CLAIMS, ...URLS, ...TIMES]
