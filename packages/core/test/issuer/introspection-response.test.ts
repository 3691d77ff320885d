import { describe, expect, it } from 'vitest'
import { activeAnswer, askingVerifier, ENDPOINT, TOKEN } from '../support/introspection.ts'

const MEDIA_TYPE = 'application/token-introspection+jwt'

describe('an answer in JSON', () => {
  it('is asked for as JSON', async () => {
    const { outcome, calls } = askingVerifier()
    await outcome(TOKEN)
    expect(calls[0]?.headers.get('accept')).toBe('application/json')
    expect(calls[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  })

  it.each([
    ['a duplicate member', '{"active":false,"active":true}'],
    ['a list', '[{"active":true}]'],
    ['null', 'null'],
    ['true', 'true'],
    ['an empty text', ''],
    ['HTML', '<html>active</html>'],
    ['a JSON object without active', '{}', 'no member active'],
    ['an error with status 200', '{"error":"invalid_token"}', 'no member active'],
    ['too many levels', `{"active":true,"a":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['a member __proto__', '{"active":true,"__proto__":{"aud":"https://api.example.com"}}'],
    ['active in a prototype', '{"constructor":{"prototype":{"active":true}}}'],
  ])('is no answer if it is %s', async (_title, body, message = 'not a well-formed JSON object') => {
    const { verifier, server } = askingVerifier()
    server.reply = () => new Response(body, { headers: { 'content-type': 'application/json' } })
    await expect(verifier.verify(TOKEN)).rejects.toMatchObject({
      status: 503,
      cause: { status: 200, url: ENDPOINT, message: expect.stringContaining(message) },
    })
    expect(({} as { aud?: unknown }).aud).toBeUndefined()
  })

  it('may have any content type, or none', async () => {
    for (const type of ['text/plain', 'application/json; charset=utf-8', '', undefined]) {
      const { server, outcome } = askingVerifier()
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
      server.reply = () => new Response(Buffer.from(JSON.stringify(activeAnswer())), { headers })
      expect(await outcome(TOKEN)).toBe('accepted')
    }
  })

  it('may have null for what others leave out, and is frozen', async () => {
    const { verifier, server } = askingVerifier()
    server.reply = () => Response.json(activeAnswer({ nbf: null, sub: null, ext: { roles: ['a'] } }))
    const { claims, subject } = await verifier.verify(TOKEN)
    expect(subject).toBeUndefined()
    expect(Object.keys(claims)).not.toContain('nbf')
    const { ext } = claims as unknown as { ext: { roles: string[] } }
    expect([claims, ext, ext.roles].every(Object.isFrozen)).toBe(true)
  })

  it('that is signed although it was not asked for is no answer', async () => {
    const { server, outcome } = askingVerifier()
    server.reply = () => new Response('a.b.c', { headers: { 'content-type': MEDIA_TYPE } })
    expect(await outcome(TOKEN)).toBe('introspection_unavailable')
  })
})
