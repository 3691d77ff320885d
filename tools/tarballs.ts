import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
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

/** Packs a package as it is published, and returns the path of the tarball. */
export function pack(name: (typeof PUBLIC_PACKAGES)[number]): string {
  const parent = join(root, 'node_modules', '.cache', 'tarballs')
  mkdirSync(parent, { recursive: true })
  const target = mkdtempSync(join(parent, `${name}-`))
  execFileSync('npx', ['--yes', '--loglevel=error', packageManager, 'pack', '--pack-destination', target], {
    cwd: join(root, 'packages', name),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [tarball] = readdirSync(target)
  if (tarball === undefined) throw new Error(`pnpm pack made no tarball of ${name}`)
  return join(target, tarball)
}

/** A new, empty folder outside the checkout. */
export function emptyFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `${name}-`))
}
