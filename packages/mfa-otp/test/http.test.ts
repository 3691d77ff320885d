import { type AddressInfo, createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fetchTokens, MfaOtpExchangeError } from '../src/index.ts'
import { METADATA, optionsFor, startServer, tokens } from './scripted-server.ts'

describe('a request', () => {
  it.each([
    ['no response', () => {}],
    ['an incomplete body', (response: { write: (text: string) => void }) => response.write('{')],
  ])('ends after the timeout: %s', async (_, body) => {
    const server = await startServer()
    server.token({ body })
    const failure = await fetchTokens({ ...optionsFor(server), timeout: 1_500 }).catch(
      (thrown: unknown) => thrown,
    )
    expect(failure).toBeInstanceOf(MfaOtpExchangeError)
    expect(failure).toMatchObject({ code: 'timeout', step: 'password', status: undefined })
  })

  it('ends after the timeout even if fetch ignores its signal', async () => {
    const fetch = () => new Promise<never>(() => {})
    const failure = fetchTokens({ ...optionsFor({ issuer: 'https://a.example' }), fetch, timeout: 20 })
    await expect(failure).rejects.toMatchObject({ code: 'timeout', step: 'discovery' })
  })

  it('aborts its signal after the timeout', async () => {
    let signal: AbortSignal | null | undefined
    const fetch = (_: unknown, init?: RequestInit) => {
      signal = init?.signal
      return new Promise<never>(() => {})
    }
    await fetchTokens({ ...optionsFor({ issuer: 'https://a.example' }), fetch, timeout: 20 }).catch(() => {})
    expect(signal?.aborted).toBe(true)
  })

  it('reports why the server is unreachable', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    await expect(fetchTokens(optionsFor({ issuer: `http://127.0.0.1:${port}` }))).rejects.toMatchObject({
      code: 'unreachable',
      step: 'discovery',
      cause: { name: 'TypeError', cause: { code: 'ECONNREFUSED' } },
    })
  })

  it('reports the code and the cause of a network error', async () => {
    const fetch = async () => {
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
      })
    }
    await expect(
      fetchTokens({ ...optionsFor({ issuer: 'https://a.example' }), fetch }),
    ).rejects.toMatchObject({
      cause: { message: 'fetch failed', cause: { message: 'refused', code: 'ECONNREFUSED' } },
    })
  })

  it('reports an error that is its own cause, and a thrown value that is not an error', async () => {
    const loop = new Error('loop')
    loop.cause = loop
    const options = optionsFor({ issuer: 'https://a.example' })
    await expect(fetchTokens({ ...options, fetch: () => Promise.reject(loop) })).rejects.toMatchObject({
      code: 'unreachable',
    })
    await expect(fetchTokens({ ...options, fetch: () => Promise.reject('x') })).rejects.toMatchObject({
      cause: { message: 'A value of type string was thrown.' },
    })
  })
})

describe('a response', () => {
  it.each([301, 302, 303, 307, 308])('that redirects with status %i is refused', async (status) => {
    const server = await startServer()
    server.token({ status, headers: { location: `${server.origin}/elsewhere` } })
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({ code: 'redirect_refused', status })
    expect(server.seen.map(({ path }) => path)).not.toContain('/elsewhere')
  })

  it('that is an opaque redirect is refused', async () => {
    const fetch = async () => Object.defineProperty(new Response(''), 'type', { value: 'opaqueredirect' })
    const failure = fetchTokens({ ...optionsFor({ issuer: 'https://a.example' }), fetch })
    await expect(failure).rejects.toMatchObject({ code: 'redirect_refused' })
  })

  it('of more than 1 MB is refused', async () => {
    const server = await startServer()
    server.token({ body: 'x'.repeat(1024 * 1024 + 1) })
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({
      code: 'response_too_large',
      status: 200,
    })
  })

  it('of more than 1 MB after decompression is refused', async () => {
    const server = await startServer()
    const bomb = gzipSync('x'.repeat(2 * 1024 * 1024))
    server.token({ headers: { 'content-encoding': 'gzip' }, body: (response) => response.end(bomb) })
    await expect(fetchTokens(optionsFor(server))).rejects.toMatchObject({ code: 'response_too_large' })
  })

  it('of 1 MB is accepted', async () => {
    const server = await startServer()
    const text = JSON.stringify(tokens)
    server.token({ body: text + ' '.repeat(1024 * 1024 - text.length) })
    expect(await fetchTokens(optionsFor(server))).toEqual(tokens)
  })

  it('without a body is accepted', async () => {
    const fetch = async () => new Response(null, { status: 500 })
    const failure = fetchTokens({ ...optionsFor({ issuer: 'https://a.example' }), fetch })
    await expect(failure).rejects.toMatchObject({ code: 'server_error' })
  })

  it('to a metadata request is requested as JSON', async () => {
    const server = await startServer()
    server.token({ body: tokens })
    await fetchTokens(optionsFor(server))
    const [metadata] = server.seen
    expect([metadata?.method, metadata?.path, metadata?.headers.accept]).toEqual([
      'GET',
      METADATA,
      'application/json',
    ])
  })
})
