import type { AuthorizationServer, IssueTokenOptions } from '@okta-resource-server/authorization-server'
import { invalidRequest, invalidToken } from './refusals.ts'
import type { Workshop } from './workshop.ts'

/** The answer that every API must give. */
export interface Expectation {
  readonly name: string
  readonly path?: string
  readonly status: number
  /** The exact challenge; `undefined`: none at all. */
  readonly challenge: string | undefined
  /** What of `test/requirements.ts` it proves. */
  readonly requirements?: readonly string[]
}

type Lines = readonly string[]

/** A request with a token that the ordinary authorization server issues. */
export interface Case extends Expectation {
  /** Header lines, made with a valid token at hand. */
  readonly lines: (valid: string, server: AuthorizationServer) => Lines | Promise<Lines>
}

/** A request with a token that no ordinary authorization server issues. */
export interface ForgedCase extends Expectation {
  readonly lines: (workshop: Workshop) => Lines | Promise<Lines>
}

export type Forge = (workshop: Workshop) => string | Promise<string>

export const bearer = (token: string): string[] => ['Authorization', `Bearer ${token}`]

export function accepted(name: string, path: string, token: IssueTokenOptions = {}): Case {
  return {
    name,
    path,
    lines: async (_, server) => bearer(await server.issueToken(token)),
    status: 200,
    challenge: undefined,
  }
}

export function refusedToken(name: string, description: string, token: IssueTokenOptions): Case {
  return {
    name,
    lines: async (_, server) => bearer(await server.issueToken(token)),
    status: 401,
    challenge: invalidToken(description),
  }
}

/** Takes the valid token and spoils it. */
export function spoiled(name: string, description: string, spoil: (token: string) => string): Case {
  return { name, lines: (valid) => bearer(spoil(valid)), status: 401, challenge: invalidToken(description) }
}

export function badRequest(
  name: string,
  description: string,
  lines: (valid: string) => Lines,
  path = '/any',
): Case {
  return { name, path, lines, status: 400, challenge: invalidRequest(description) }
}

/** A token that is accepted, which shows that what differs in its neighbours is why they are refused. */
export function sound(name: string, forge: Forge): ForgedCase {
  return {
    name,
    lines: async (workshop) => bearer(await forge(workshop)),
    status: 200,
    challenge: undefined,
  }
}

export function forged(name: string, description: string, forge: Forge): ForgedCase {
  return { ...sound(name, forge), status: 401, challenge: invalidToken(description) }
}

/** Credentials that are not even of a token's syntax (RFC 6750 §2.1). */
export function badSyntax(name: string, description: string, forge: Forge): ForgedCase {
  return { ...sound(name, forge), status: 400, challenge: invalidRequest(description) }
}
