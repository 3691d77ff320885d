import { randomBytes } from 'node:crypto'

/** Returns `length` random base64url characters. */
export function base64url(length: number): string {
  return randomBytes(Math.ceil((length * 6) / 8))
    .toString('base64url')
    .slice(0, length)
}

/** Returns an ID in Okta's format: a three-character prefix and 17 letters or digits. */
export function oktaId(prefix: '0oa' | '00u' | '00o' | 'aus' | 'oar'): string {
  let id: string = prefix
  while (id.length < 20) id += base64url(20).replace(/[-_]/g, '')
  return id.slice(0, 20)
}
