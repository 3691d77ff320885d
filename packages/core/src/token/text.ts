/**
 * A number made of the last characters of the signature, under which a token is found before the whole text is compared.
 * A map keyed by the text would have to hash it, which takes longer than the rest of a hit.
 */
export function suffixOf(text: string): number {
  // V8 no longer inlines charCodeAt once it has been called with a position outside of a text.
  if (text.length < 6) return 0
  let suffix = 0
  // The last character has fewer bits and is left out.
  for (let i = 2; i <= 6; i++) suffix = (suffix << 6) ^ text.charCodeAt(text.length - i)
  return suffix
}

/** A copy that does not keep alive the string from which a token or header was cut. Both are ASCII. */
export const copyText = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')
