import { AUDIENCE, serve, signToken, type TestServer } from '@okta-resource-server/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boundToken, OPTIONS, proofFor } from '../dpop/support.ts'
import { doctor } from './program.ts'

describe('with a DPoP-bound token and a proof', () => {
  let keys: TestServer
  let bound: readonly string[]
  beforeAll(async () => {
    keys = await serve((_request, response) => response.end(JSON.stringify(OPTIONS.jwks)))
    bound = ['--issuer', OPTIONS.issuer, '--audience', AUDIENCE, '--jwks-uri', `${keys.url}/keys`]
  })
  afterAll(() => keys?.close())
  const url = 'https://api.example.com/messages'
  const run = (proof: string, ...args: string[]) =>
    doctor(
      [...bound, '--token-stdin', '--url', `${url}?a=b`, ...args],
      `Authorization: DPoP ${boundToken}\nDPoP: ${proof}\n`,
    )

  test('explains possession: 0', async () => {
    const { status, output } = await run(proofFor(url))

    expect(status).toBe(0)
    expect(output).toContain('Token: accepted')
    expect(output).toMatch(/possession.*htm = GET.*htu = https:\/\/api\.example\.com\/messages/s)
  })

  test('says why a proof is refused: 1', async () => {
    const { status, output } = await run(proofFor(url), '--method', 'POST')

    expect(status).toBe(1)
    expect(output).toContain('FAIL possession: proof_method_mismatch')
    expect(output).toMatch(/found .*htm = GET/)
    expect(output).toMatch(/wanted .*htm = POST/)
    expect((await run('')).output).toContain('FAIL possession: proof_missing')
  })

  test('prints neither the proof nor its key, hash and identifier', async () => {
    const proof = proofFor(url, { jti: 'canary-7Kq', nonce: 'canary-7Kq' })
    for (const args of [[], ['--json'], ['--json', '--show-claims']]) {
      const { output } = await run(proof, ...args)
      for (const part of [...proof.split('.'), 'canary-7Kq']) expect(output).not.toContain(part)
    }
  })

  test('knows the modes of the option dpop', async () => {
    const { status, output } = await doctor(
      [...bound, '--token-stdin', '--dpop', 'required'],
      signToken({ claims: { iat: 1, exp: 9_999_999_999 } }),
    )

    expect(status).toBe(1)
    expect(output).toContain('FAIL possession: dpop_required')
    expect((await doctor([...bound, '--dpop', 'on'])).errors).toContain('dpop.mode')
  })

  test('needs a URL and a token: 2', async () => {
    for (const args of [
      ['--method', 'GET', '--token-stdin'],
      ['--url', url],
      ['--url', '/messages', '--token-stdin'],
    ]) {
      expect((await doctor([...bound, ...args], boundToken)).status).toBe(2)
    }
  })
})
