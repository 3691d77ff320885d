import { type CanActivate, type ExecutionContext, Inject } from '@nestjs/common'
import { type Requirements, ResourceServerError, type VerifiedAccessToken } from '@okta-resource-server/core'
import {
  attachRefusal,
  decide,
  decideMessage,
  isPromise,
  requireOn,
  setResponseHeaders,
} from '@okta-resource-server/core/adapter'
import onHeaders from 'on-headers'
import { noteAuth, noteOpen } from './auth-of.ts'
import { exceptionOf } from './exception.ts'
import { type Policy, policyOf } from './policy.ts'
import { AuthService } from './service.ts'
import { type Source, sourceOf } from './source.ts'

/** What is decided about where there is no request: that it has no credentials. */
const NO_REQUEST = Object.freeze({ headers: Object.freeze({}) })

type Auth = VerifiedAccessToken<object>
type Decision = Auth | undefined | Promise<Auth>

/** By request: its decision while it is in progress. */
const inProgress = new WeakMap<object, Promise<Auth>>()

/** GraphQL calls guards of several fields at once, but a DPoP proof can be used only once. So they share the decision. */
function decideOnce(request: object, decideNow: () => Decision): Decision {
  const known = inProgress.get(request)
  if (known !== undefined) return known
  const decision = decideNow()
  if (isPromise(decision)) {
    const end = (): boolean => inProgress.delete(request)
    inProgress.set(request, decision)
    decision.then(end, end)
  }
  return decision
}

/**
 * The guard that verifies the access token. `OktaAuthModule` makes it the global guard of controllers and resolvers. Nest 10
 * and 11 have no global guards for gateways, so each gateway needs it: `@UseGuards(OktaAuthGuard)`.
 *
 * @example
 * ```ts
 * import { UseGuards } from '@nestjs/common'
 * import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
 * import { Auth, OktaAuthGuard, RequireScopes, type VerifiedAccessToken } from '@okta-resource-server/nestjs'
 *
 * @UseGuards(OktaAuthGuard)
 * @WebSocketGateway()
 * class ChatGateway {
 *   @RequireScopes('chat:write')
 *   @SubscribeMessage('say')
 *   say(@Auth() auth: VerifiedAccessToken, @MessageBody() text: string) {
 *     return { event: 'said', data: { by: auth.subject, text } }
 *   }
 * }
 * ```
 */
export class OktaAuthGuard implements CanActivate {
  readonly #service: AuthService

  constructor(service: AuthService) {
    this.#service = service
  }

  /** Decides about a call; synchronously unless the token has to be verified. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = policyOf(context.getHandler(), context.getClass(), this.#service.optional)
    const source = sourceOf(context)
    if (policy.open) {
      if (source !== undefined) noteOpen(source.request)
      return true
    }
    try {
      const decision = this.#decide(source, policy)
      if (decision === undefined) return true
      return decision.catch((error: unknown) => this.#refuse(error, context, source))
    } catch (error) {
      return this.#refuse(error, context, source)
    }
  }

  #decide(source: Source | undefined, policy: Policy): Promise<boolean> | undefined {
    const { requirements } = policy
    const asked = source?.asked ?? NO_REQUEST
    const isShared = source?.request.headers.dpop !== undefined
    const [first, ...others] = isShared ? [undefined, ...requirements] : requirements
    const accept = (auth: Auth | undefined): true => {
      if (source !== undefined) setResponseHeaders(asked, auth, source.response)
      if (auth !== undefined) for (const each of others) requireOn(asked, auth, each as Requirements)
      if (source !== undefined) noteAuth(source.request, auth)
      return true
    }
    // Without a request nothing is known about the caller, which is not the same as an anonymous request.
    const decideOn = source?.isNewMessage === true ? decideMessage : decide
    const decideNow = () =>
      decideOn(this.#service.verifier, asked, first, policy.optional && source !== undefined)
    const decision = isShared ? decideOnce(source.request, decideNow) : decideNow()
    if (isPromise(decision)) return decision.then(accept)
    accept(decision)
    return undefined
  }

  #refuse(error: unknown, context: ExecutionContext, source: Source | undefined): never {
    if (!(error instanceof ResourceServerError)) throw error
    if (context.getType() === 'ws') throw this.#service.gateways.exceptionOf(error)
    if (source?.response !== undefined) attachRefusal(source.response, error, onHeaders)
    throw exceptionOf(error, source?.response)
  }
}

// Without decorators, which Node.js does not run.
Inject(AuthService)(OktaAuthGuard, undefined, 0)
