import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { availableParallelism, cpus, loadavg } from 'node:os'

const PACKAGES = [
  '@okta-resource-server/core',
  '@okta-resource-server/express',
  '@okta-resource-server/fastify',
  '@okta/jwt-verifier',
  'aws-jwt-verify',
  'express',
  'express-oauth2-jwt-bearer',
  'oauth4webapi',
  'fast-jwt',
  'fastify',
  'fastify-jwt-jwks',
  'jose',
  'jsonwebtoken',
  'jwks-rsa',
] as const

/** The machine and the versions of a run. */
export interface Machine {
  readonly node: string
  readonly openssl: string
  readonly cpu: string
  readonly cores: number
  readonly platform: string
  /** Load average of the minute before the run. Above about 0.1, other programs were running. */
  readonly loadBefore: number
  readonly packages: Readonly<Record<string, string>>
}

function versionOf(name: string): string {
  const file = findPackageJSON(name, import.meta.url)
  if (file === undefined) throw new Error(`${name} is not installed`)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

export function machine(): Machine {
  return {
    node: process.version,
    openssl: process.versions.openssl,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    loadBefore: loadavg()[0] ?? Number.NaN,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  }
}
