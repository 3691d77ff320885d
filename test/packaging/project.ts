// Temporary projects with the packed tarballs. Each is installed once, however many rows use it.
import { execFile } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emptyFolder, type PackageName, packAll } from '../../tools/tarballs.ts'

const FIXTURES = fileURLToPath(new URL('projects', import.meta.url))

let packed: ReturnType<typeof packAll> | undefined

/** The path of a package's tarball. All are packed at the first call. */
export function tarball(name: PackageName): string {
  packed ??= packAll()
  return packed[name]
}

let free = availableParallelism() + 1
const waiting: (() => void)[] = []

/** How many programs run at a time, if it is not one more than there are processors. */
export function setJobs(jobs: number): void {
  free = jobs
}

/** Calls the function when a program may be started. The last call is served first, so that rows that have begun go on. */
export async function inTurn<T>(run: () => Promise<T>): Promise<T> {
  if (free > 0) free--
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await run()
  } finally {
    const next = waiting.pop()
    if (next === undefined) free++
    else next()
  }
}

/** Runs a program in its turn, and rejects with its output if it fails. */
export function execute(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = {
    cwd,
    env: { ...process.env, NODE_ENV: 'test', ...env },
    timeout: 900_000,
    maxBuffer: 1 << 26,
  }
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        execFile(program, args, options, (error, stdout, stderr) => {
          if (error === null) resolve(stdout)
          else reject(new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}` || error.message))
        })
      }),
  )
}

export interface Project {
  readonly folder: string
  /** Runs a program of node_modules/.bin. */
  bin(name: string, ...args: string[]): Promise<string>
  node(...args: string[]): Promise<string>
  write(file: string, content: string | object): void
}

export function openProject(folder: string): Project {
  const path = join(folder, 'node_modules', '.bin')
  return {
    folder,
    bin: (name, ...args) => execute(join(path, name), args, folder),
    node: (...args) => execute(process.execPath, args, folder),
    write: (file, content) =>
      writeFileSync(
        join(folder, file),
        typeof content === 'string' ? content : JSON.stringify(content, null, 2),
      ),
  }
}

export interface ProjectOptions {
  /** Folders of fixtures that are copied into the project. */
  readonly files: readonly string[]
  readonly packages: readonly PackageName[]
  readonly dependencies?: Readonly<Record<string, string>>
  /** The folder of a project whose install is something else than npm's. */
  readonly install?: (folder: string) => Promise<unknown>
}

export const npmInstall = (folder: string, ...packages: string[]): Promise<string> =>
  execute(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', ...packages],
    folder,
  )

const projects = new Map<string, Promise<Project>>()
const folders: string[] = []

async function create(name: string, options: ProjectOptions): Promise<Project> {
  const folder = emptyFolder(`okta-resource-server-${name}`)
  folders.push(folder)
  for (const files of options.files) cpSync(join(FIXTURES, files), folder, { recursive: true })
  const ours = Object.fromEntries(
    options.packages.map((each) => [`@okta-resource-server/${each}`, `file:${tarball(each)}`]),
  )
  const core = { '@okta-resource-server/core': `file:${tarball('core')}` }
  const project = openProject(folder)
  project.write('package.json', {
    name: 'consumer',
    version: '1.0.0',
    private: true,
    dependencies: { ...ours, ...options.dependencies },
    // The version of core that the adapters ask for may not be published yet.
    resolutions: core,
  })
  project.write('pnpm-workspace.yaml', `overrides: ${JSON.stringify(core)}\n`)
  await (options.install ?? npmInstall)(folder)
  return project
}

/** The project of this name, which is created at first use. */
export function project(name: string, options: ProjectOptions): Promise<Project> {
  const known = projects.get(name) ?? create(name, options)
  projects.set(name, known)
  return known
}

export function removeProjects(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
