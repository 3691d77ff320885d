import { pathToFileURL } from 'node:url'
import type { createAccessTokenVerifier } from '@okta-resource-server/core'
import { type FirstVersionPackage, firstVersionEntry } from './first-version.ts'
import type { Setting } from './policy.ts'

/** What the benchmark uses of a request. */
export interface TokenRequest {
  readonly method: string
  readonly url: string
  readonly headers: { readonly host: string; readonly authorization: string }
  readonly rawHeaders: readonly string[]
}

export type VerifierOptions = Parameters<typeof createAccessTokenVerifier>[0]

export interface Verifier {
  verify(token: string): Promise<unknown>
  authenticate(request: TokenRequest): Promise<unknown>
  close(): void
}

/** Returns a cached token without a promise; otherwise a promise. */
export type Decide = (verifier: Verifier, request: TokenRequest) => unknown

/** A version of this library. */
export interface Library {
  readonly createVerifier: (options: VerifierOptions) => Verifier
  readonly decide: Decide
}

export const VERSIONS = ['this library', 'version 0.1.0'] as const
export type Version = (typeof VERSIONS)[number]

/** The members of a request of Node.js that are read. The header is one flat string, as the HTTP parser makes it. */
export function requestWith(token: string): TokenRequest {
  const host = '127.0.0.1'
  const authorization = Buffer.from(`Bearer ${token}`).toString('latin1')
  return {
    method: 'GET',
    url: '/messages',
    headers: { host, authorization },
    rawHeaders: ['host', host, 'authorization', authorization],
  }
}

const decideOfVerifier: Decide = (verifier, request) =>
  (verifier as unknown as { decide: (request: TokenRequest) => unknown }).decide(request)

/** The synchronous decision for authors of adapters: a function of the subpath `adapter`; a method before there was one. */
async function decideOfAdapter(): Promise<Decide> {
  const subpath: string = '@okta-resource-server/core/adapter'
  try {
    const { decide } = (await import(subpath)) as { decide?: Decide }
    if (decide === undefined) throw new Error(`${subpath} does not export decide`)
    return decide
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
    return decideOfVerifier
  }
}

/** Loads a package of version 0.1.0. It imports that version's core. */
export async function firstVersionModule<T>(setting: Setting, name: FirstVersionPackage): Promise<T> {
  return (await import(pathToFileURL(firstVersionEntry(setting.firstVersion, name)).href)) as T
}

export async function libraryOf(version: Version, setting: Setting): Promise<Library> {
  if (version === 'this library') {
    const core = await import('@okta-resource-server/core')
    return { createVerifier: core.createAccessTokenVerifier, decide: await decideOfAdapter() }
  }
  const core = await firstVersionModule<typeof import('@okta-resource-server/core')>(setting, 'core')
  return { createVerifier: core.createAccessTokenVerifier, decide: decideOfVerifier }
}
