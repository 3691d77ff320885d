// Small versions of public samples: the compiler options, framework and test runner of each, with their access tokens verified
// by these packages.
import { type Project, type ProjectOptions, project } from './project.ts'
import type { Row } from './row.ts'

interface Sample {
  readonly packages: ProjectOptions['packages']
  readonly dependencies: Readonly<Record<string, string>>
  /** The sample is written in TypeScript, and compiled with these options. */
  readonly compilerOptions?: object
  /** Its tests, which are run instead of the program. */
  readonly jest?: object
}

const FASTIFY_TYPES = { fastify: '4', typescript: '~5.0.0', '@types/node': '20.11.30' }

const SAMPLES: Readonly<Record<string, Sample>> = {
  'okta-express': { packages: ['core', 'express'], dependencies: { express: '4' } },
  'auth0-express': { packages: ['core', 'express'], dependencies: { express: '4' } },
  'auth0-express-typescript': {
    packages: ['core', 'express'],
    dependencies: {
      express: '4',
      typescript: '~4.9.0',
      '@types/express': '4.17.21',
      '@types/express-serve-static-core': '4.17.43',
      '@types/node': '16',
    },
    compilerOptions: {
      target: 'ES5',
      module: 'commonjs',
      esModuleInterop: true,
      forceConsistentCasingInFileNames: true,
      strict: true,
      noImplicitReturns: true,
      skipLibCheck: true,
    },
  },
  // Since 4.28, the first version that the package supports, the types of Fastify 4 need TypeScript 5.
  'okta-fastify': {
    packages: ['core', 'fastify'],
    dependencies: FASTIFY_TYPES,
    compilerOptions: {
      target: 'es6',
      module: 'commonjs',
      esModuleInterop: true,
      forceConsistentCasingInFileNames: true,
      strict: true,
      skipLibCheck: true,
    },
  },
  'fastify-auth0': {
    packages: ['core', 'fastify'],
    dependencies: { ...FASTIFY_TYPES, '@types/jest': '29', jest: '29', 'ts-jest': '29' },
    compilerOptions: {
      target: 'es2018',
      module: 'commonjs',
      lib: ['dom', 'es2018', 'esnext.asynciterable'],
      moduleResolution: 'node',
      strict: true,
      strictPropertyInitialization: false,
      // The types of Fastify need esModuleInterop otherwise.
      skipLibCheck: true,
      sourceMap: true,
      emitDecoratorMetadata: true,
      experimentalDecorators: true,
    },
    jest: { preset: 'ts-jest', testMatch: ['<rootDir>/*.spec.ts'] },
  },
  'fastify-jwt': { packages: ['core', 'fastify'], dependencies: { fastify: '5' } },
  'auth0-nestjs': {
    packages: ['core', 'express'],
    dependencies: {
      '@nestjs/common': '8',
      '@nestjs/core': '8',
      '@nestjs/platform-express': '8',
      '@types/express': '4.17.21',
      '@types/express-serve-static-core': '4.17.43',
      '@types/node': '16',
      'reflect-metadata': '0.1',
      rxjs: '7',
      typescript: '~4.9.0',
    },
    compilerOptions: {
      module: 'commonjs',
      declaration: true,
      removeComments: true,
      emitDecoratorMetadata: true,
      experimentalDecorators: true,
      allowSyntheticDefaultImports: true,
      target: 'es2017',
      sourceMap: true,
      incremental: true,
      skipLibCheck: true,
    },
  },
  'mcp-typescript': {
    packages: ['core', 'mcp'],
    dependencies: {
      '@modelcontextprotocol/sdk': '1',
      '@types/express': '5',
      '@types/node': '20',
      express: '5',
      typescript: '~5.9.0',
      zod: '3',
    },
    compilerOptions: {
      target: 'ES2020',
      module: 'commonjs',
      strict: true,
      esModuleInterop: true,
    },
  },
}

const installed = (name: string, { packages, dependencies }: Sample): Promise<Project> =>
  project(`sample-${name}`, { files: ['api', `samples/${name}`], packages, dependencies })

async function tryOut(name: string, sample: Sample): Promise<void> {
  const { write, bin, node } = await installed(name, sample)
  const { compilerOptions, jest } = sample
  if (compilerOptions) {
    write('tsconfig.json', { compilerOptions, include: ['*.ts'] })
    await bin('tsc', '-p', '.')
  }
  if (jest) {
    await bin('jest', '--config', JSON.stringify(jest), '--testTimeout', '60000')
    return
  }
  const output = await node('app.js')
  if (!output.includes('passed')) throw new Error(`The sample printed: ${output}`)
}

export const SAMPLE_ROWS: readonly Row[] = Object.entries(SAMPLES).map(([name, sample]) => ({
  name: `sample: ${name}`,
  run: () => tryOut(name, sample),
}))
