import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common'
import type { ExternalContextCreator, HttpAdapterHost, ModulesContainer } from '@nestjs/core'
import type { AccessTokenVerifier } from '@okta-resource-server/core'
import {
  type AdapterOptions,
  type AdapterSettings,
  adapterSettings,
  noteRequirements,
} from '@okta-resource-server/core/adapter'
import { Gateways } from './gateways/gateways.ts'
import { checkGraphql } from './graphql.ts'
import { serveMetadata } from './metadata.ts'
import { allRequirements } from './policy.ts'

/** The part of the module that guards share: the verifier, and the gateways that it protects. */
export class AuthService implements OnModuleInit, OnApplicationShutdown {
  readonly verifier: AccessTokenVerifier<object>
  /** Requests without credentials are let through. */
  readonly optional: boolean
  readonly gateways: Gateways
  readonly #closesVerifier: boolean
  readonly #modules: ModulesContainer
  readonly #host: HttpAdapterHost
  #resource: AdapterSettings['resource']

  constructor(
    options: AdapterOptions,
    modules: ModulesContainer,
    contexts: ExternalContextCreator,
    host: HttpAdapterHost,
  ) {
    const { verifier, closesVerifier, optional, resource } = adapterSettings(options)
    this.verifier = verifier
    this.optional = optional
    this.#closesVerifier = closesVerifier
    this.#modules = modules
    this.#host = host
    this.#resource = resource
    this.gateways = new Gateways(verifier, optional, modules, contexts)
  }

  /** Serves the protected resource metadata, if there are any, from now on. */
  serveMetadata(): void {
    if (this.#resource !== undefined) serveMetadata(this.#resource, this.#host)
    this.#resource = undefined
  }

  onModuleInit(): void {
    checkGraphql(this.#modules)
    for (const each of allRequirements(this.#modules)) noteRequirements(this.verifier, each)
  }

  onApplicationShutdown(): void {
    if (this.#closesVerifier) this.verifier.close()
  }
}
