import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** The first version of this library. It takes part in the benchmark, so that a regression shows in one run. */
export const FIRST_VERSION = {
  version: '0.1.0',
  commit: '5a50d32c9d7e97f38cac54747be8a7ce7b1f4e75',
} as const

const PACKAGES = ['core', 'express', 'fastify'] as const
export type FirstVersionPackage = (typeof PACKAGES)[number]

/** Runtime dependencies of version 0.1.0, and the package of today that has each of them installed. */
const DEPENDENCIES = { jose: 'core', 'lru-cache': 'core', 'fastify-plugin': 'fastify' } as const

/** The folder of the build, or the reason why there is none. */
export type FirstVersionBuild = { readonly folder: string } | { readonly leftOut: string }

/** Path of the entry point of one of its packages. */
export function firstVersionEntry(folder: string, name: FirstVersionPackage): string {
  return join(folder, 'node_modules', '@okta-resource-server', name, 'dist', 'index.js')
}

/** Why the commit cannot be read from git; undefined when it can. */
function historyProblem(root: string): string | undefined {
  const commit = `${FIRST_VERSION.commit}^{commit}`
  const { error, status } = spawnSync('git', ['cat-file', '-e', commit], { cwd: root, stdio: 'ignore' })
  if (error !== undefined) return 'git could not be started'
  if (status === 0) return undefined
  return `commit ${FIRST_VERSION.commit.slice(0, 7)} is not in the git history here (in a shallow clone, "git fetch --unshallow" gets it)`
}

function extract(root: string, target: string): void {
  mkdirSync(target, { recursive: true })
  const paths = ['tsconfig.base.json', ...PACKAGES.map((name) => `packages/${name}`)]
  const archive = execFileSync('git', ['archive', '--format=tar', FIRST_VERSION.commit, ...paths], {
    cwd: root,
    maxBuffer: 64 * 1_048_576,
  })
  execFileSync('tar', ['-xf', '-'], { cwd: target, input: archive })
}

/** Emits JavaScript without type checks: the types of today's dependencies may differ, the emitted code does not. */
function compile(root: string, source: string, name: FirstVersionPackage, outDir: string): void {
  const config = join(source, 'packages', name, 'tsconfig.bench.json')
  const compilerOptions = {
    noCheck: true,
    composite: false,
    incremental: false,
    isolatedDeclarations: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    types: [],
    rootDir: 'src',
    outDir,
  }
  writeFileSync(
    config,
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, include: ['src'] }),
  )
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`Version ${FIRST_VERSION.version} does not compile (${name}):\n${stdout}`)
}

function build(root: string, folder: string): void {
  const staging = `${folder}.${process.pid}`
  const source = join(staging, 'source')
  rmSync(staging, { recursive: true, force: true })
  extract(root, source)
  for (const name of PACKAGES) {
    const entry = firstVersionEntry(staging, name)
    compile(root, source, name, dirname(entry))
    copyFileSync(
      join(source, 'packages', name, 'package.json'),
      join(dirname(dirname(entry)), 'package.json'),
    )
  }
  rmSync(source, { recursive: true })
  // A run that is interrupted leaves no incomplete build behind.
  renameSync(staging, folder)
}

/** Links what is installed now, in every run, since an installation may have moved it. */
function linkDependencies(root: string, folder: string): string | undefined {
  for (const [name, owner] of Object.entries(DEPENDENCIES)) {
    const installed = join(root, 'packages', owner, 'node_modules', name)
    if (!existsSync(installed)) return `its dependency ${name} is not installed in packages/${owner}`
    const link = join(folder, 'node_modules', name)
    rmSync(link, { force: true, recursive: true })
    symlinkSync(realpathSync(installed), link, 'junction')
  }
  return undefined
}

/** Builds version 0.1.0 from the history of this repository, once; later runs use the same build. */
export function firstVersionBuild(root: string): FirstVersionBuild {
  const { version, commit } = FIRST_VERSION
  const folder = join(
    root,
    'node_modules',
    '.cache',
    'bench-first-version',
    `${version}-${commit.slice(0, 7)}`,
  )
  if (!existsSync(folder)) {
    const problem = historyProblem(root)
    if (problem !== undefined) return { leftOut: problem }
    build(root, folder)
  }
  const leftOut = linkDependencies(root, folder)
  return leftOut === undefined ? { folder } : { leftOut }
}
