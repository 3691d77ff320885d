// Installs the packed tarballs into an empty project and uses them on each supported Node.js.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder, packAll, root } from './tarballs.ts'

const NODE_VERSIONS = ['20', '22', '24', '26'] as const
const SCRIPTS = ['import.mjs', 'require.cjs'] as const

function npmInstall(folder: string, ...packages: string[]): void {
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const project = emptyFolder('okta-resource-server-smoke')
let failed = 0
try {
  console.log('Packing and installing into an empty project ...')
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
  npmInstall(project, ...Object.values(packAll()), 'express@5', 'fastify@5')
  for (const script of SCRIPTS) cpSync(join(root, 'tools', 'smoke', script), join(project, script))
  for (const version of NODE_VERSIONS) {
    console.log(`Fetching Node.js ${version} ...`)
    const runtime = emptyFolder(`node-${version}`)
    try {
      writeFileSync(join(runtime, 'package.json'), '{ "private": true }\n')
      npmInstall(runtime, `node@${version}`)
      const node = join(
        runtime,
        'node_modules',
        'node',
        'bin',
        process.platform === 'win32' ? 'node.exe' : 'node',
      )
      for (const script of SCRIPTS) {
        const { status } = spawnSync(node, [script], {
          cwd: project,
          stdio: 'inherit',
          timeout: 60_000,
          // Express prints every error otherwise.
          env: { ...process.env, NODE_ENV: 'test' },
        })
        if (status !== 0) failed++
      }
    } finally {
      rmSync(runtime, { recursive: true, force: true })
    }
  }
} finally {
  rmSync(project, { recursive: true, force: true })
}
console.log(`${NODE_VERSIONS.length * SCRIPTS.length - failed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1
