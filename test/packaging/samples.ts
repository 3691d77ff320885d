// Small versions of public samples: the compiler options, framework and test runner of each, with their access tokens verified
// by these packages.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { npmInstall, openProject, type ProjectOptions, project, tarball } from './project.ts'
import type { Row } from './row.ts'

/**
 * The lock files of the samples for Fastify 4 have versions that compile with each other. The packages need Fastify 4.28, to
 * which npm updates it. Its types, and not those of the packages, need TypeScript 5 (since 4.24), which is the last step.
 */
async function upgradeTypeScript(folder: string): Promise<void> {
  const errorsOf = (name: string): Promise<string[]> =>
    openProject(folder)
      .bin('tsc', '--noEmit', '--strict', '--esModuleInterop', '--skipLibCheck', join(name, 'app.ts'))
      .then(
        () => [],
        (error: Error) => error.message.match(/^.+ error TS.+$/gm) ?? [],
      )
  const others = ['@types/jest@29', '@types/node@18', 'jest@29', 'ts-jest@29']
  await npmInstall(folder, 'fastify@4.14.0', 'typescript@4.9.5', ...others)
  assert.deepEqual(await errorsOf('fastify-4'), [])
  await npmInstall(folder, tarball('core'), tarball('fastify'))
  const errors = await errorsOf('fastify-4')
  assert.match(errors[0] ?? '', /TS1139/)
  for (const error of errors) assert.match(error, /^node_modules\/fastify\/types\//)
  assert.deepEqual(await errorsOf('okta-fastify'), errors)
  await npmInstall(folder, 'typescript@~5.0.0')
}

/** What samples depend on. Those with the same dependencies share an installation. */
const ENVIRONMENTS = {
  'express-4': { packages: ['core', 'express'], dependencies: { express: '4' } },
  'express-4-typescript': {
    packages: ['core', 'express'],
    dependencies: {
      '@nestjs/common': '8',
      '@nestjs/core': '8',
      '@nestjs/platform-express': '8',
      '@types/express': '4.17.21',
      '@types/express-serve-static-core': '4.17.43',
      '@types/node': '16',
      express: '4',
      'reflect-metadata': '0.1',
      rxjs: '7',
      typescript: '~4.9.0',
    },
  },
  'fastify-4': { packages: [], install: upgradeTypeScript },
  'fastify-5': { packages: ['core', 'fastify'], dependencies: { fastify: '5' } },
  mcp: {
    packages: ['core', 'mcp'],
    dependencies: {
      '@modelcontextprotocol/sdk': '1',
      '@types/express': '5',
      '@types/node': '20',
      express: '5',
      typescript: '~5.9.0',
      zod: '3',
    },
  },
} as const satisfies Readonly<Record<string, Omit<ProjectOptions, 'files'>>>

interface Sample {
  readonly environment: keyof typeof ENVIRONMENTS
  /** The sample is written in TypeScript, and compiled with these options. */
  readonly compilerOptions?: object
  /** Its tests, which are run instead of the program. */
  readonly jest?: object
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  'okta-express': { environment: 'express-4' },
  'auth0-express': { environment: 'express-4' },
  'auth0-express-typescript': {
    environment: 'express-4-typescript',
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
  'okta-fastify': {
    environment: 'fastify-4',
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
    environment: 'fastify-4',
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
  'fastify-jwt': { environment: 'fastify-5' },
  'auth0-nestjs': {
    environment: 'express-4-typescript',
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
    environment: 'mcp',
    compilerOptions: {
      target: 'ES2020',
      module: 'commonjs',
      strict: true,
      esModuleInterop: true,
    },
  },
}

async function tryOut(name: string, { environment, compilerOptions, jest }: Sample): Promise<void> {
  const { folder, write, bin, node } = await project(`sample-${environment}`, {
    files: ['api', 'samples'],
    ...ENVIRONMENTS[environment],
  })
  if (compilerOptions) {
    write(join(name, 'tsconfig.json'), { compilerOptions, include: ['*.ts'] })
    await bin('tsc', '-p', name)
  }
  if (jest) {
    const config = JSON.stringify({ ...jest, rootDir: join(folder, name) })
    await bin('jest', '--config', config, '--testTimeout', '60000')
    return
  }
  const output = await node(join(name, 'app.js'))
  if (!output.includes('passed')) throw new Error(`The sample printed: ${output}`)
}

export const SAMPLE_ROWS: readonly Row[] = Object.entries(SAMPLES).map(([name, sample]) => ({
  name: `sample: ${name}`,
  run: () => tryOut(name, sample),
}))
