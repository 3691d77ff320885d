import { invalidOption, isObject, isPlainObject } from '../options/checks.ts'
import { type ClaimRequirement, compileDetail } from './claims.ts'
import type { CompileRequirement } from './requirement.ts'

/**
 * What an object in `authorization_details` must be: its `type`, and requirements for all of its other members, as for
 * claims. A member that is not named here may limit the authorization, so an object that has one grants nothing; a function
 * that returns `true` accepts whatever a member is.
 */
export interface AuthorizationDetailRequirement {
  readonly type: string
  readonly [member: string]: ClaimRequirement
}

/** The members that RFC 9396, section 2.2 defines as lists of strings. */
const LISTS = ['locations', 'actions', 'datatypes', 'privileges'] as const

/** Whether `type` and the common members of an object have the types of RFC 9396, sections 2 and 2.2. */
function isWellFormed(detail: Readonly<Record<string, unknown>>): boolean {
  const { type, identifier = '' } = detail
  if (typeof type !== 'string' || typeof identifier !== 'string') return false
  return LISTS.every((name) => {
    const list = Object.hasOwn(detail, name) ? detail[name] : []
    return Array.isArray(list) && list.every((item) => typeof item === 'string')
  })
}

/** Whether one object of the list grants this. */
function compileOne(name: string, value: unknown): (details: readonly unknown[]) => boolean {
  const type = isPlainObject(value) ? value.type : undefined
  if (typeof type !== 'string' || type === '') {
    invalidOption(name, `${name} must be an object with a type, such as { type: 'account', actions: 'read' }`)
  }
  const grants = compileDetail(name, value)
  return (details) => details.some((each) => isObject(each) && isWellFormed(each) && grants(each))
}

/**
 * `authorizationDetails`: each of them is granted by an object in the claim `authorization_details`. An unknown `type`, or
 * unknown members of a known one, grant nothing.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9396#section-9 RFC 9396, section 9}
 */
export const compileAuthorizationDetails: CompileRequirement = (name, value) => {
  const isList = Array.isArray(value)
  const list: readonly unknown[] = isList ? Array.from(value as readonly unknown[]) : [value]
  if (list.length === 0) invalidOption(name, `${name} must not be an empty list`)
  const all = list.map((each, index) => compileOne(isList ? `${name}[${index}]` : name, each))
  const failure = { code: 'insufficient_authorization_details', requirement: name, scopes: [] } as const
  return (auth) => {
    const { authorization_details: details } = auth.claims as { readonly authorization_details?: unknown }
    const isGranted = Array.isArray(details) && all.every((isGrantedBy) => isGrantedBy(details))
    return isGranted ? undefined : failure
  }
}
