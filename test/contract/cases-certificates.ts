import { createHash, randomBytes } from 'node:crypto'
import { clientCertHeader, type MtlsOptions } from '@okta-resource-server/core'
import { acceptsRequest, bearer, type CaseDetails, type ForgedCase, rejectsRequest } from './case.ts'
import type { Workshop } from './workshop.ts'

/** What the proxy in front of the API adds to each request. */
const SECRET = { header: 'x-proxy-secret', value: randomBytes(32).toString('hex') }

/** An API behind a proxy that terminates TLS. */
export const BEHIND_PROXY: MtlsOptions = {
  mode: 'allowed',
  certificate: clientCertHeader({ secret: SECRET }),
}

/** Bytes in place of certificates: only their hash counts. */
const OURS = Buffer.from([0x30, 1, 2, 3])
const THEIRS = Buffer.from([0x30, 4, 5, 6])

const bound = (it: Workshop): readonly string[] => {
  const thumbprint = createHash('sha256').update(OURS).digest('base64url')
  return bearer(it.token({ claims: { cnf: { 'x5t#S256': thumbprint } } }))
}
const unbound = (it: Workshop): readonly string[] => bearer(it.token())

const clientCert = (der: Uint8Array): string => `:${Buffer.from(der).toString('base64')}:`
const fromProxy = (...values: readonly string[]): readonly string[] => [
  ...[SECRET.header, SECRET.value],
  ...values.flatMap((value) => ['Client-Cert', value]),
]

/** Certificates are read from header lines as they were sent, which Fetch requests do not show. */
const fetchOutcome = 'certificate_missing'
const of = (...requirements: readonly string[]): CaseDetails => ({ requirements, fetchOutcome })

/** Requests to an API with {@link BEHIND_PROXY}. */
export const CERTIFICATE_CASES: readonly ForgedCase[] = [
  acceptsRequest('an unbound token where bound ones are allowed', unbound),
  acceptsRequest(
    'a bound token with its certificate from the proxy',
    (it) => [...bound(it), ...fromProxy(clientCert(OURS))],
    of('MTLS-01'),
  ),
  acceptsRequest(
    'a bound token where a certificate is required',
    (it) => [...bound(it), ...fromProxy(clientCert(OURS))],
    { route: '/certificate', fetchOutcome },
  ),
  acceptsRequest(
    'a bound token where any proof of possession is required',
    (it) => [...bound(it), ...fromProxy(clientCert(OURS))],
    { route: '/bound', fetchOutcome },
  ),
  rejectsRequest(
    'a bound token with another certificate',
    'certificate_mismatch',
    (it) => [...bound(it), ...fromProxy(clientCert(THEIRS))],
    of('MTLS-02', 'MTLS-07'),
  ),
  rejectsRequest(
    'a bound token without a certificate',
    'certificate_missing',
    (it) => [...bound(it), ...fromProxy()],
    of('MTLS-04', 'MTLS-07'),
  ),
  rejectsRequest(
    'a certificate that does not come from the proxy',
    'certificate_missing',
    (it) => [...bound(it), 'Client-Cert', clientCert(OURS)],
    of('MTLS-06'),
  ),
  rejectsRequest(
    'a certificate with a secret that is not that of the proxy',
    'certificate_missing',
    (it) => [...bound(it), SECRET.header, 'guess', 'Client-Cert', clientCert(OURS)],
    of('MTLS-06'),
  ),
  rejectsRequest(
    'a certificate with the secret of the proxy sent twice',
    'certificate_missing',
    (it) => [...bound(it), ...fromProxy(clientCert(OURS)), SECRET.header, SECRET.value],
    of('MTLS-06'),
  ),
  rejectsRequest(
    'two Client-Cert headers',
    'certificate_malformed',
    (it) => [...bound(it), ...fromProxy(clientCert(OURS), clientCert(OURS))],
    of('MTLS-08'),
  ),
  rejectsRequest(
    'a list of certificates in one Client-Cert header',
    'certificate_malformed',
    (it) => [...bound(it), ...fromProxy(`${clientCert(OURS)}, ${clientCert(THEIRS)}`)],
    of('MTLS-08'),
  ),
  rejectsRequest(
    'an unbound token where any proof of possession is required',
    'possession_required',
    unbound,
    { route: '/bound', challenges: ['Bearer', 'DPoP'] },
  ),
  rejectsRequest(
    'an unbound token with a certificate where a certificate is required',
    'possession_required',
    (it) => [...unbound(it), ...fromProxy(clientCert(OURS))],
    { route: '/certificate' },
  ),
]
