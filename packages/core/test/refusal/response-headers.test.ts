import { createServer, type ServerResponse } from 'node:http'
import { serve } from '@okta-resource-server/testing/vitest'
import { describe, expect, it, vi } from 'vitest'
import { attachRefusal, detachRefusal, type OnHeaders } from '../../src/adapter.ts'
import { InvalidTokenError, MissingTokenError } from '../../src/refusal/errors.ts'

/** Calls the listeners of a response when it sends its headers. */
const onHeaders = ((response: ServerResponse, listener: () => void) => {
  const { writeHead } = response
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    response.statusCode = args[0]
    listener()
    return writeHead.apply(response, args)
  }) as typeof writeHead
}) as OnHeaders

const answer = async (respond: (response: ServerResponse) => void) =>
  fetch(await serve((_request, response) => respond(response)))

describe('attachRefusal', () => {
  it('sends the headers of the last refusal', async () => {
    const { headers } = await answer((response) => {
      attachRefusal(response, new MissingTokenError(), onHeaders)
      attachRefusal(response, new InvalidTokenError('token_expired'), onHeaders)
      response.writeHead(401).end()
    })
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('adds the headers of the refusal to a response with its status only, and replaces none', async () => {
    const refused = (status: number, headers: Record<string, string> = {}) =>
      answer((response) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
        attachRefusal(response, new MissingTokenError(), onHeaders)
        response.writeHead(status).end()
      })
    expect((await refused(401)).headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect((await refused(500)).headers.get('www-authenticate')).toBeNull()
    const own = await refused(401, { 'www-authenticate': 'Basic realm="own"' })
    expect(own.headers.get('www-authenticate')).toBe('Basic realm="own"')
  })

  it('waits for the headers of a response once, however many refusals there are', () => {
    const spy = vi.fn()
    const response = { writeHead: () => {} }
    for (const _time of [1, 2, 3]) attachRefusal(response, new MissingTokenError(), spy)
    expect(spy).toHaveBeenCalledTimes(1)
  })

  it('is undone by detachRefusal', async () => {
    const { headers } = await answer((response) => {
      attachRefusal(response, new MissingTokenError(), onHeaders)
      detachRefusal(response)
      response.writeHead(401).end()
    })
    expect(headers.get('www-authenticate')).toBeNull()
  })

  it.each([
    ['an error that is no refusal', Object.assign(new Error('no'), { status: 401, headers: { a: 'b' } })],
    ['undefined', undefined],
  ])('ignores %s', (_what, error) => {
    const spy = vi.fn()
    attachRefusal(createServer(), error, spy)
    attachRefusal({ writeHead: () => {} }, error, spy)
    expect(spy).not.toHaveBeenCalled()
  })

  it.each([[{}], [undefined], [null]])('ignores a response that cannot send headers (%j)', (response) => {
    const spy = vi.fn()
    attachRefusal(response as never, new MissingTokenError(), spy)
    detachRefusal(response as never)
    expect(spy).not.toHaveBeenCalled()
  })
})
