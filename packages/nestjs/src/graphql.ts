import type { ModulesContainer } from '@nestjs/core'
import { ConfigurationError } from '@okta-resource-server/core'
import { decoratedMethods } from './policy.ts'

/** The provider and the metadata of `@nestjs/graphql`, by the names that it uses. */
const OPTIONS = 'GqlModuleOptions'
const FIELD_RESOLVER = ['graphql:resolve_property', 'graphql:resolve_reference']

interface GraphqlOptions {
  readonly context?: unknown
  readonly fieldResolverEnhancers?: readonly string[]
}

function optionsOf(modules: ModulesContainer): readonly GraphqlOptions[] {
  return [...modules.values()].flatMap(({ providers }) => {
    const instance: unknown = providers.get(OPTIONS)?.instance
    return typeof instance === 'object' && instance !== null ? [instance] : []
  })
}

/** Field resolvers with a decorator of this package. */
function guardedFields(modules: ModulesContainer): readonly string[] {
  const found: string[] = []
  for (const { providers } of modules.values()) {
    for (const { metatype } of providers.values()) {
      for (const method of decoratedMethods(metatype)) {
        if (FIELD_RESOLVER.some((key) => Reflect.hasMetadata(key, method)))
          found.push(`${metatype?.name}.${method.name}`)
      }
    }
  }
  return found
}

/**
 * Stops the start of an application in which GraphQL would not be protected.
 *
 * @throws {ConfigurationError} `option_invalid`
 */
export function checkGraphql(modules: ModulesContainer): void {
  for (const { context, fieldResolverEnhancers = [] } of optionsOf(modules)) {
    if (typeof context === 'object' && context !== null) {
      const message =
        'The option context of GraphQLModule is an object, which all requests share, the request of the first one included; make it a function: context: () => ({ … })'
      throw new ConfigurationError('option_invalid', 'context', message)
    }
    const [field] = fieldResolverEnhancers.includes('guards') ? [] : guardedFields(modules)
    if (field !== undefined) {
      const message = `${field} has requirements, but Nest calls no guards for field resolvers; set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule`
      throw new ConfigurationError('option_invalid', 'fieldResolverEnhancers', message)
    }
  }
}
