import { type JwkSet, readJwkSet } from '../keys/jwk-set.ts'
import { RemoteDocumentError } from '../refusal/remote-document-error.ts'
import { type FetchJsonOptions, fetchJson } from './http.ts'

/**
 * Fetches a JWK Set and rejects one without a usable key.
 *
 * Keys are imported when first used; but before good keys are replaced, at least one of the new ones must be sound.
 *
 * @throws {RemoteDocumentError}
 */
export async function fetchJwkSet(
  url: string,
  options: FetchJsonOptions,
  algorithms: ReadonlySet<string>,
  previous: JwkSet | undefined,
): Promise<{ readonly set: JwkSet; readonly maxAge: number | undefined; readonly date: number | undefined }> {
  const { json, maxAge, date } = await fetchJson(url, options)
  const set = readJwkSet(json, algorithms, previous)
  if (set === undefined) {
    throw new RemoteDocumentError('wrong_shape', url, `${url}: not a JWK Set (RFC 7517, section 5)`)
  }
  if (set.keys.length === 0 || (previous !== undefined && !(await set.isUsable()))) {
    throw new RemoteDocumentError('no_usable_key', url, `${url}: the JWK Set has no usable key`)
  }
  return { set, maxAge, date }
}
