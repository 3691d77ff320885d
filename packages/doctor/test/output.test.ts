import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '../src/diagnose.ts'
import { asJson } from '../src/json.ts'
import { asText, escapeControls } from '../src/text.ts'

const HOST = 'login.example.com'
const CLIENT = 'client-7'

const DIAGNOSIS: Diagnosis = {
  issuer: `https://${HOST}/`,
  documents: [{ url: `https://${HOST}/.well-known/openid-configuration`, status: 200, kind: 'metadata' }],
  keys: [{ kid: 'k1', type: 'RSA', algorithm: 'RS256', use: 'sig', ageInDays: 3 }],
  usableKeys: 1,
  clockDifference: -7,
  problems: [{ code: 'timeout', message: `https://${HOST}:8443/keys: no response` }],
  token: {
    accepted: false,
    code: 'audience_mismatch',
    checks: [
      {
        check: 'audience',
        outcome: 'failed',
        code: 'audience_mismatch',
        found: { aud: [CLIENT, 'api.internal', `https://${HOST}/api`] },
        wanted: { aud: ['api://orders'] },
        unverified: true,
        hint: 'Compare.',
      },
      {
        check: 'client',
        outcome: 'not run',
        code: undefined,
        found: { azp: CLIENT },
        wanted: { client: ['client-8'] },
        unverified: true,
        hint: undefined,
      },
      {
        check: 'identifiers',
        outcome: 'not run',
        code: undefined,
        found: { sub: 'ada@example.com', jti: 'id-1' },
        wanted: {},
        unverified: true,
        hint: undefined,
      },
    ],
  },
  status: 1,
}

describe('JSON', () => {
  it('has names in place of hosts, clients and subjects, the same for the same value', () => {
    const json = asJson(DIAGNOSIS, false)

    expect(json).not.toMatch(/example\.com|client-\d|api\.internal|ada@|id-1|orders/)
    const { issuer, token } = JSON.parse(json) as Diagnosis
    const [audience, client] = (token as NonNullable<typeof token>).checks
    expect(audience?.found.aud).toEqual([client?.found.azp, expect.any(String), `${issuer}api`])
  })

  it('does not hide the description of what is wanted', () => {
    const wanted = { sub: 'a string, if present', jti: 'a string, if present', act: 'an object, if present' }
    const check = { check: 'identifiers', outcome: 'passed', code: undefined, found: { sub: 'ada' }, wanted }
    const token = {
      accepted: true,
      code: undefined,
      checks: [{ ...check, unverified: false, hint: undefined }],
    }
    const json = asJson({ ...DIAGNOSIS, token } as Diagnosis, false)

    const [shown] = (JSON.parse(json) as Diagnosis).token?.checks ?? []
    expect(shown?.wanted).toEqual(wanted)
    expect(shown?.found).toEqual({ sub: '[subject 1]' })
  })

  it('keeps them if asked to', () => {
    expect(JSON.parse(asJson(DIAGNOSIS, true))).toEqual({
      version: 1,
      ...JSON.parse(JSON.stringify(DIAGNOSIS)),
    })
  })

  it('is ASCII', () => {
    const json = asJson({ ...DIAGNOSIS, issuer: 'https://\u202e\u009bé😀/' }, true)

    expect(json).toMatch(/^[\x20-\x7e\n]*$/)
    expect(JSON.parse(json).issuer).toBe('https://\u202e\u009bé😀/')
  })
})

describe('text', () => {
  it('shows documents, keys, clocks, checks and problems', () => {
    expect(asText(DIAGNOSIS)).toMatchInlineSnapshot(`
      "Authorization server https://login.example.com/
        https://login.example.com/.well-known/openid-configuration: metadata
        keys: 1 published, 1 usable
          k1: RSA, RS256, sig, 3 days old
        clock: the authorization server is 7 s behind

      Token: refused (audience_mismatch)
        FAIL audience: audience_mismatch
               found   aud = ["client-7","api.internal","https://login.example.com/api"] (unverified)
               wanted  aud = ["api://orders"]
               fix     Compare.
        -    client (not run)
               found   azp = client-7 (unverified)
               wanted  client = ["client-8"]
        -    identifiers (not run)
               found   sub = ada@example.com, jti = id-1 (unverified)

      Problems
        timeout: https://login.example.com:8443/keys: no response

      The token is refused.
      "
    `)
  })

  it.each(['\u001b[31m', '\u009b2J', '\u202e', '\u2028', '\r\n', '\u200b', '\ud800'])(
    'escapes %j',
    (text) => {
      expect(escapeControls(`a${text}b`)).toMatch(/^a(\\u\{[0-9a-f]+\}|[[\w])+$/)
    },
  )
})
