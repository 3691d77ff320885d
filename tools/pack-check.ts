// publint and attw on each tarball, as a user's package manager and TypeScript will see it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PUBLIC_PACKAGES, pack, root } from './tarballs.ts'

const bin = (name: string): string => join(root, 'node_modules', '.bin', name)
let failed = 0

for (const name of PUBLIC_PACKAGES) {
  const tarball = pack(name)
  console.log(`\n${name}`)
  // ESM only, and require()able on every supported Node.js, which is what attw's ignored rule would warn of.
  for (const [program, args] of [
    ['publint', ['run', '--strict', tarball]],
    ['attw', [tarball, '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm']],
  ] as const) {
    const { status } = spawnSync(bin(program), args, { stdio: 'inherit' })
    if (status !== 0) failed++
  }
}
if (failed > 0) {
  console.error(`\n${failed} checks failed`)
  process.exitCode = 1
} else console.log('\nAll tarballs pass publint and attw.')
