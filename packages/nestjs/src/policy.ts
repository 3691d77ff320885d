import { SetMetadata, type Type } from '@nestjs/common'
import { type ModulesContainer, Reflector } from '@nestjs/core'
import { ConfigurationError, type Requirements } from '@okta-resource-server/core'

/** What one decorator says. */
export interface Rule {
  readonly requirements: Requirements | undefined
  /** Requests without credentials are let through. */
  readonly optional: boolean
}

/** What the decorators of a class or handler say: `null` for `@Public()`, otherwise the rules, all of which apply. */
type Rules = readonly Rule[] | null

/** What a handler requires. */
export interface Policy {
  /** A token is ignored. */
  readonly open: boolean
  /** Requests without credentials are let through. */
  readonly optional: boolean
  /** The token must meet all of them. */
  readonly requirements: readonly Requirements[]
}

/** A class or a method. */
type Decorated = { readonly name: string }

const KEY = 'okta-resource-server:rules'
const reflector = new Reflector()
const OPEN: Policy = Object.freeze({ open: true, optional: true, requirements: Object.freeze([]) })

/** The rules of a class or handler; for a class without rules, those of its base class. */
function rulesOf(target: Decorated): { readonly owner: Decorated; readonly rules: Rules } | undefined {
  return reflector.get(KEY, target as Type<unknown>)
}

/**
 * Adds the rule of a decorator to a class or handler. `null` opens it.
 *
 * @throws {ConfigurationError} the class or handler is `@Public()` and has a requirement
 */
export function addRule(target: Decorated, rule: Rule | null): void {
  const known = rulesOf(target)
  const isOwn = known?.owner === target
  if (isOwn && (known.rules === null) !== (rule === null)) {
    const message = `${target.name} is @Public() and has a requirement; remove one of the decorators`
    throw new ConfigurationError('option_invalid', 'Public', message)
  }
  // A class adds to the requirements of its base class, but replaces its @Public().
  const rules = rule === null ? null : [...(known?.rules ?? []), rule]
  SetMetadata(KEY, { owner: target, rules })(target as Type<unknown>)
}

/**
 * What a handler requires, by its decorators and those of its class.
 *
 * A handler's `@Public()` opens it, whatever its class requires. A handler's requirements are checked besides those of its
 * class, and apply although the class is `@Public()`.
 *
 * @param handler - `undefined` for the class alone
 * @param optional - of handlers without any decorator
 */
export function policyOf(handler: Decorated | undefined, type: Decorated, optional: boolean): Policy {
  const ofClass = rulesOf(type)?.rules
  const ofHandler = handler === undefined ? undefined : rulesOf(handler)?.rules
  if (ofHandler === null || (ofHandler === undefined && ofClass === null)) return OPEN
  const rules = [...(ofClass ?? []), ...(ofHandler ?? [])]
  return {
    open: false,
    optional: rules.length === 0 ? optional : rules.every((rule) => rule.optional),
    requirements: rules.flatMap(({ requirements }) => requirements ?? []),
  }
}

/** The methods of a class, inherited ones included, that have a decorator of this package. */
export function decoratedMethods(type: { readonly prototype?: unknown } | null | undefined): Decorated[] {
  const found = new Map<string, unknown>()
  let prototype = type?.prototype
  while (typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (!found.has(name)) found.set(name, value)
    }
    prototype = Object.getPrototypeOf(prototype)
  }
  found.delete('constructor')
  const methods = [...found.values()].filter((value) => typeof value === 'function')
  return methods.filter((method) => rulesOf(method) !== undefined)
}

/** What the decorators of an application require, of every class and method. */
export function allRequirements(modules: ModulesContainer): Requirements[] {
  const wrappers = [...modules.values()].flatMap(({ controllers, providers }) => [
    ...controllers.values(),
    ...providers.values(),
  ])
  return wrappers.flatMap(({ metatype: type }) => {
    if (typeof type !== 'function') return []
    const policies = [undefined, ...decoratedMethods(type)].map((each) => policyOf(each, type, false))
    return policies.flatMap(({ requirements }) => requirements)
  })
}
