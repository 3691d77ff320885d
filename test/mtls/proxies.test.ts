import { randomBytes } from 'node:crypto'
import { type CertificateReader, clientCertHeader, nginxClientCert } from '@okta-resource-server/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APIS, type StartedApis, startApis } from '../contract/apis.ts'
import { ask } from '../contract/ask.ts'
import { findProgram, isRequired, missingProgram } from '../programs.ts'
import { type BoundClient, type Clients, startWithClients } from './clients.ts'
import { type RunningProxy, startProxy } from './proxies.ts'
import { type Answer, get, getOverConnection, getOverHttp2, type Target } from './requests.ts'

const SECRET = { header: 'x-proxy-secret', value: randomBytes(32).toString('hex') }
const secretHeader = { [SECRET.header]: SECRET.value }

/** Each proxy, with the reader for it, and the header that a client could forge. */
const PROXIES = [
  {
    name: 'nginx',
    byAddress: nginxClientCert({ header: 'X-Client-Cert', trustedPeers: '127.0.0.1' }),
    bySecret: nginxClientCert({ header: 'X-Client-Cert', secret: SECRET }),
    distrusting: nginxClientCert({ header: 'X-Client-Cert', trustedPeers: ['10.0.0.0/8', '::1'] }),
    forge: ({ cert }: BoundClient) => ({ 'x-client-cert': encodeURIComponent(cert) }),
  },
  {
    name: 'haproxy',
    byAddress: clientCertHeader({ trustedPeers: '127.0.0.1' }),
    bySecret: clientCertHeader({ secret: SECRET }),
    distrusting: clientCertHeader({ trustedPeers: ['10.0.0.0/8', '::1'] }),
    forge: ({ der }: BoundClient) => ({ 'client-cert': `:${Buffer.from(der).toString('base64')}:` }),
  },
] as const

let { server, ours, theirs, unbound } = {} as Clients
beforeAll(async () => {
  ;({ server, ours, theirs, unbound } = await startWithClients())
})
afterAll(() => server.stop())

for (const { name, byAddress, bySecret, distrusting, forge } of PROXIES) {
  if (findProgram(name) === undefined && !isRequired) {
    test(`behind ${name}`, ({ skip }) => skip(missingProgram(name)))
    continue
  }
  describe(`behind ${name}`, () => {
    const started: StartedApis[] = []
    let proxy: RunningProxy
    const apisWith = async (certificate: CertificateReader): Promise<StartedApis['apis']> => {
      const { issuer, audience } = server
      const apis = await startApis({ issuer, audience, mtls: { mode: 'allowed', certificate } })
      started.push(apis)
      // Fetch requests do not show header lines as they were sent.
      return apis.apis.filter((api) => APIS[api.name]?.joinsHeaders !== true)
    }
    let direct: string
    let names: string[]
    beforeAll(async () => {
      const [trusting, secret, others] = [
        await apisWith(byAddress),
        await apisWith(bySecret),
        await apisWith(distrusting),
      ]
      names = trusting.map((api) => api.name)
      direct = String(secret.at(-1)?.url)
      proxy = await startProxy(name, [
        ...trusting.map(({ url }) => ({ to: url })),
        { to: direct, headers: secretHeader },
        { to: String(others.at(-1)?.url) },
        // The older variable, in which a certificate has line breaks.
        ...(name === 'nginx' ? [{ to: String(trusting.at(-1)?.url), variable: '$ssl_client_cert' }] : []),
      ])
    })
    afterAll(async () => {
      await proxy?.stop()
      for (const { stop } of started) await stop()
    })

    const target = (index: number): Target => ({ url: `${proxy.urls[index]}/any`, cert: proxy.cert })
    const statusOf = async (answer: Promise<Answer>): Promise<number> => (await answer).status

    test('each API accepts a bound token with the certificate of the client only [MTLS-01] [MTLS-02] [MTLS-04]', async () => {
      for (const [index, api] of names.entries()) {
        const to = target(index)
        const statuses = [
          await statusOf(get(to, ours.token, { client: ours })),
          await statusOf(get(to, ours.token, { client: theirs })),
          await statusOf(get(to, ours.token)),
          await statusOf(get(to, theirs.token, { client: theirs })),
          await statusOf(get(to, unbound)),
        ]
        expect([api, ...statuses]).toEqual([api, 200, 401, 401, 200, 200])
      }
    })

    test('a forged header is overwritten or removed by the proxy [MTLS-06] [MTLS-08]', async () => {
      const headers = forge(ours)
      for (const [index] of names.entries()) {
        expect(await statusOf(get(target(index), ours.token, { headers }))).toBe(401)
        expect(await statusOf(get(target(index), ours.token, { client: theirs, headers }))).toBe(401)
        expect(await statusOf(get(target(index), ours.token, { client: ours, headers: forge(theirs) }))).toBe(
          200,
        )
      }
    })

    test('the certificate is that of the client over HTTP/2 as well', async () => {
      const tokens = [ours.token, theirs.token, unbound]
      expect(await getOverHttp2(target(0), tokens, ours)).toEqual([200, 401, 200])
      expect(await getOverHttp2(target(0), tokens)).toEqual([401, 401, 200])
    })

    test.each(['TLSv1.2', 'TLSv1.3'] as const)(
      'a resumed session of %s keeps its certificate',
      async (version) => {
        const options = { minVersion: version, maxVersion: version, key: ours.key, cert: ours.cert } as const
        const to = target(0)
        const first = await getOverConnection(to, ours.token, options)
        const again = await getOverConnection(to, ours.token, {
          ...options,
          session: first.session as Buffer,
        })
        expect([first.status, again.status, again.isResumed]).toEqual([200, 200, true])
      },
    )

    test('a header is believed with the secret of the proxy only, not if it is sent to the API directly [MTLS-06]', async () => {
      const to = target(names.length)
      expect(await statusOf(get(to, ours.token, { client: ours }))).toBe(200)
      expect(
        await statusOf(get(to, ours.token, { client: ours, headers: { [SECRET.header]: 'guess' } })),
      ).toBe(200)
      expect(await statusOf(get(to, ours.token, { client: theirs }))).toBe(401)
      const lines = Object.entries({ authorization: `Bearer ${ours.token}`, ...forge(ours) }).flat()
      expect((await ask(`${direct}/any`, lines)).status).toBe(401)
      expect((await ask(`${direct}/any`, [...lines, SECRET.header, 'guess'])).status).toBe(401)
    })

    test('a proxy whose address is not listed is not believed [MTLS-06]', async () => {
      expect(await statusOf(get(target(names.length + 1), ours.token, { client: ours }))).toBe(401)
      expect(await statusOf(get(target(names.length + 1), unbound, { client: ours }))).toBe(200)
    })

    if (name === 'nginx') {
      test('the variable $ssl_client_cert does not work: Node.js answers 400, whatever the token', async () => {
        expect(await statusOf(get(target(names.length + 2), unbound, { client: ours }))).toBe(400)
        expect(await statusOf(get(target(names.length + 2), unbound))).toBe(200)
      })
    }
  })
}
