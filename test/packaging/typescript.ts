// Declarations compile, and their types are not `any`, in the compiler versions and module modes that projects have.
import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Project, project } from './project.ts'
import type { Row } from './row.ts'

interface Compiler {
  readonly version: string
  readonly modes: readonly (keyof typeof MODES)[]
  readonly dependencies: Readonly<Record<string, string>>
  readonly skipLibCheck?: boolean
  /** The version of Fastify, whose types old compilers do not understand. */
  readonly fastify?: '4' | '5'
  /** The clients of Redis are compiled, too. Old compilers do not understand their types. */
  readonly redisClients?: boolean
  /** The modes that are a part of `--ci`. */
  readonly ci?: Compiler['modes']
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
const TYPES = { '@types/node': '22', '@types/express': '5' } as const

const MODULES = ['core', 'express', 'mcp', 'redis', 'signals', 'doctor'] as const
const REDIS_CLIENTS = { ioredis: '6', iovalkey: '0.4', redis: '6' } as const

const COMPILERS: readonly Compiler[] = [
  { version: '4.7', modes: ['commonjs', 'node16', 'nodenext'], dependencies: OLD_TYPES, skipLibCheck: true },
  { version: '4.9', modes: ['commonjs', 'node16', 'nodenext'], dependencies: OLD_TYPES },
  { version: '5.0', modes: ['commonjs', 'node16', 'nodenext', 'bundler'], dependencies: OLD_TYPES },
  // The types of Fastify 4 need TypeScript 5, too.
  { version: '5.0', modes: ['commonjs'], dependencies: OLD_TYPES, fastify: '4', skipLibCheck: true },
  { version: '5.9', modes: ['commonjs', 'nodenext'], dependencies: TYPES, fastify: '4' },
  {
    version: '5.4',
    modes: ['commonjs', 'node16', 'nodenext', 'preserve, bundler'],
    dependencies: TYPES,
    fastify: '5',
    ci: ['commonjs', 'preserve, bundler'],
  },
  {
    version: '5.9',
    modes: ['commonjs', 'node16', 'node20', 'nodenext', 'preserve, bundler'],
    dependencies: TYPES,
    fastify: '5',
    redisClients: true,
    ci: ['commonjs', 'nodenext'],
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
    fastify: '5',
  },
  {
    version: '7.0',
    modes: ['commonjs, default resolution', 'node16', 'node20', 'nodenext', 'preserve, bundler'],
    dependencies: TYPES,
    fastify: '5',
    redisClients: true,
    ci: ['commonjs, default resolution', 'nodenext', 'preserve, bundler'],
  },
]

const nameOf = ({ version, fastify }: Compiler): string =>
  `TypeScript ${version}${fastify === '4' ? ' with Fastify 4' : ''}`

/** Compilers that compile the same declarations share an installation. */
async function installed({ dependencies, fastify = '4' }: Compiler): Promise<Project> {
  const compilers = COMPILERS.filter(
    (each) => each.dependencies === dependencies && (each.fastify ?? '4') === fastify,
  )
  const found = await project(`typescript-${compilers[0]?.version}`, {
    files: ['typescript'],
    packages: [...MODULES, 'fastify'],
    dependencies: {
      ...dependencies,
      fastify,
      ...(compilers.some(({ redisClients }) => redisClients) && REDIS_CLIENTS),
      ...Object.fromEntries(
        compilers.map(({ version }) => [`typescript-${version}`, `npm:typescript@~${version}.0`]),
      ),
    },
  })
  for (const file of readdirSync(found.folder)) {
    const copy = join(found.folder, file.replace(/\.ts$/, '.mts'))
    if (!existsSync(copy)) copyFileSync(join(found.folder, file), copy)
  }
  return found
}

/** Programs that are compiled separately, since they declare different types of `req.auth`. */
const programsOf = ({ fastify }: Compiler): readonly string[][] => [
  [...MODULES, ...(fastify ? ['fastify'] : [])],
  ['express-no-globals'],
]

/** The tsconfig.json of a program. */
function configuration(mode: keyof typeof MODES, modules: readonly string[], skipLibCheck: boolean): object {
  const { options, files } = MODES[mode]
  return {
    compilerOptions: {
      ...options,
      target: 'es2022',
      lib: ['es2022'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck,
    },
    files: modules.flatMap((module) => files.map((extension) => `${module}.${extension}`)),
  }
}

/** The configurations of all rows of a compiler. They are complete once it is installed, since all rows start before. */
const configurations = new Map<Compiler, Map<string, object>>()
const compiled = new Map<Compiler, Promise<unknown>>()

const tsc = ({ node }: Project, { version }: Compiler, ...args: string[]): Promise<string> =>
  node(join('node_modules', `typescript-${version}`, 'bin', 'tsc'), ...args)

/** One process compiles everything, and thus reads each declaration once. */
async function compileAll(compiler: Compiler): Promise<unknown> {
  const found = await installed(compiler)
  const all = configurations.get(compiler) ?? new Map()
  for (const [file, content] of all) found.write(file, content)
  return tsc(found, compiler, '--build', ...all.keys())
}

async function compile(
  compiler: Compiler,
  mode: keyof typeof MODES,
  programs: readonly string[][],
  skipLibCheck = compiler.skipLibCheck ?? false,
): Promise<void> {
  const all = configurations.get(compiler) ?? new Map<string, object>()
  configurations.set(compiler, all)
  const own = programs.map((modules) => {
    const file = `tsconfig.${nameOf(compiler)}.${mode}.${modules[0]}.json`.replaceAll(/[^\w.]+/g, '-')
    all.set(file, configuration(mode, modules, skipLibCheck))
    return file
  })
  const everything = compiled.get(compiler) ?? compileAll(compiler)
  compiled.set(compiler, everything)
  // If there is an error, each row says whether it is its own.
  await everything.catch(async () => {
    const found = await installed(compiler)
    for (const file of own) await tsc(found, compiler, '--project', file)
  })
}

const rowsOf = (compiler: Compiler): readonly Row[] => [
  ...compiler.modes.map((mode) => ({
    name: `${nameOf(compiler)}: ${mode}`,
    ci: compiler.ci?.includes(mode) ?? false,
    run: () => compile(compiler, mode, programsOf(compiler)),
  })),
  ...(compiler.redisClients
    ? [
        {
          name: `${nameOf(compiler)}: clients of Redis`,
          ci: false,
          // Errors within the declarations of these clients do not count.
          run: () => compile(compiler, 'nodenext', [['redis-clients']], true),
        },
      ]
    : []),
]

export const TYPESCRIPT_ROWS: readonly Row[] = COMPILERS.flatMap(rowsOf)
