import { expect, it, onTestFinished, vi } from 'vitest'
import { sha256 } from '../src/sha256.ts'

it('the hash of a text is that of RFC 7638, section 3.1, also where the runtime has no function for it', async () => {
  const thumbprint = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'
  const text =
    '{"e":"AQAB","kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}'
  expect(sha256(text)).toBe(thumbprint)

  vi.resetModules()
  vi.doMock('node:crypto', async (original) => ({ ...(await original<object>()), hash: undefined }))
  onTestFinished(() => vi.doUnmock('node:crypto'))
  expect((await import('../src/sha256.ts')).sha256(text)).toBe(thumbprint)
})
