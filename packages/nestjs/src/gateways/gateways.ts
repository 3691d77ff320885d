import type { CanActivate, Type } from '@nestjs/common'
import {
  type ApplicationConfig,
  type ExternalContextCreator,
  type ModulesContainer,
  Reflector,
} from '@nestjs/core'
import {
  type AccessTokenVerifier,
  ConfigurationError,
  type ResourceServerError,
} from '@okta-resource-server/core'
import { type Policy, policyOf } from '../policy.ts'
import { Admission, type ServerLike } from './admission.ts'
import { rememberHandshake } from './handshakes.ts'

/** The metadata of Nest, by the names that it uses. Its modules with these names cannot be imported from Nest 12. */
const GATEWAY = 'websockets:is_gateway'
const GUARDS = '__guards__'

/** A gateway, and how Nest holds it. */
interface GatewayWrapper {
  readonly instance: { afterInit?: (server: ServerLike) => unknown }
  readonly metatype: Type<unknown>
}
type Adapter = NonNullable<ReturnType<ApplicationConfig['getIoAdapter']>>
type WsExceptionType = typeof import('@nestjs/websockets').WsException

const reflector = new Reflector()
const patched = new WeakSet<object>()

function gatewaysOf(modules: ModulesContainer): readonly GatewayWrapper[] {
  return [...modules.values()].flatMap(({ providers }) =>
    [...providers.values()].filter(
      ({ metatype, isNotMetatype }) =>
        metatype && !isNotMetatype && reflector.get(GATEWAY, metatype) === true,
    ),
  ) as unknown as readonly GatewayWrapper[]
}

async function loadWsException(): Promise<WsExceptionType> {
  // Bundlers require packages that are loaded outside of a try block, also in applications without gateways.
  try {
    const { WsException } = await import('@nestjs/websockets')
    return WsException
  } catch {
    const message =
      'The gateways need @nestjs/websockets, which cannot be loaded; install it, and do not exclude it from a bundle'
    throw new ConfigurationError('option_invalid', '@nestjs/websockets', message)
  }
}

/** Protects the WebSocket gateways of an application: the handshake before `handleConnection`, and the class-level guard. */
export class Gateways {
  readonly #verifier: AccessTokenVerifier<object>
  readonly #optional: boolean
  readonly #modules: ModulesContainer
  readonly #contexts: ExternalContextCreator
  readonly #policies = new WeakMap<ServerLike, Policy[]>()
  readonly #admissions = new WeakMap<ServerLike, Admission>()
  #WsException: WsExceptionType | undefined

  constructor(
    verifier: AccessTokenVerifier<object>,
    optional: boolean,
    modules: ModulesContainer,
    contexts: ExternalContextCreator,
  ) {
    this.#verifier = verifier
    this.#optional = optional
    this.#modules = modules
    this.#contexts = contexts
  }

  /**
   * Prepares the gateways before Nest connects them to their servers.
   *
   * @throws {ConfigurationError} a gateway lacks the guard
   */
  async protect(guard: Type<CanActivate>): Promise<void> {
    const gateways = gatewaysOf(this.#modules)
    if (gateways.length === 0) return
    for (const { metatype } of gateways) {
      const guards: readonly unknown[] = reflector.get(GUARDS, metatype) ?? []
      const isOurs = (each: unknown): boolean =>
        each === guard || each instanceof guard || (each as Type | undefined)?.prototype instanceof guard
      if (!guards.some(isOurs)) {
        const message = `The gateway ${metatype.name} is not protected by a guard; add @UseGuards(OktaAuthGuard) to the class, and @Public() if it is open`
        throw new ConfigurationError('option_invalid', metatype.name, message)
      }
    }
    this.#WsException = await loadWsException()
    this.#watchAdapter()
  }

  /** The exception of Nest for the refusal of a message. Nest does not log it. */
  exceptionOf({ code, message }: ResourceServerError): Error {
    const Exception = this.#WsException as WsExceptionType
    return new Exception({ status: 'error', code, message })
  }

  /**
   * Nest asks for the adapter before it connects the first gateway, and after all gateways have been created. There is no
   * other moment at which every gateway and its server can be reached.
   */
  #watchAdapter(): void {
    const { container } = this.#contexts as unknown as {
      readonly container?: { readonly applicationConfig?: ApplicationConfig }
    }
    const config = container?.applicationConfig
    if (config === undefined) {
      const message =
        'This version of @nestjs/core is not supported for gateways; install a version from 9.4 to 12'
      throw new ConfigurationError('option_invalid', '@nestjs/core', message)
    }
    const getIoAdapter = config.getIoAdapter.bind(config)
    config.getIoAdapter = () => {
      for (const gateway of gatewaysOf(this.#modules)) this.#watchGateway(gateway)
      const adapter = getIoAdapter()
      if (adapter) this.#watchConnections(adapter)
      return adapter
    }
  }

  /** Nest passes the server to `afterInit` before it connects the gateway. What that throws does not stop the start. */
  #watchGateway({ instance, metatype }: GatewayWrapper): void {
    if (patched.has(instance)) return
    patched.add(instance)
    const { afterInit } = instance
    const value = (server: ServerLike): unknown => {
      this.#policiesOf(server).push(policyOf(undefined, metatype, this.#optional))
      return afterInit?.call(instance, server)
    }
    Object.defineProperty(instance, 'afterInit', { value, configurable: true, writable: true })
  }

  /** What the gateways of a server require of all of their messages. */
  #policiesOf(server: ServerLike): Policy[] {
    const policies = this.#policies.get(server) ?? []
    this.#policies.set(server, policies)
    return policies
  }

  #admissionOf(server: ServerLike): Admission {
    const admission =
      this.#admissions.get(server) ?? new Admission(this.#verifier, server, this.#policiesOf(server))
    this.#admissions.set(server, admission)
    return admission
  }

  /** `handleConnection` is called, and messages are received, only for clients whose handshake was accepted. */
  #watchConnections(adapter: Adapter): void {
    if (patched.has(adapter)) return
    patched.add(adapter)
    const bindClientConnect = adapter.bindClientConnect.bind(adapter)
    const value = (server: ServerLike, connected: (...args: unknown[]) => void): void => {
      const admission = this.#admissionOf(server)
      bindClientConnect(server, (...args: unknown[]) => {
        const request = admission.requestOf(args)
        if (request === undefined) return
        rememberHandshake(args[0] as object, request)
        connected(...args)
      })
    }
    Object.defineProperty(adapter, 'bindClientConnect', { value, configurable: true, writable: true })
  }
}
