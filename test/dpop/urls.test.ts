import type { AccessTokenVerifierOptions } from '@okta-resource-server/core'
import { afterEach, describe, expect, test } from 'vitest'
import { APIS } from '../contract/apis.ts'
import { ask, askBare } from '../contract/ask.ts'
import { boundToken, EXTERNAL, linesFor, opened, proofFor, stopStarted, verifierWith } from './support.ts'

afterEach(stopStarted)

test('a Fetch request is compared with its own URL', async () => {
  const verifier = verifierWith()
  const request = (htu: string): Request =>
    new Request(`${EXTERNAL}/messages?a=b`, {
      headers: { authorization: `DPoP ${boundToken}`, dpop: proofFor(htu) },
    })

  await expect(verifier.authenticate(request(`${EXTERNAL}/messages`))).resolves.toHaveProperty('confirmation')
  await expect(verifier.authenticate(request(`${EXTERNAL}/`))).rejects.toHaveProperty(
    'code',
    'proof_url_mismatch',
  )
})

describe.each(Object.entries(APIS))('%s', (_name, { start }) => {
  const open = (dpop?: AccessTokenVerifierOptions['dpop']) => opened(start({ verifier: verifierWith(dpop) }))
  const statusOf = (answer: string): string => answer.split(' ', 2)[1] as string

  test('externalUrl replaces scheme, host and port, and adds its path', async () => {
    const url = await open({ externalUrl: `${EXTERNAL}/svc1/` })
    const send = async (htu: string) => (await ask(`${url}/any?a=b`, linesFor(htu))).status

    expect(await send(`${EXTERNAL}/svc1/any`)).toBe(200)
    expect(await send(`${EXTERNAL}/any`)).toBe(401)
    expect(await send(`${url}/any`)).toBe(401)
  })

  test('externalUrl as a function gets the request of the server', async () => {
    // Node's request, or the Request of Fetch, whose URL is complete.
    const externalUrl = ({ headers, url }: { headers: Record<string, string> | Headers; url: string }) => {
      if (!(headers instanceof Headers)) return `${EXTERNAL}${headers['x-prefix']}${url}`
      const { pathname, search } = new URL(url)
      return `${EXTERNAL}${headers.get('x-prefix')}${pathname}${search}`
    }
    const url = await open({ externalUrl: externalUrl as never })
    const lines = [...linesFor(`${EXTERNAL}/svc1/any`), 'X-Prefix', '/svc1']

    expect((await ask(`${url}/any?a=b`, lines)).status).toBe(200)
  })

  test('an absolute-form target replaces the Host header, but not what is configured', async () => {
    const [plain, configured] = [await open(), await open({ externalUrl: EXTERNAL })]
    const target = 'http://other.example/any?a=b'

    expect(statusOf(await askBare(plain, target, linesFor('http://other.example/any')))).toBe('200')
    expect(statusOf(await askBare(plain, target, linesFor(`${plain}/any`)))).toBe('401')
    expect(statusOf(await askBare(configured, target, linesFor('http://other.example/any')))).toBe('401')
    expect(statusOf(await askBare(configured, target, linesFor(`${EXTERNAL}/any`)))).toBe('200')
  })

  test.each([
    ['/any?x', '/%61ny'],
    ['/%61ny', '/any'],
    ['/%61ny?x', '/an%79'],
    ['/any', '/x/../any'],
  ])('percent-encoding and dot segments do not matter: %s and %s', async (path, htu) => {
    const url = await open()

    // Express has no route for an encoded path, so that the answer of an accepted request may be 404.
    expect((await ask(url + path, linesFor(url + htu))).status).not.toBe(401)
  })

  test('HEAD and GET are different methods', async () => {
    const url = await open()
    const send = async (htm: string) =>
      (await ask(`${url}/any`, linesFor(`${url}/any`, { htm }), { method: 'HEAD' })).status

    expect([await send('HEAD'), await send('GET')]).toEqual([200, 401])
  })

  test.each([
    ['in two headers', (proof: string) => ['DPoP', proof, 'dpop', proofFor('http://a.example/')]],
    ['in one header, joined by a comma', (proof: string) => ['DPoP', `${proof},${proof}`]],
    ['in no header', () => []],
    ['in an empty header', () => ['DPoP', '']],
    ['of 20 KB', (proof: string) => ['DPoP', proof + 'A'.repeat(20_000)]],
    ['in another header', (proof: string) => ['X-DPoP', proof]],
    [
      'and the token in Proxy-Authorization',
      (proof: string) => ['Proxy-Authorization', `DPoP ${boundToken}`, 'DPoP', proof],
    ],
  ])('a proof %s is refused', async (title, lines) => {
    const url = await open()
    const token = title.includes('Proxy') ? [] : ['Authorization', `DPoP ${boundToken}`]
    const { status, headers } = await ask(`${url}/any`, [...token, ...lines(proofFor(`${url}/any`))])

    expect(status).toBe(401)
    if (token.length > 0)
      expect(headers['www-authenticate']).toMatch(/DPoP realm="api", error="invalid_dpop_proof"/)
    else expect(headers['www-authenticate']).toBe('Bearer realm="api"')
  })

  test('a proof is accepted once, also if it is sent many times at once', async () => {
    const url = await open()
    const lines = linesFor(`${url}/any`)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/any`, lines)))
    const statuses = answers.map(({ status }) => status).sort()

    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 401)])
  })
})
