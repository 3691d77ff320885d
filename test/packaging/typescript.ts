// Declarations compile, and their types are not `any`, in the compiler versions and module modes that projects have.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Project, project } from './project.ts'
import type { Row } from './row.ts'

interface Compiler {
  readonly version: string
  readonly modes: readonly (keyof typeof MODES)[]
  readonly dependencies: Readonly<Record<string, string>>
  readonly skipLibCheck?: boolean
  readonly fastify?: boolean
  readonly ci?: boolean
}

/** Compiler options, and the extensions of the files that are compiled. */
const MODES = {
  // `.ts` is CommonJS here, because the package.json of the project has no type.
  commonjs: {
    options: { module: 'commonjs', moduleResolution: 'node', esModuleInterop: true },
    files: ['ts'],
  },
  'commonjs, default resolution': { options: { module: 'commonjs' }, files: ['ts'] },
  'commonjs, node10': {
    options: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
    files: ['ts'],
  },
  node16: { options: { module: 'node16', moduleResolution: 'node16' }, files: ['ts', 'mts'] },
  node20: { options: { module: 'node20' }, files: ['ts', 'mts'] },
  nodenext: { options: { module: 'nodenext', moduleResolution: 'nodenext' }, files: ['ts', 'mts'] },
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler' }, files: ['ts'] },
  'preserve, bundler': { options: { module: 'preserve', moduleResolution: 'bundler' }, files: ['ts'] },
} as const

// The declarations of this time compile with old compilers.
const OLD_TYPES = {
  '@types/node': '20.11.30',
  '@types/express': '4.17.21',
  '@types/express-serve-static-core': '4.17.43',
  '@types/serve-static': '1.15.5',
  '@types/qs': '6.9.14',
  '@types/send': '0.17.4',
} as const
const TYPES = { '@types/node': '22', '@types/express': '5', fastify: '5' } as const

const COMPILERS: readonly Compiler[] = [
  { version: '4.7', modes: ['commonjs', 'node16', 'nodenext'], dependencies: OLD_TYPES, skipLibCheck: true },
  { version: '4.9', modes: ['commonjs', 'node16', 'nodenext'], dependencies: OLD_TYPES },
  { version: '5.0', modes: ['commonjs', 'node16', 'nodenext', 'bundler'], dependencies: OLD_TYPES },
  {
    version: '5.4',
    modes: ['commonjs', 'node16', 'nodenext', 'preserve, bundler'],
    dependencies: TYPES,
    fastify: true,
    ci: true,
  },
  {
    version: '5.9',
    modes: ['commonjs', 'node16', 'node20', 'nodenext', 'preserve, bundler'],
    dependencies: TYPES,
    fastify: true,
    ci: true,
  },
  {
    version: '6.0',
    modes: [
      'commonjs, default resolution',
      'commonjs, node10',
      'node16',
      'node20',
      'nodenext',
      'preserve, bundler',
    ],
    dependencies: TYPES,
    fastify: true,
  },
  {
    version: '7.0',
    modes: ['commonjs, default resolution', 'node16', 'node20', 'nodenext', 'preserve, bundler'],
    dependencies: TYPES,
    fastify: true,
    ci: true,
  },
]

function installed({ version, dependencies, fastify }: Compiler): Promise<Project> {
  return project(`typescript-${version}`, {
    files: ['typescript'],
    packages: ['core', 'express', 'mcp', ...(fastify ? (['fastify'] as const) : [])],
    dependencies: { ...dependencies, typescript: `~${version}.0` },
  })
}

async function compile(compiler: Compiler, mode: keyof typeof MODES): Promise<void> {
  const { folder, write, bin } = await installed(compiler)
  const programs = ['core', 'express', 'mcp', ...(compiler.fastify ? ['fastify'] : [])]
  const { options, files: extensions } = MODES[mode]
  const files = programs.flatMap((program) => extensions.map((extension) => `${program}.${extension}`))
  for (const file of files) {
    if (file.endsWith('.mts')) copyFileSync(join(folder, file.replace('.mts', '.ts')), join(folder, file))
  }
  const config = `tsconfig.${mode.replace(/\W+/g, '-')}.json`
  write(config, {
    compilerOptions: {
      ...options,
      target: 'es2022',
      lib: ['es2022'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: compiler.skipLibCheck ?? false,
    },
    files,
  })
  await bin('tsc', '-p', config)
}

export const TYPESCRIPT_ROWS: readonly Row[] = COMPILERS.flatMap((compiler) =>
  compiler.modes.map((mode) => ({
    name: `TypeScript ${compiler.version}: ${mode}`,
    ci: compiler.ci ?? false,
    run: () => compile(compiler, mode),
  })),
)
