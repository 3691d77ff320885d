import type { Library, TokenRequest, Verifier } from '../library.ts'

/** What no cache that compares the whole text can beat: one lookup and one comparison, without any check. */
export const LIMIT = 'Map and ==='

/** A number made of characters near the end of the text, where tokens differ. */
function keyOf(text: string): number {
  let key = 0
  for (let index = 2; index <= 6; index++) key = (key << 6) ^ text.charCodeAt(text.length - index)
  return key
}

const texts = new Map<number, { readonly header: string; readonly token: string }>()

export const limit: Library = {
  createVerifier: (): Verifier => ({
    authenticate: async ({ headers: { authorization } }: TokenRequest) => {
      texts.set(keyOf(authorization), { header: authorization, token: authorization.slice('Bearer '.length) })
    },
    verify: async (token: string) => {
      const found = texts.get(keyOf(token))
      return found?.token === token ? found : undefined
    },
    close: () => texts.clear(),
  }),
  decide: (_: Verifier, { headers: { authorization } }: TokenRequest) => {
    const found = texts.get(keyOf(authorization))
    return found?.header === authorization ? found : Promise.resolve()
  },
}
