// Jest, which loads CommonJS, in the configurations that projects have.
import { type Project, project } from './project.ts'
import type { Row } from './row.ts'

const VERSIONS = ['29', '30'] as const

/** The settings of Jest, as package.json would have them, and the test file. */
const CONFIGURATIONS: Readonly<Record<string, { readonly settings: object; readonly test: string }>> = {
  'no configuration': { settings: {}, test: 'api.test.js' },
  'no transform': { settings: { transform: {} }, test: 'api.test.js' },
  'babel-jest': {
    settings: { transform: { '\\.m?js$': ['babel-jest', { presets: ['@babel/preset-env'] }] } },
    test: 'import.test.js',
  },
  '@swc/jest': { settings: { transform: { '^.+\\.(t|j)sx?$': '@swc/jest' } }, test: 'typescript.spec.ts' },
  'ts-jest': { settings: { preset: 'ts-jest' }, test: 'typescript.spec.ts' },
  "NestJS's default (ts-jest)": {
    settings: {
      moduleFileExtensions: ['js', 'json', 'ts'],
      rootDir: '.',
      testRegex: '.*\\.spec\\.ts$',
      transform: { '^.+\\.(t|j)s$': 'ts-jest' },
      collectCoverageFrom: ['**/*.(t|j)s'],
      testEnvironment: 'node',
    },
    test: 'typescript.spec.ts',
  },
  'redis and signals': { settings: {}, test: 'stores.test.js' },
  'two copies of core': { settings: {}, test: 'two-copies.test.js' },
}

/** Jest's default of 5 seconds is too short on a busy machine. */
const TEST_TIMEOUT = ['--testTimeout', '60000'] as const

/** `--ci` has these in other rows: the first in "no configuration", the second in those of NestJS. */
const ONLY_IN_FULL = ['no transform', "NestJS's default (ts-jest)"]

const installed = (version: string): Promise<Project> =>
  project(`jest-${version}`, {
    files: ['api', 'jest'],
    packages: ['core', 'express', 'fastify', 'redis', 'signals'],
    dependencies: {
      '@babel/core': '7',
      '@babel/preset-env': '7',
      '@swc/core': '1',
      '@swc/jest': '0.2',
      '@types/express': '5',
      '@types/jest': version,
      '@types/node': '22',
      express: '5',
      fastify: '5',
      ioredis: '6',
      jest: version,
      'ts-jest': '29',
      typescript: '~5.4.0',
    },
  })

export const JEST_ROWS: readonly Row[] = VERSIONS.flatMap((version) =>
  Object.entries(CONFIGURATIONS).map(([name, { settings, test }]) => ({
    name: `Jest ${version}: ${name}`,
    ci: version === '30' && !ONLY_IN_FULL.includes(name),
    run: async () => {
      const { bin } = await installed(version)
      await bin('jest', '--config', JSON.stringify(settings), ...TEST_TIMEOUT, '--runTestsByPath', test)
    },
  })),
)
