import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common'
import type { ExternalContextCreator, ModulesContainer } from '@nestjs/core'
import type { AccessTokenVerifier } from '@okta-resource-server/core'
import { type AdapterOptions, adapterSettings } from '@okta-resource-server/core/adapter'
import { Gateways } from './gateways/gateways.ts'
import { checkGraphql } from './graphql.ts'

/** The part of the module that guards share: the verifier, and the gateways that it protects. */
export class AuthService implements OnModuleInit, OnApplicationShutdown {
  readonly verifier: AccessTokenVerifier<object>
  /** Requests without credentials are let through. */
  readonly optional: boolean
  readonly gateways: Gateways
  readonly #closesVerifier: boolean
  readonly #modules: ModulesContainer

  constructor(options: AdapterOptions, modules: ModulesContainer, contexts: ExternalContextCreator) {
    const { verifier, closesVerifier, optional } = adapterSettings(options)
    this.verifier = verifier
    this.optional = optional
    this.#closesVerifier = closesVerifier
    this.#modules = modules
    this.gateways = new Gateways(verifier, optional, modules, contexts)
  }

  onModuleInit(): void {
    checkGraphql(this.#modules)
  }

  onApplicationShutdown(): void {
    if (this.#closesVerifier) this.verifier.close()
  }
}
