import { outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import {
  awsAlbClientCert,
  azureClientCert,
  type CertificateReader,
  clientCertHeader,
  envoyClientCert,
  nginxClientCert,
  traefikClientCert,
} from '../../src/index.ts'
import { thumbprintOf } from '../../src/possession/certificate.ts'
import { configurationErrorOf } from '../support/verifiers.ts'
import { base64, DER, hexadecimal, OTHER_DER, pem, requestFrom, thumbprint } from './certificates.ts'

const trustedPeers = '127.0.0.1'
const escaped = (der: Uint8Array): string => encodeURIComponent(pem(der))
/** As AWS and Envoy escape: some characters of base64 stay as they are. */
const halfEscaped = (der: Uint8Array): string => pem(der).replaceAll('\n', '%0A').replaceAll(' ', '%20')

type Create = () => CertificateReader

const clientCert: Create = () => clientCertHeader({ trustedPeers })
const nginx: Create = () => nginxClientCert({ trustedPeers, header: 'X-Client-Cert' })
const envoy: Create = () => envoyClientCert({ trustedPeers })
const alb: Create = () => awsAlbClientCert({ trustedPeers })
const albPassthrough: Create = () => awsAlbClientCert({ trustedPeers, mode: 'passthrough' })
const azure: Create = () => azureClientCert({ trustedPeers, mode: 'required' })
const traefik: Create = () => traefikClientCert({ trustedPeers })

/** Each reader with its header, and a value with the certificate. */
const READERS: readonly (readonly [name: string, Create, header: string, value: string])[] = [
  ['clientCertHeader', clientCert, 'Client-Cert', `:${base64(DER)}:`],
  ['nginxClientCert', nginx, 'X-Client-Cert', escaped(DER)],
  ['envoyClientCert', envoy, 'X-Forwarded-Client-Cert', `Cert="${escaped(DER)}"`],
  ['awsAlbClientCert, verify', alb, 'X-Amzn-Mtls-Clientcert-Leaf', halfEscaped(DER)],
  [
    'awsAlbClientCert, passthrough',
    albPassthrough,
    'X-Amzn-Mtls-Clientcert',
    halfEscaped(DER) + halfEscaped(OTHER_DER),
  ],
  ['azureClientCert', azure, 'X-ARR-ClientCert', base64(DER)],
  ['traefikClientCert', traefik, 'X-Forwarded-Tls-Client-Cert', base64(DER)],
]

const read = (create: Create, ...lines: readonly string[]): string | undefined =>
  thumbprintOf(create()(requestFrom('127.0.0.1', ...lines)))

describe.each(READERS)('%s', (_name, create, header, value) => {
  it('reads the certificate from its header, in whatever case the name is [MTLS-01]', () => {
    for (const name of [header, header.toLowerCase(), header.toUpperCase()]) {
      expect(read(create, 'Host', 'api', name, value)).toBe(thumbprint(DER))
    }
  })

  it('does not take a value that is the name of the header for the name', () => {
    expect(read(create, 'X-Note', header.toLowerCase(), header, value)).toBe(thumbprint(DER))
  })

  it('reads nothing from another peer [MTLS-06]', () => {
    expect(create()(requestFrom('192.0.2.1', header, value))).toBeUndefined()
    expect(create()(requestFrom(undefined, header, value))).toBeUndefined()
  })

  it('finds no certificate without the header, or if it is empty', () => {
    expect(read(create)).toBeUndefined()
    expect(read(create, `${header}-2`, value)).toBeUndefined()
    expect(read(create, header, '')).toBeUndefined()
  })

  it('refuses a header that is sent twice, also if both are equal [MTLS-08]', async () => {
    for (const second of [value, '', 'x']) {
      for (const lines of [
        [header, value, header.toLowerCase(), second],
        [header, second, 'Host', 'api', header, value],
      ]) {
        expect(await outcomeOf(() => read(create, ...lines))).toBe('certificate_malformed')
      }
    }
  })

  it('reads the lines as they were sent, not the headers that a framework may have changed [MTLS-08]', () => {
    const headers = { [header.toLowerCase()]: value }
    expect(create()({ headers, socket: { remoteAddress: '127.0.0.1' } })).toBeUndefined()
    expect(create()({ ...requestFrom('127.0.0.1'), headers })).toBeUndefined()
  })

  it.each([
    ...['x', '%', '%E0%A4%A', '::', ':', ':=:', '""', 'Cert=', 'Cert="', 'a"b', ';;', ',', '\u00e9', '-'],
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN CERTIFICATE-----%0A-----END CERTIFICATE-----',
    '-----BEGIN CERTIFICATE----- ! -----END CERTIFICATE-----',
    '-----BEGIN PRIVATE KEY-----%0AAAAA%0A-----END PRIVATE KEY-----',
    '('.repeat(10_000),
    '\\"'.repeat(10_000),
    'a="\\"'.repeat(5_000),
    '%2C'.repeat(5_000),
  ])('never reads a certificate from %.40j', async (malformed) => {
    expect(['certificate_malformed', 'accepted']).toContain(
      await outcomeOf(() => read(create, header, malformed)),
    )
    expect(
      await outcomeOf(() => {
        expect(read(create, header, malformed)).toBeUndefined()
      }),
    ).toMatch(/^(certificate_malformed|accepted)$/)
  })
})

/** Values that carry the certificate, or are malformed. */
const FORMS: readonly (readonly [Create, header: string, value: string, expected: Uint8Array | undefined])[] =
  [
    // RFC 9440, section 2.2: one Byte Sequence, not a list, without parameters.
    ...[
      `:${base64(DER)}:, :${base64(OTHER_DER)}:`,
      `:${base64(DER)}:,`,
      `:${base64(DER)}:;a=1`,
      base64(DER),
      `":${base64(DER)}:"`,
      `: ${base64(DER)} :`,
      `"${base64(DER)}:`,
      `:${base64(DER)}"`,
      `:${Buffer.from(DER).toString('base64url')}:`,
    ].map((value) => [clientCert, 'Client-Cert', value, undefined] as const),
    // nginx sends one certificate.
    ...(
      [
        [escaped(DER).replaceAll('%0A', '%0D%0A'), DER],
        [pem(DER).replaceAll('\n', ' '), DER],
        [escaped(DER) + escaped(OTHER_DER), undefined],
        [`${escaped(DER)}x`, undefined],
        [`x${escaped(DER)}`, undefined],
        [escaped(DER).replace('BEGIN%20CERTIFICATE', 'BEGIN%20PRIVATE%20KEY'), undefined],
        [encodeURIComponent(base64(DER)), undefined],
      ] as const
    ).map(([value, expected]) => [nginx, 'X-Client-Cert', value, expected] as const),
    ...(
      [
        [`By=spiffe://a;Hash=${hexadecimal(DER)};Subject="CN=a,O=\\"b;c\\"";URI=spiffe://c,d=e`, undefined],
        [`By=spiffe://a;Hash=${hexadecimal(DER)};Subject="CN=a,O=\\"b;c\\"";URI=spiffe://c`, DER],
        [`hash=${hexadecimal(DER).toUpperCase()}`, DER],
        [`Hash=${hexadecimal(OTHER_DER)};Cert="${escaped(DER)}"`, DER],
        [`Cert="${halfEscaped(DER)}";DNS=a;DNS=b`, DER],
        [`Chain="${escaped(DER)}${escaped(OTHER_DER)}"`, DER],
        // Several hops: the last element is the client of the proxy next to the API.
        [`Hash=${hexadecimal(OTHER_DER)},By=x;Hash=${hexadecimal(DER)}`, DER],
        [`Hash=${hexadecimal(OTHER_DER)}, Hash=${hexadecimal(DER)}`, DER],
        [`Hash=${hexadecimal(DER)},By=x`, undefined],
        // Quotation marks that hide a separator, and ones that do not.
        [`Subject="a,Hash=${hexadecimal(OTHER_DER)}";Hash=${hexadecimal(DER)}`, DER],
        [`Subject="a\\",Hash=${hexadecimal(OTHER_DER)}";Hash=${hexadecimal(DER)}`, DER],
        [`Hash=${hexadecimal(DER)};Hash=${hexadecimal(OTHER_DER)}`, undefined],
        [`Hash=${hexadecimal(DER)};hash=${hexadecimal(DER)}`, undefined],
        [`Cert="${escaped(DER)}";CERT="${escaped(DER)}"`, undefined],
        [`Chain="${escaped(DER)}";chain="${escaped(DER)}"`, undefined],
        [`Hash=${hexadecimal(DER)},`, undefined],
        [`Hash=${hexadecimal(DER)};`, undefined],
        [`Hash=${hexadecimal(DER)};x`, undefined],
        [`Hash=${hexadecimal(DER)};Subject=""`, DER],
        [`Hash="\\${hexadecimal(DER)}"`, DER],
        [`Hash=${hexadecimal(DER)};Subject="a\\"`, undefined],
        [`Hash=${hexadecimal(DER)};Subject=a"b"`, undefined],
        [`Hash=${hexadecimal(DER)};Subject="a"b`, undefined],
        [`Hash=${hexadecimal(DER)};a"b="`, undefined],
        [`Hash="${hexadecimal(DER)}`, undefined],
        [`Hash="${hexadecimal(DER)}"x`, undefined],
        [`Hash=${hexadecimal(DER).slice(2)}`, undefined],
        [`Hash=${hexadecimal(DER)}00`, undefined],
      ] as const
    ).map(([value, expected]) => [envoy, 'X-Forwarded-Client-Cert', value, expected] as const),
    // AWS: a plus sign is not a space, and one certificate is sent in the mode verify.
    ...(
      [
        [READERS[3], escaped(DER), DER],
        [READERS[3], halfEscaped(DER) + halfEscaped(OTHER_DER), undefined],
        [READERS[4], escaped(DER), DER],
        [READERS[4], `${escaped(DER)}rest`, DER],
        [READERS[4], `-----BEGIN CERTIFICATE-----${base64(DER)}-`, undefined],
        [READERS[4], halfEscaped(OTHER_DER) + halfEscaped(DER), OTHER_DER],
        [READERS[5], escaped(DER), undefined],
        [READERS[5], `${base64(DER)},${base64(OTHER_DER)}`, undefined],
        [READERS[6], `${base64(DER)},${base64(OTHER_DER)}`, DER],
        [READERS[6], encodeURIComponent(base64(DER)), DER],
        [READERS[6], `,${base64(DER)}`, undefined],
      ] as const
    ).map(([row, value, expected]) => [row?.[1] as Create, row?.[2] as string, value, expected] as const),
  ]

it.each(FORMS)('each reader reads exactly the form of its proxy (%#)', (create, header, value, expected) => {
  let found: string | undefined
  try {
    found = read(create, header, value)
  } catch (error) {
    expect(error).toMatchObject({ code: 'certificate_malformed' })
  }
  expect(found).toBe(expected === undefined ? undefined : thumbprint(expected))
})

describe('options of readers', () => {
  it('can name another header', () => {
    const named: Create = () => clientCertHeader({ trustedPeers, header: 'X-Cert' })
    expect(read(named, 'x-cert', `:${base64(DER)}:`)).toBe(thumbprint(DER))
    expect(read(named, 'Client-Cert', `:${base64(DER)}:`)).toBeUndefined()
  })

  it.each<[string, () => unknown]>([
    ['nginxClientCert.header', () => nginxClientCert({ trustedPeers } as never)],
    ['clientCertHeader.header', () => clientCertHeader({ trustedPeers, header: 'a b' })],
    ['clientCertHeader.trustedPeer', () => clientCertHeader({ trustedPeer: '::1' } as never)],
    ['awsAlbClientCert.mode', () => awsAlbClientCert({ trustedPeers, mode: 'required' as never })],
    ['awsAlbClientCert.mode', () => awsAlbClientCert({ trustedPeers, mode: null as never })],
    ['azureClientCert.mode', () => azureClientCert({ trustedPeers } as never)],
    ['azureClientCert.mode', () => azureClientCert({ trustedPeers, mode: 'optional' as never })],
    ['azureClientCert.mode', () => azureClientCert(undefined as never)],
    ['awsAlbClientCert', () => awsAlbClientCert(undefined as never)],
    ['envoyClientCert', () => envoyClientCert({} as never)],
    ['nginxClientCert', () => nginxClientCert({ header: 'a' } as never)],
    ['traefikClientCert', () => traefikClientCert([] as never)],
    ['azureClientCert', () => azureClientCert({ mode: 'required' } as never)],
  ])('are checked when the reader is created: %s', (option, create) => {
    expect(configurationErrorOf(create).option).toBe(option)
  })

  it.each<[string, () => unknown]>([
    [
      "envoyClientCert needs an object such as { trustedPeers: '127.0.0.1' }",
      () => envoyClientCert([] as never),
    ],
    ['envoyClientCert needs trustedPeers or secret', () => envoyClientCert({} as never)],
    ['nginxClientCert.header must be the name of a header', () => nginxClientCert({ trustedPeers } as never)],
    ["mode must be 'verify' or 'passthrough'", () => awsAlbClientCert({ trustedPeers, mode: 'a' as never })],
    ["mode must be 'required', to confirm", () => azureClientCert({ trustedPeers } as never)],
  ])('are corrected with the help of the message: %s', (message, create) => {
    expect(configurationErrorOf(create).message).toContain(message)
  })
})
