/** Replaces text that contains a secret. */
const WITHHELD = '[withheld: it contains a secret]'
const JWT_START = /eyJ[\w-]{5}/i
const MAX_TEXT = 300
/** Only this many characters of a secret are searched for, so that searching the longest response takes linear time. */
const MAX_SEARCH = 64
const MAX_CAUSES = 4

/** The secrets of one call, which must not appear in errors. */
export interface Secrets {
  add(secret: string): void
  /**
   * Returns text that is safe to show: without control characters and cut to 300 characters. A text that contains a JWT,
   * or a secret in any common encoding, is replaced as a whole.
   */
  show(text: string): string
  /** Returns a copy of a thrown value that has only its name, code, message and causes, all safe to show. */
  showError(thrown: unknown): Error
}

/** Starts without any secrets; JWTs are always recognized. */
export function createSecrets(): Secrets {
  const known = new Set<string>()

  const show = (text: string): string => {
    const lower = text.toLowerCase()
    const leaks = holdsJwt(text) || [...known].some((secret) => lower.includes(secret))
    return leaks ? WITHHELD : printable(text)
  }

  const copy = (thrown: unknown, depth: number): Error => {
    if (!(thrown instanceof Error)) return new Error(`A value of type ${typeof thrown} was thrown.`)
    const cause =
      thrown.cause === undefined || depth === MAX_CAUSES ? undefined : copy(thrown.cause, depth + 1)
    const safe = new Error(show(thrown.message), cause && { cause })
    safe.name = show(thrown.name)
    safe.stack = `${safe.name}: ${safe.message}`
    if ('code' in thrown && typeof thrown.code === 'string') Object.assign(safe, { code: show(thrown.code) })
    return safe
  }

  return {
    add: (secret) => {
      for (const form of encodings(secret)) known.add(form.toLowerCase().slice(0, MAX_SEARCH))
    },
    show,
    showError: (thrown) => copy(thrown, 1),
  }
}

/** Looks for two segments with a dot between them. Splits the text first so that each character is read only once. */
function holdsJwt(text: string): boolean {
  const pieces = text.split(/([^\w-]+)/)
  return pieces.some((piece, at) => pieces[at + 1] === '.' && pieces[at + 2] !== '' && JWT_START.test(piece))
}

function encodings(secret: string): string[] {
  const html = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
  const base64url = Buffer.from(secret).toString('base64url')
  return [
    secret,
    encodeFormValue(secret),
    encodeFormValue(secret).replaceAll('+', '%20'),
    encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\ufffd')),
    JSON.stringify(secret).slice(1, -1),
    html,
    html.replaceAll("'", '&#39;'),
    base64url,
    base64url.replaceAll('-', '+').replaceAll('_', '/'),
  ]
}

/**
 * Encodes one value as `application/x-www-form-urlencoded`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#appendix-B RFC 6749, appendix B}
 */
export function encodeFormValue(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1)
}

function printable(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line
}
