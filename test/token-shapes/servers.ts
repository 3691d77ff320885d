import { readdirSync } from 'node:fs'
import type { AuthorizationServer } from './shape.ts'

const folder = new URL('servers/', import.meta.url)

/** Every file of the corpus. */
export const SERVERS: readonly AuthorizationServer[] = await Promise.all(
  readdirSync(folder)
    .sort()
    .map(async (file): Promise<AuthorizationServer> => (await import(new URL(file, folder).href)).default),
)
