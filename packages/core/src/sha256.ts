import * as crypto from 'node:crypto'

/**
 * SHA-256 of a text, in base64url.
 *
 * `hash` takes two thirds of the time of `createHash`, and leaves no object behind. Some runtimes do not have it.
 */
export const sha256: (text: string) => string =
  crypto.hash === undefined
    ? (text) => crypto.createHash('sha256').update(text).digest('base64url')
    : (text) => crypto.hash('sha256', text, 'base64url')
