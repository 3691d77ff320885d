// Applications as the command line of Nest creates them: compiled to CommonJS, and tested with Jest in its configuration.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Project, project } from './project.ts'
import type { Row } from './row.ts'

interface Version {
  readonly nest: string
  readonly compiler: string
  /** What differs from the options of Nest 10. */
  readonly options: object
  /** Jest loads CommonJS, which Nest 12 is not. */
  readonly jest?: string
  /** If it is not the newest. */
  readonly tsJest?: string
  readonly ci: boolean
}

const VERSIONS: readonly Version[] = [
  {
    nest: '9',
    compiler: '4.9',
    options: { module: 'commonjs' },
    jest: '29.3.1',
    tsJest: '29.0.3',
    ci: false,
  },
  { nest: '10', compiler: '5.4', options: { module: 'commonjs' }, jest: '29', ci: false },
  {
    nest: '11',
    compiler: '5.9',
    options: {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      resolvePackageJsonExports: true,
      isolatedModules: true,
    },
    jest: '30',
    ci: true,
  },
  { nest: '12', compiler: '5.9', options: { module: 'nodenext', moduleResolution: 'nodenext' }, ci: false },
]

/** The options of the compiler in an application that Nest has created. */
const OPTIONS = {
  declaration: true,
  removeComments: true,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  allowSyntheticDefaultImports: true,
  target: 'ES2021',
  sourceMap: true,
  outDir: './dist',
  incremental: true,
  skipLibCheck: true,
  strictNullChecks: true,
}

const JEST = {
  moduleFileExtensions: ['js', 'json', 'ts'],
  rootDir: 'src',
  testRegex: '.*\\.spec\\.ts$',
  transform: { '^.+\\.(t|j)s$': 'ts-jest' },
  // TypeScript's name for a module of TypeScript, which Jest does not know.
  moduleNameMapper: { '^(\\./.*)\\.js$': '$1' },
  testEnvironment: 'node',
}

/** The block of code in the chapter about tests, as it is written there, and a test that uses it. */
function recipe(): string {
  const readme = readFileSync(new URL('../../packages/nestjs/README.md', import.meta.url), 'utf8')
  const code = /^## Tests$.*?^```ts\n(.*?)^```$/ms.exec(readme)?.[1]
  if (code === undefined) throw new Error('The README of the package has no example of a test')
  return `import { ACCESS_TOKEN_VERIFIER } from '@okta-resource-server/nestjs'
${code}
it('accepts a token of the test', async () => {
  const verifier = (await testing.compile()).get(ACCESS_TOKEN_VERIFIER)
  expect((await verifier.verify(tokenFor('messages:read'))).scopes).toEqual(['messages:read'])
})
`
}

async function installed({ nest, compiler, options, jest, tsJest = '29' }: Version): Promise<Project> {
  const parts = ['common', 'core', 'platform-express', 'platform-ws', 'testing', 'websockets'].map((part) => [
    `@nestjs/${part}`,
    nest,
  ])
  const opened = await project(`nestjs-${nest}`, {
    files: ['api', 'nestjs'],
    packages: ['core', 'nestjs'],
    dependencies: {
      ...Object.fromEntries(parts),
      '@types/node': compiler === '4.9' ? '18' : '22',
      'reflect-metadata': nest === '9' ? '0.1' : '0.2',
      rxjs: '7',
      ws: '8',
      typescript: `~${compiler}.0`,
      ...(jest && { '@types/jest': jest.split('.')[0], jest, 'ts-jest': tsJest }),
    },
  })
  const exclude = jest === undefined ? ['src/*.spec.ts'] : []
  opened.write('src/recipe.spec.ts', recipe())
  opened.write('tsconfig.json', { compilerOptions: { ...OPTIONS, ...options }, include: ['src'], exclude })
  return opened
}

export const NESTJS_ROWS: readonly Row[] = VERSIONS.map((version) => ({
  name: `NestJS ${version.nest}: compiled${version.jest ? ', and tested with Jest' : ''}`,
  ci: version.ci,
  run: async () => {
    const { bin, node } = await installed(version)
    await bin('tsc', '-p', '.')
    const output = await node(join('dist', 'main.js'))
    if (!output.includes('checked')) throw new Error(`The application was not checked: ${output}`)
    if (version.jest)
      await bin('jest', '--config', JSON.stringify(JEST), '--runInBand', '--testTimeout', '60000')
  },
}))
