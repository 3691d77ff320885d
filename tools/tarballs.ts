import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const PUBLIC_PACKAGES = [
  'core',
  'express',
  'fastify',
  'mcp',
  'nestjs',
  'doctor',
  'redis',
  'signals',
] as const
export const root: string = fileURLToPath(new URL('..', import.meta.url))
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string
}

export type PackageName = (typeof PUBLIC_PACKAGES)[number]

/** Packs the packages as they are published, and returns the paths of the tarballs. */
export function packAll(): Readonly<Record<PackageName, string>> {
  const parent = join(root, 'node_modules', '.cache', 'tarballs')
  mkdirSync(parent, { recursive: true })
  const target = mkdtempSync(join(parent, 'all-'))
  const filters = PUBLIC_PACKAGES.map((name) => `--filter=@okta-resource-server/${name}`)
  const pack = ['--recursive', ...filters, 'pack', '--pack-destination', target]
  execFileSync('npx', ['--yes', '--loglevel=error', packageManager, ...pack], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const version = (name: PackageName): string =>
    (JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as { version: string })
      .version
  return Object.fromEntries(
    PUBLIC_PACKAGES.map((name) => [name, join(target, `okta-resource-server-${name}-${version(name)}.tgz`)]),
  ) as Record<PackageName, string>
}

/** A new, empty folder outside the checkout. */
export function emptyFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `${name}-`))
}
