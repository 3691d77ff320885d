import type { AuthorizationServer, IssueTokenOptions } from '@okta-resource-server/authorization-server'
import type { ErrorCode } from '@okta-resource-server/core'
import type { Route } from './adapter.ts'
import type { Workshop } from './workshop.ts'

/** Names and values by turns, as they are sent. */
export type HeaderLines = readonly string[]

/** How a decision ends; `anonymous`: let through without credentials, which is allowed on `/optional` only. */
export type Outcome = 'accepted' | 'anonymous' | ErrorCode

/** What a case may say besides its name, its request and its outcome. */
export interface CaseDetails {
  /** Default: `/any`. */
  readonly route?: Route
  /** What follows the path in the request target. */
  readonly query?: string
  /** Default: GET, or POST where there is a form. */
  readonly method?: 'GET' | 'HEAD' | 'POST'
  /** A form body. The routes `/form` and `/optional` parse it before the verifier is asked, `/any` does not. */
  readonly form?: string
  /** The `scope` of the challenge. */
  readonly scope?: string
  /** The `acr_values` of the challenge. */
  readonly acrValues?: string
  /** The `max_age` of the challenge. */
  readonly maxAge?: number
  /** The scheme of the request, whose challenge has the error; `Bearer` if left out. */
  readonly scheme?: 'Bearer' | 'DPoP'
  /** The schemes of the challenges, in their order. Default: `Bearer`, and `DPoP` if the request used it. */
  readonly challenges?: readonly ('Bearer' | 'DPoP')[]
  /** What `explain()` says, if it is not the outcome: it runs no check that has effects. */
  readonly explained?: 'accepted'
  /** The ids in `test/specification` that the case proves. */
  readonly requirements?: readonly string[]
  /** The ids in `test/specification/advisories.ts` of the mistakes that the case shows not to be made here. */
  readonly advisory?: string | readonly string[]
  /**
   * The case is about how a request reaches core, or how a route's requirements do. It runs over every adapter, not
   * only against core.
   */
  readonly requestHandling?: true
  /** The outcome where the API gets Fetch requests, which do not show header lines as they were sent. */
  readonly fetchOutcome?: Outcome
  /** The outcome holds for tokens of Okta's form only. */
  readonly oktaOnly?: true
}

export interface Case<Source> extends CaseDetails {
  readonly name: string
  readonly outcome: Outcome
  readonly lines: (source: Source) => HeaderLines | Promise<HeaderLines>
  /** The token, where the request is nothing but `Authorization: Bearer` and a token: `verify` gets it too. */
  readonly token?: (source: Source) => string | Promise<string>
}

/** Tokens of an ordinary authorization server. */
export interface IssuedTokens {
  readonly valid: string
  readonly issueToken: AuthorizationServer['issueToken']
}

/** A case whose token an ordinary authorization server can issue. */
export interface IssuedCase extends Case<IssuedTokens> {
  /** What the server is asked for, where its valid token is not enough. */
  readonly issued?: IssueTokenOptions
}

/** A case whose token the workshop forges. */
export type ForgedCase = Case<Workshop>

export type Segments = readonly [header: string, payload: string, signature: string]

export const bearer = (token: string): HeaderLines => ['Authorization', `Bearer ${token}`]
/** A value as JSON for the name of a case, with escapes for everything beyond printable ASCII. */
export const written = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
export const segmentsOf = (token: string): Segments => token.split('.') as unknown as Segments

type Token<Source> = (source: Source) => string | Promise<string>
type Lines<Source> = (source: Source) => HeaderLines | Promise<HeaderLines>

const withToken = <Source>(token: Token<Source>) => ({
  token,
  lines: async (source: Source) => bearer(await token(source)),
})

/** A forged token that is accepted. */
export function accepts(name: string, token: Token<Workshop>, details: CaseDetails = {}): ForgedCase {
  return { name: `accepts ${name}`, outcome: 'accepted', ...withToken(token), ...details }
}

/** A forged token that is refused with this code. */
export function rejects(
  name: string,
  outcome: ErrorCode,
  token: Token<Workshop>,
  details: CaseDetails = {},
): ForgedCase {
  return { name: `rejects ${name}`, outcome, ...withToken(token), ...details }
}

/** A token that the authorization server issues with these options. */
export function issued(
  name: string,
  outcome: 'accepted' | ErrorCode,
  options: IssueTokenOptions,
  details: CaseDetails = {},
): IssuedCase {
  return {
    name: `${outcome === 'accepted' ? 'accepts' : 'rejects'} ${name}`,
    outcome,
    issued: options,
    ...withToken(({ issueToken }: IssuedTokens) => issueToken(options)),
    ...details,
  }
}

/** The server's valid token, altered so that it is refused with this code. */
export function altered(
  name: string,
  outcome: ErrorCode,
  alter: (segments: Segments) => readonly string[],
  details: CaseDetails = {},
): IssuedCase {
  const token = ({ valid }: IssuedTokens): string => alter(segmentsOf(valid)).join('.')
  return { name: `rejects ${name}`, outcome, ...withToken(token), ...details }
}

/** A request with these header lines that is accepted; it is run over every adapter. */
export function acceptsRequest<Source>(
  name: string,
  lines: Lines<Source>,
  details: CaseDetails = {},
): Case<Source> {
  return { name: `accepts ${name}`, outcome: 'accepted', lines, requestHandling: true, ...details }
}

/** A request with these header lines that is refused with this code; it is run over every adapter. */
export function rejectsRequest<Source>(
  name: string,
  outcome: ErrorCode,
  lines: Lines<Source>,
  details: CaseDetails = {},
): Case<Source> {
  return { name: `rejects ${name}`, outcome, lines, requestHandling: true, ...details }
}

/** The same cases, which also prove these requirements or concern these advisories. */
export function citing<C extends CaseDetails>(
  { requirements = [], advisory = [] }: Pick<CaseDetails, 'requirements' | 'advisory'>,
  cases: readonly C[],
): readonly C[] {
  return cases.map((each) => ({
    ...each,
    requirements: [...new Set([...requirements, ...(each.requirements ?? [])])],
    advisory: [...new Set([advisory, each.advisory ?? []].flat())],
  }))
}
