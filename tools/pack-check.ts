// Checks each tarball with publint and attw.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { packAll, root } from './tarballs.ts'

const bin = (name: string): string => join(root, 'node_modules', '.bin', name)
let failed = 0

for (const [name, tarball] of Object.entries(packAll())) {
  console.log(`\n${name}`)
  for (const [program, args] of [
    ['publint', ['run', '--strict', tarball]],
    ['attw', [tarball]],
  ] as const) {
    const { status } = spawnSync(bin(program), args, { stdio: 'inherit' })
    if (status !== 0) failed++
  }
}
if (failed > 0) {
  console.error(`\n${failed} checks failed`)
  process.exitCode = 1
} else console.log('\nAll tarballs pass publint and attw.')
