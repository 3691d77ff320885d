import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { defineRequirements, type Requirements } from '@okta-resource-server/core'
import { invalidOption, isOptional, isPlainObject } from '@okta-resource-server/core/adapter'
import { authOf } from './auth-of.ts'
import { addRule, type Rule } from './policy.ts'
import { sourceOf } from './source.ts'

/** A decorator for controllers, resolvers and gateways, and for their handlers. */
export type AuthDecorator = ClassDecorator & MethodDecorator

/** What a handler requires of the token, and whether there must be one. */
export interface RequireAuthOptions extends Requirements {
  /**
   * `'optional'` lets a request without credentials through; `@Auth()` is then `undefined`.
   *
   * @default 'required'
   */
  readonly credentials?: 'required' | 'optional'
}

function decoratorOf(rule: Rule | null): AuthDecorator {
  return ((target: object, _name?: unknown, descriptor?: PropertyDescriptor) => {
    addRule((descriptor?.value ?? target) as never, rule)
  }) as AuthDecorator
}

/**
 * Opens a handler, or the handlers of a class without a requirement. A token is ignored.
 *
 * @throws {ConfigurationError} the class or handler has a requirement, too
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common'
 * import { Public } from '@okta-resource-server/nestjs'
 *
 * @Controller('health')
 * class HealthController {
 *   @Public()
 *   @Get()
 *   health() {
 *     return { ok: true }
 *   }
 * }
 * ```
 */
export function Public(): AuthDecorator {
  return decoratorOf(null)
}

/**
 * Sets what a class or handler requires. Without an argument, any valid token is enough. The requirements of a handler are
 * checked besides those of its class, and apply although its class is `@Public()`.
 *
 * The response is 401 without a token, and 403 `insufficient_scope` with a token that does not meet the requirements.
 *
 * @throws {ConfigurationError} the requirements are empty, malformed or unknown, or the class or handler is `@Public()`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common'
 * import { Auth, RequireAuth, type VerifiedAccessToken } from '@okta-resource-server/nestjs'
 *
 * @Controller('reports')
 * class ReportsController {
 *   @RequireAuth({ claims: { department: ['sales', 'finance'] } })
 *   @Get()
 *   reports(@Auth() auth: VerifiedAccessToken) {
 *     return [{ for: auth.subject }]
 *   }
 * }
 * ```
 */
export function RequireAuth(options?: RequireAuthOptions): AuthDecorator {
  if (options === undefined) return decoratorOf({ requirements: undefined, optional: false })
  if (!isPlainObject(options)) {
    const message = 'RequireAuth takes an object such as { scopes: ["messages:read"] }, or nothing'
    invalidOption('RequireAuth', message)
  }
  const { credentials, ...requirements } = options
  const isEmpty = credentials !== undefined && Object.keys(requirements).length === 0
  return decoratorOf({
    requirements: isEmpty ? undefined : defineRequirements(requirements),
    optional: isOptional(credentials),
  })
}

/**
 * Requires all of these scopes.
 *
 * @throws {ConfigurationError} there is no scope, or one that contains a space, or the class or handler is `@Public()`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common'
 * import { Auth, RequireScopes, type VerifiedAccessToken } from '@okta-resource-server/nestjs'
 *
 * @Controller('messages')
 * class MessagesController {
 *   @RequireScopes('messages:read', 'profile')
 *   @Get()
 *   messages(@Auth() auth: VerifiedAccessToken) {
 *     return [{ to: auth.subject, text: 'Hello' }]
 *   }
 * }
 * ```
 */
export function RequireScopes(...scopes: readonly string[]): AuthDecorator {
  return RequireAuth({ scopes })
}

/**
 * Passes the verified access token to a parameter of a handler; `undefined` if the handler is `@Public()`, or was called
 * without credentials where they are optional.
 *
 * @throws {ConfigurationError} `middleware_missing`: the guard did not run
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common'
 * import { Auth, type VerifiedAccessToken } from '@okta-resource-server/nestjs'
 *
 * @Controller('profile')
 * class ProfileController {
 *   @Get()
 *   profile(@Auth() auth: VerifiedAccessToken) {
 *     return { subject: auth.subject, scopes: auth.scopes }
 *   }
 * }
 * ```
 */
export const Auth: () => ParameterDecorator = createParamDecorator((_: unknown, context: ExecutionContext) =>
  authOf(sourceOf(context)?.request ?? context),
)
